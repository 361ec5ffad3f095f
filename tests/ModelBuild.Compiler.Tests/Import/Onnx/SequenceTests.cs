using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Tests.Ops.Control;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

/// <summary>Sequences and optionals are resolved while a model is read; ONNX Runtime, which has them, is the referee.</summary>
public sealed class SequenceTests
{
    private static readonly Tensor s_x = OpHarness.Counting(DType.F32, 2, 5);

    [Fact]
    public void ASequenceIsMadeChangedAndRead()
    {
        OnnxModelBuilder model = Model(2, 5)
            .Node("Neg", ["x"], ["a"]).Node("Abs", ["x"], ["b"]).Node("Exp", ["x"], ["c"])
            .Node("SequenceConstruct", ["a", "b"], ["s0"])
            .Node("SequenceInsert", ["s0", "c"], ["s1"])
            .Node("SequenceInsert", ["s1", "x", "minus_two"], ["s2"])
            .Node("SequenceErase", ["s2", "zero"], ["s3"])
            .Node("Identity", ["s3"], ["s4"])
            .Node("SequenceAt", ["s4", "zero"], ["first"])
            .Node("SequenceAt", ["s4", "minus_two"], ["second"])
            .Node("SequenceErase", ["s4"], ["s5"])
            .Node("SequenceLength", ["s5"], ["length"])
            .Node("ConcatFromSequence", ["s4"], ["joined"], Int("axis", -1))
            .Node("ConcatFromSequence", ["s5"], ["stacked"], Int("axis", 1), Int("new_axis", 1))
            .Output("first").Output("second").Output("length").Output("joined").Output("stacked");

        Graph graph = Check(model, s_x);

        Assert.DoesNotContain(graph.Nodes, n => n.Op is null);
        Assert.Equal(Shape.Of(2, 15), graph.Outputs[3].Value.Type.Shape);
        Assert.Equal(Shape.Of(2, 2, 5), graph.Outputs[4].Value.Type.Shape);
    }

    [Theory]
    [InlineData(null, 1, 1, 5)]
    [InlineData(null, 0, 1, 5)]
    [InlineData("two", 1, 1, 3)]
    [InlineData("sizes", 0, -1, 2)]
    public void ATensorIsSplit(string? split, long keepDims, long axis, int length)
    {
        OnnxModelBuilder model = Model(2, 5);
        model.Node("SplitToSequence", split is null ? ["x"] : ["x", split], ["s"], Int("axis", axis), Int("keepdims", keepDims))
            .Node("SequenceAt", ["s", "minus_two"], ["y"]).Node("SequenceLength", ["s"], ["n"]).Output("y").Output("n");

        Graph graph = Check(model, s_x);

        Assert.Equal(length, graph.Outputs[1].Value.Constant!.ToInt64Array()[0]);
    }

    [Fact]
    public void PositionsMayBeComputedFromSizes()
    {
        OnnxModelBuilder model = Model(2, 5)
            .Node("Shape", ["x"], ["sizes_of_x"]).Node("Gather", ["sizes_of_x", "zero"], ["rows"]).Node("Add", ["rows", "minus_two"], ["position"])
            .Node("SplitToSequence", ["x", "rows"], ["s"], Int("axis", 1)).Node("SequenceAt", ["s", "position"], ["y"]).Output("y");
        Check(model, s_x);
    }

    [Fact]
    public void ALoopThatGrowsASequenceIsWrittenOut()
    {
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("more", 9).Input("state", 1, 2, 5);
        AttributeProto graph = body.Node("Cast", ["i"], ["number"], Int("to", 1)).Node("Add", ["state", "number"], ["next"]).Node("SequenceInsert", ["list", "next"], ["longer"])
            .Node("ReduceSum", ["next"], ["sum"], Int("keepdims", 0)).Node("Identity", ["more"], ["go_on"])
            .Output("go_on", 9).Output("next", 1, 2, 5).As("body");
        graph.G.Input.Add(Sequence("list"));
        graph.G.Output.Add(Sequence("longer"));
        graph.G.Output.Add(SubgraphBuilder.Info("sum", 1));
        OnnxModelBuilder model = Model(2, 5).Node("SequenceEmpty", [], ["empty"]).Node("Loop", ["three", "", "x", "empty"], ["last", "all", "sums"], graph)
            .Node("ConcatFromSequence", ["all"], ["y"], Int("axis", 0)).Output("last").Output("y").Output("sums");

        Graph read = Check(model, s_x);

        Assert.DoesNotContain(read.Nodes, n => n.OpType == "Loop");
        Assert.Equal(Shape.Of(3), read.Outputs[2].Value.Type.Shape);
    }

    [Fact]
    public void ALoopMayReadASequenceByItsCounter()
    {
        AttributeProto body = new SubgraphBuilder().Input("i", 7).Input("more", 9).Input("sum", 1, 2, 1)
            .Node("SequenceAt", ["s", "i"], ["part"]).Node("Mul", ["part", "part"], ["square"]).Node("Add", ["sum", "square"], ["next"])
            .Node("Less", ["i", "three"], ["go_on"]).Output("go_on", 9).Output("next", 1, 2, 1).As("body");
        OnnxModelBuilder model = Model(2, 5).Initializer("start", [2, 1], 1, 2)
            .Node("SplitToSequence", ["x"], ["s"], Int("axis", 1)).Node("Loop", ["", "yes", "start"], ["y"], body).Output("y");
        Check(model, s_x);
    }

    [Fact]
    public void SequenceMapIsWrittenOut()
    {
        AttributeProto body = new SubgraphBuilder().InputOfAnyShape("a").InputOfAnyShape("b").Node("Add", ["a", "b"], ["sum"]).Node("Shape", ["a"], ["size"])
            .OutputOfAnyShape("sum").As("body");
        OnnxModelBuilder model = Model(2, 5).Node("SplitToSequence", ["x", "sizes"], ["s"], Int("axis", 1)).Node("ReduceMax", ["x"], ["largest"])
            .Node("SequenceMap", ["s", "largest"], ["t"], body).Node("ConcatFromSequence", ["t"], ["y"], Int("axis", 1)).Output("y");
        Graph graph = model.Import();
        TypeInference.Run(graph);
        Tensor expected = Tensor.Create<float>([.. Enumerable.Range(1, 10).Select(i => i + 10f)], 2, 5);
        OpHarness.AssertEqual([expected], [.. ReferenceEvaluator.Run(graph, [s_x])]);
        OpHarness.AssertEqual([expected], OpHarness.RunPlan(graph, [s_x]));
    }

    [Fact]
    public void AnIfThatChoosesBetweenSequencesChoosesBetweenTheirElements()
    {
        Graph graph = Check(Choice("Abs"), s_x, Tensor.Create<float>([.. Enumerable.Range(1, 10).Select(i => -(float)i)], 2, 5));
        Assert.Equal(2, Assert.Single(graph.Nodes, n => n.OpType == "If").Outputs.Count);
    }

    [Fact]
    public void AnIfWithAKnownConditionIsReplacedByItsBranch()
    {
        OnnxModelBuilder model = Choice("Abs");
        model.Model.Graph.Node[1].Input[0] = "yes";
        Assert.DoesNotContain(Check(model, s_x).Nodes, n => n.OpType == "If");
    }

    [Fact]
    public void OptionalsAreTheirElement()
    {
        OnnxModelBuilder model = Model(2, 5)
            .Node("Optional", ["x"], ["o"]).Node("OptionalHasElement", ["o"], ["has"]).Node("OptionalGetElement", ["o"], ["e"]).Node("Neg", ["e"], ["y"])
            .Node("Optional", [], ["nothing"], OptionalOfFloats()).Node("OptionalHasElement", ["nothing"], ["not"]).Node("OptionalHasElement", [], ["never"])
            .Output("y").Output("has").Output("not").Output("never");
        Graph graph = model.Import();
        TypeInference.Run(graph);
        Tensor[] outputs = OpHarness.RunPlan(graph, [s_x]);
        Assert.Equal([1, 0, 0], outputs.Skip(1).Select(t => (int)t.Bytes[0]));
        Assert.Equal(-1, outputs[0].Span<float>()[0]);
    }

    [Fact]
    public void WhatContradictsTheOperatorsIsRefused()
    {
        static string Refused(Action<OnnxModelBuilder> add)
        {
            OnnxModelBuilder model = Model(2, 5).Node("SequenceConstruct", ["x", "x"], ["s"]);
            add(model);
            return Errors.Expect(Descriptors.InvalidNode, () => model.Output("y").Import());
        }

        Assert.Contains("the position 2 in a sequence of 2 tensors", Refused(m => m.Node("SequenceAt", ["s", "two"], ["y"])), StringComparison.Ordinal);
        Assert.Contains("the position 3 in a sequence of 2 tensors", Refused(m => m.Node("SequenceInsert", ["s", "x", "three"], ["y"])), StringComparison.Ordinal);
        Assert.Contains("input 1 is missing", Refused(m => m.Node("SequenceAt", ["s"], ["y"])), StringComparison.Ordinal);
        Assert.Contains("has no axis", Refused(m => m.Node("ConcatFromSequence", ["s"], ["y"])), StringComparison.Ordinal);
        Assert.Contains("is empty", Refused(m => m.Node("SequenceEmpty", [], ["e"]).Node("ConcatFromSequence", ["e"], ["y"], Int("axis", 0))), StringComparison.Ordinal);
        Assert.Contains("different element types", Refused(m => m.Node("SequenceInsert", ["s", "two"], ["y"])), StringComparison.Ordinal);
        Assert.Contains("has axis 2", Refused(m => m.Node("SplitToSequence", ["x"], ["y"], Int("axis", 2))), StringComparison.Ordinal);
        Assert.Contains("has no element", Refused(m => m.Node("Optional", [], ["n"], OptionalOfFloats()).Node("OptionalGetElement", ["n"], ["y"])), StringComparison.Ordinal);
    }

    [Fact]
    public void APositionMayBeComputedWhereAllElementsAreAlike()
    {
        OnnxModelBuilder model = Chosen(Model(2, 5).Node("Neg", ["x"], ["n"]).Node("SequenceConstruct", ["x", "n"], ["s"]));
        Check(model, s_x, Tensor.Create<float>([.. Enumerable.Range(1, 10).Select(i => i == 2 ? 99f : i)], 2, 5));
    }

    [Fact]
    public void PositionsThatAreOnlyKnownAtRunTimeAreAnUnsupportedOperator()
    {
        OnnxModelBuilder model = Chosen(Model(2, 5).Node("ReduceMax", ["x"], ["m"]).Node("SequenceConstruct", ["x", "m"], ["s"]));
        Graph graph = model.Import();
        TypeInference.Run(graph);
        Assert.Equal(["SequenceConstruct", "SequenceAt"], UnsupportedOperators.Find(graph).Select(d => d.Message.Split('\'')[1]));
        Assert.All(UnsupportedOperators.Find(graph), d => Assert.Contains("constant lengths and positions", d.Message, StringComparison.Ordinal));

        // The file that the stages write still is the model, for Runtime="onnxruntime".
        OpHarness.AssertEqual(OnnxRuntimeReference.Run(model.ToBytes(), ["x"], ["y"], [s_x]), OnnxRuntimeReference.Run(graph, [s_x]));
    }

    [Fact]
    public void TheBodiesOfALoopShareTheirConstants()
    {
        TensorProto weights = new() { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[40]) };
        weights.Dims.AddRange([2, 5]);
        AttributeProto body = new SubgraphBuilder().Input("i", 7).Input("more", 9).Node("Add", ["x", "w"], ["sum"]).Node("Identity", ["more"], ["go_on"]).Node("SequenceInsert", ["list", "sum"], ["longer"]).Output("go_on", 9).As("body");
        body.G.Initializer.Add(weights);
        body.G.Input.Add(Sequence("list"));
        body.G.Output.Add(Sequence("longer"));
        Graph graph = Model(2, 5).Node("SequenceEmpty", [], ["empty"]).Node("Loop", ["three", "", "empty"], ["all"], body).Node("ConcatFromSequence", ["all"], ["y"], Int("axis", 0)).Output("y").Import();
        Assert.Same(Assert.Single(graph.Nodes.Where(n => n.OpType == "Add").Select(n => n.Input(1).Constant).Distinct()), graph.Nodes[0].Input(1).Constant);
        Assert.Equal(3, graph.Nodes.Count(n => n.OpType == "Add"));
    }

    [Fact]
    public void BranchesOfDifferentLengthsAreRefused()
    {
        OnnxModelBuilder model = Choice("Abs", isLonger: true);
        Assert.Contains("one of another length", Errors.Expect(Descriptors.UnsupportedOperator, () => model.Import()), StringComparison.Ordinal);
    }

    // The element whose place is 0 or 1, as the column of the first row's largest is even or odd.
    private static OnnxModelBuilder Chosen(OnnxModelBuilder model) => model
        .Node("ArgMax", ["x"], ["columns"], Int("axis", 1), Int("keepdims", 0)).Node("Gather", ["columns", "zero"], ["column"]).Node("Mod", ["column", "two"], ["position"])
        .Node("SequenceAt", ["s", "position"], ["y"]).Output("y");

    private static Graph Check(OnnxModelBuilder model, params Tensor[] calls)
    {
        ControlHarness.Check(model, [.. calls.Select(c => new[] { c })]);
        Graph graph = model.Import();
        TypeInference.Run(graph);
        return graph;
    }

    private static OnnxModelBuilder Choice(string other, bool isLonger = false)
    {
        AttributeProto then = new SubgraphBuilder().Node("Neg", ["x"], ["n"]).Node("SequenceConstruct", ["x", "n"], ["t"]).As("then_branch");
        then.G.Output.Add(Sequence("t"));
        AttributeProto otherwise = new SubgraphBuilder().Node(other, ["x"], ["a"]).Node("SequenceConstruct", isLonger ? ["a", "x", "x"] : ["a", "x"], ["e"]).As("else_branch");
        otherwise.G.Output.Add(Sequence("e"));
        return Model(2, 5).Node("ReduceSum", ["x"], ["sum"], Int("keepdims", 0)).Node("If", ["condition"], ["s"], then, otherwise).Node("Greater", ["sum", "nought"], ["condition"])
            .Node("ConcatFromSequence", ["s"], ["y"], Int("axis", 0)).Output("y");
    }

    private static OnnxModelBuilder Model(params long[] dims)
    {
        OnnxModelBuilder model = new OnnxModelBuilder(17).Input("x", dims).Initializer("nought", [], 0f);
        foreach ((string name, long value) in new[] { ("zero", 0L), ("two", 2L), ("three", 3L), ("minus_two", -2L) })
        {
            model.Initializer(ControlHarness.Int64(name, value));
        }

        TensorProto sizes = new() { Name = "sizes", DataType = 7, RawData = ByteString.CopyFrom([.. BitConverter.GetBytes(4L), .. BitConverter.GetBytes(1L)]) };
        sizes.Dims.Add(2);
        return model.Initializer(sizes).Initializer(ControlHarness.Bool("yes", true));
    }

    private static ValueInfoProto Sequence(string name) => new()
    {
        Name = name,
        Type = new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } } },
    };

    private static AttributeProto OptionalOfFloats() => new()
    {
        Name = "type",
        Type = AttributeProto.Types.AttributeType.TypeProto,
        Tp = new TypeProto { OptionalType = new TypeProto.Types.Optional { ElemType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } } },
    };
}
