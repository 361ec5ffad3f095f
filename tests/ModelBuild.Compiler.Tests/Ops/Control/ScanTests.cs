using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Import.Onnx;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Control;

public sealed class ScanTests
{
    public static TheoryData<int, int, int, int, int, int> Layouts
    {
        get
        {
            TheoryData<int, int, int, int, int, int> data = [];
            for (int i = 0; i < 36; i++)
            {
                data.Add((i % 3) - (i % 2 * 3), ((i / 3) % 3) - (i / 2 % 2 * 3), (i / 9) % 3, i % 2, i / 2 % 2, i / 4 % 2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void SlicesGoAlongEveryAxisInBothDirections(int axis, int otherAxis, int outputAxis, int direction, int otherDirection, int outputDirection)
    {
        // Two scanned inputs of slices [2,3]; the state is their running difference, which is also stacked, with a captured value added.
        Random random = new(axis + (3 * otherAxis));
        long[] Dims(int at)
        {
            List<long> dims = [2, 3];
            dims.Insert(at < 0 ? at + 3 : at, 5);
            return [.. dims];
        }

        SubgraphBuilder body = new SubgraphBuilder().Input("s", 1, 2, 3).Input("a", 1, 2, 3).Input("b", 1, 2, 3)
            .Node("Sub", ["a", "b"], ["d"]).Node("Add", ["s", "d"], ["t"]).Node("Mul", ["t", "k"], ["u"]).Output("t", 1, 2, 3).Output("u", 1, 2, 3);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("s0", 2, 3).Input("p", Dims(axis)).Input("q", Dims(otherAxis)).Node("Exp", ["s0"], ["k"])
            .Node(
                "Scan", ["s0", "p", "q"], ["last", "all"], body.As("body"), OnnxModelBuilder.Int("num_scan_inputs", 2), OnnxModelBuilder.Ints("scan_input_axes", axis, otherAxis),
                OnnxModelBuilder.Ints("scan_input_directions", direction, otherDirection), OnnxModelBuilder.Ints("scan_output_axes", outputAxis), OnnxModelBuilder.Ints("scan_output_directions", outputDirection))
            .Output("last").Output("all");
        ControlHarness.Check(builder, [PlanAgainstReference.Filled(random, 2, 3), PlanAgainstReference.Filled(random, Dims(axis)), PlanAgainstReference.Filled(random, Dims(otherAxis))]);
    }

    [Fact]
    public void AScanWithoutStateStacksOnly()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("a", 1, 3).Node("Neg", ["a"], ["b"]).Output("b", 1, 3);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 2, 3).Node("Scan", ["x"], ["y"], body.As("body"), OnnxModelBuilder.Int("num_scan_inputs", 1)).Output("y");
        ControlHarness.Check(builder, [PlanAgainstReference.Filled(new Random(1), 2, 3)]);
    }

    [Fact]
    public void ARecurrentNetworkInABodyRunsOnItsKernels()
    {
        float[] weights = [.. Enumerable.Range(0, 16).Select(i => (i % 7 / 8f) - 0.4f)];
        SubgraphBuilder body = new SubgraphBuilder().Input("h", 1, 1, 4).Input("a", 1, 1, 4)
            .Node("MatMul", ["h", "w"], ["p"]).Node("Add", ["p", "a"], ["q"]).Node("Tanh", ["q"], ["next"]).Node("Identity", ["next"], ["kept"]).Output("next", 1, 1, 4).Output("kept", 1, 1, 4);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("h0", 1, 4).Input("x", 6, 1, 4).Initializer("w", [4, 4], weights)
            .Node("Scan", ["h0", "x"], ["last", "all"], body.As("body"), OnnxModelBuilder.Int("num_scan_inputs", 1)).Output("last").Output("all");
        Random random = new(1);
        Plan.ExecutionPlan plan = ControlHarness.Check(builder, [PlanAgainstReference.Filled(random, 1, 4), PlanAgainstReference.Filled(random, 6, 1, 4)]);
        Assert.Contains(plan.Steps.SelectMany(s => s.Body), s => s.Kernel == "Gemm.F32");
        Assert.Equal(6 * 16, plan.Macs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void BeforeOpset9EveryItemOfABatchWasScannedByItself(long direction)
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("s", 1, 3).Input("a", 1, 3)
            .Node("Add", ["s", "a"], ["t"]).Node("Mul", ["t", "k"], ["u"]).Output("t", 1, 3).Output("u", 1, 3);
        OnnxModelBuilder builder = new OnnxModelBuilder(8).Input("s0", 2, 3).Input("x", 2, 4, 3).Initializer("k", [1], 0.5f)
            .Node("Scan", ["", "s0", "x"], ["last", "all"], body.As("body"), OnnxModelBuilder.Int("num_scan_inputs", 1), OnnxModelBuilder.Ints("directions", direction)).Output("last").Output("all");
        ControlHarness.Check(builder, [PlanAgainstReference.Filled(new Random(2), 2, 3), PlanAgainstReference.Filled(new Random(3), 2, 4, 3)]);
    }

    [Fact]
    public void LengthsOfSequencesBeforeOpset9AreRefused()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("a", 1, 3).Node("Neg", ["a"], ["b"]).Output("b", 1, 3);
        OnnxModelBuilder builder = new OnnxModelBuilder(8).Input("x", 1, 2, 3).Initializer(ControlHarness.Int64("lengths", 2, scalar: false))
            .Node("Scan", ["lengths", "x"], ["y"], body.As("body"), OnnxModelBuilder.Int("num_scan_inputs", 1)).Output("y");
        Assert.Contains("sequence_lens", Errors.Expect(Descriptors.UnsupportedAttribute, () => builder.Import()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan_input_axes", 2, "MDB2002")]
    [InlineData("scan_input_directions", 2, "MDB2002")]
    [InlineData("scan_output_axes", 5, "MDB2002")]
    [InlineData("num_scan_inputs", 3, "MDB2003")]
    public void WrongAttributesAreRefused(string name, long value, string code)
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("a", 1, 3).Node("Neg", ["a"], ["b"]).Output("b", 1, 3);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 2, 3);
        builder.Node("Scan", ["x"], ["y"], [body.As("body"), .. name == "num_scan_inputs" ? [OnnxModelBuilder.Int(name, value)] : new[] { OnnxModelBuilder.Int("num_scan_inputs", 1), OnnxModelBuilder.Ints(name, value) }]).Output("y");
        ModelBuildException e = Assert.Throws<ModelBuildException>(() => builder.Import());
        Assert.Equal(code, e.Diagnostics[0].Descriptor.Code);
    }
}
