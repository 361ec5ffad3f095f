using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;
using ModelBuild.Compiler.Tests.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Signal;

/// <summary>Transforms whose axis, length or step comes with the call, against the reference evaluation.</summary>
public sealed class RunTimeTransformTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 2)]
    public void Axis_and_length_come_with_the_call(int inverse, int oneSided, int parts)
    {
        AttributeMap attributes = new() { { "inverse", (long)inverse }, { "onesided", (long)oneSided } };
        Tensor x = PlanAgainstReference.Filled(new Random(1), 3, 6, 5, parts);
        long[] axes = [0, 1, 2, -2, -4];
        CountedHarness.CheckNode("DFT", attributes, 1, [.. axes.SelectMany(a => ((long[])[1, 4, 5, 9]).Select(n => (Tensor?[])[x, Tensor.Scalar(n), Tensor.Scalar(a)]))]);
        CountedHarness.CheckNode("DFT", attributes, 1, [.. ((int[])[1, 2, 6, 11]).Select(n => (Tensor?[])[x, Tensor.Scalar(n)])]);
        Tensor[] typical = [x, Tensor.Scalar(4L), Tensor.Scalar(1L)];
        CountedHarness.Refuses("DFT", attributes, 1, typical, "DFT: axis 3 of a tensor of rank 4 cannot be transformed", x, Tensor.Scalar(4L), Tensor.Scalar(3L));
        CountedHarness.Refuses("DFT", attributes, 1, typical, "DFT: a transform of length 0 is not possible", x, Tensor.Scalar(0L), Tensor.Scalar(1L));
        if (oneSided == 1)
        {
            CountedHarness.CheckNode("DFT", attributes, 1, [.. axes.Select(a => (Tensor?[])[x, null, Tensor.Scalar(a)])]);
            return;
        }

        // Two-sided and as long as its axis, the result has one size whichever axis it is.
        Graph graph = new(Operators.Set);
        Value input = graph.AddInput("x", x.Type);
        graph.AddOutput("y", graph.Add("DFT", "dft", [input, null, graph.AddInput("axis", new TensorType(DType.I64, Shape.Scalar))], attributes.Clone()));
        TypeInference.Run(graph);
        Assert.True(graph.Outputs[0].Value.Type.IsStatic);
        foreach (long axis in axes)
        {
            OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, [x, Tensor.Scalar(axis)]), OpHarness.RunPlan(graph, [x, Tensor.Scalar(axis)]));
        }

        Assert.Contains("DFT: axis 3", Assert.ThrowsAny<ArgumentException>(() => OpHarness.RunPlan(graph, [x, Tensor.Scalar(3L)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_of_any_length_is_transformed()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, new Dim("length"), 1)));
        Value half = graph.Add("DFT", "half", [x], new AttributeMap { { "onesided", 1L } });
        graph.AddOutput("back", graph.Add("DFT", "back", [half], new AttributeMap { { "onesided", 1L }, { "inverse", 1L } }));
        graph.AddOutput("whole", graph.Add("DFT", "whole", [x]));
        graph.AddOutput("frame", graph.Add("STFT", "frame", [x, graph.AddConstant("step", Tensor.Scalar(3L)), graph.AddConstant("window", PlanAgainstReference.Filled(new Random(2), 4))]));
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("length", "Length", 4, 100));
        foreach (long length in (long[])[4, 5, 16, 31, 100])
        {
            SizedHarness.Check(graph, model, length);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    public void Step_and_length_of_frames_come_with_the_call(int oneSided, int parts)
    {
        AttributeMap attributes = new() { { "onesided", (long)oneSided } };
        Tensor x = PlanAgainstReference.Filled(new Random(3), 2, 20, parts);
        (int Step, int Length)[] frames = [(1, 1), (2, 5), (7, 8), (20, 20), (3, 19), (100, 6)];
        CompiledModel model = CountedHarness.CheckNode("STFT", attributes, 1, [.. frames.Select(f => (Tensor?[])[x, Tensor.Scalar((long)f.Step), null, Tensor.Scalar((long)f.Length)])]);
        Assert.Equal(2, model.Plan.Dims.Count);
        CountedHarness.CheckNode("STFT", attributes, 1, [.. frames.Select(f => (Tensor?[])[x, Tensor.Scalar(f.Step), null, Tensor.Scalar(f.Length)])]);
        Tensor[] typical = [x, Tensor.Scalar(1L), Tensor.Scalar(1L)];
        CountedHarness.Refuses("STFT", attributes, 1, [typical[0], typical[1], null, typical[2]], "STFT: frames of 21 elements every 1 do not fit a signal of 20", x, Tensor.Scalar(1L), null, Tensor.Scalar(21L));
        CountedHarness.Refuses("STFT", attributes, 1, [typical[0], typical[1], null, typical[2]], "every 0", x, Tensor.Scalar(0L), null, Tensor.Scalar(2L));
    }

    [Fact]
    public void With_a_window_only_the_frames_are_counted()
    {
        Tensor x = PlanAgainstReference.Filled(new Random(4), 1, 30, 1);
        Tensor window = PlanAgainstReference.Filled(new Random(5), 8);
        CompiledModel model = CountedHarness.CheckNode("STFT", [], 1, [.. ((long[])[1, 4, 9, 22, 23]).Select(s => (Tensor?[])[x, Tensor.Scalar(s), window])]);
        Assert.Single(model.Plan.Dims);
        CountedHarness.CheckNode("STFT", [], 1, [.. ((long[])[1, 4, 9]).Select(s => (Tensor?[])[x, Tensor.Scalar(s), window, Tensor.Scalar(8L)])]);
        CountedHarness.Refuses("STFT", [], 1, [x, Tensor.Scalar(1L), window, Tensor.Scalar(8L)], "STFT: a window of 8 elements does not fit frames of 7", x, Tensor.Scalar(1L), window, Tensor.Scalar(7L));
        Errors.Expect(Descriptors.ShapeMismatch, () => CountedHarness.CheckNode("STFT", [], 1, [PlanAgainstReference.Filled(new Random(4), 30, 1), Tensor.Scalar(1L), window]));
    }
}
