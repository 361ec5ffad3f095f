using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Reductions;

/// <summary>Reductions whose axes a call names.</summary>
public sealed class RunTimeAxesTests
{
    public static TheoryData<string> Kinds => ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"];

    public static TheoryData<string, DType> Types => new()
    {
        { "ReduceSum", DType.F64 }, { "ReduceL2", DType.F64 }, { "ReduceLogSum", DType.F64 }, { "ReduceLogSumExp", DType.F64 }, { "ReduceMean", DType.F16 }, { "ReduceMax", DType.I8 },
        { "ReduceMin", DType.U8 }, { "ReduceProd", DType.I64 }, { "ReduceL1", DType.I32 }, { "ReduceMax", DType.Bool }, { "ReduceMin", DType.Bool },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OneBuildServesEveryChoiceOfAxes(string op)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3, 4);
        foreach (long[][] choices in (long[][][])[[[0], [1], [2], [-1], [-3]], [[0, 1], [1, 2], [2, 0], [-3, -1]]])
        {
            foreach (long keep in (long[])[0, 1])
            {
                (Graph graph, CompiledModel model) = Compile(op, keep, x, Tensor.Vector<long>(choices[0]));
                foreach (long[] axes in choices)
                {
                    CountedHarness.Check(graph, model, x, Tensor.Vector<long>(axes));
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AsManyAxesAsThereAreLeaveNothingToCount(long keep)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3, 4);
        Tensor axes = Tensor.Vector<long>(2, -3, 1);
        Graph graph = OpHarness.GraphOf("ReduceSum", new AttributeMap { { "keepdims", keep } }, [x, axes], []);
        TypeInference.Run(graph);
        Assert.True(graph.Outputs[0].Value.Type.IsStatic);
        OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, [x, axes]), OpHarness.RunPlan(graph, [x, axes]));
        Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(graph, [x, Tensor.Vector<long>(0, 1, 1)]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryElementTypeIsReduced(string op, DType type)
    {
        Tensor x = OpHarness.Counting(type, 3, 2, 2);
        (Graph graph, CompiledModel model) = Compile(op, 1, x, Tensor.Vector<int>(0, 2));
        foreach (int[] axes in (int[][])[[0, 2], [1, 2], [0, -2]])
        {
            CountedHarness.Check(graph, model, x, Tensor.Vector<int>(axes));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AListWithoutAxesIsKnown(long noop)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        Graph graph = OpHarness.GraphOf("ReduceSum", new AttributeMap { { "noop_with_empty_axes", noop } }, [x, Tensor.Vector<long>()], []);
        TypeInference.Run(graph);
        Assert.Equal(noop == 0 ? new Shape(1, 1) : new Shape(2, 3), graph.Outputs[0].Value.Type.Shape);
        OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, [x, Tensor.Vector<long>()]), OpHarness.RunPlan(graph, [x, Tensor.Vector<long>()]));
    }

    [Fact]
    public void AnEmptyAxisGivesTheNeutralElement()
    {
        Tensor x = new(DType.F32, [2, 0, 3]);
        (Graph graph, CompiledModel model) = Compile("ReduceProd", 1, x, Tensor.Vector<long>(1));
        foreach (long axis in (long[])[0, 1, 2])
        {
            CountedHarness.Check(graph, model, x, Tensor.Vector<long>(axis));
        }
    }

    [Theory]
    [InlineData("Axis 3 of ReduceMax lies outside a rank of 3.", 3, 0)]
    [InlineData("Axis -4 of ReduceMax lies outside a rank of 3.", 0, -4)]
    [InlineData("Axis -2 of ReduceMax is named twice.", 1, -2)]
    public void AxesThatDoNotFitAreRefusedByTheCall(string message, long one, long other)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3, 4);
        (_, CompiledModel model) = Compile("ReduceMax", 1, x, Tensor.Vector<long>(0, 1));
        using PlanInterpreter interpreter = new(model);
        ArgumentException error = Assert.Throws<ArgumentException>(() => interpreter.Run([x, Tensor.Vector<long>(one, other)]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreAxesThanThereAreAreRefusedByTheBuild() =>
        Errors.Expect(Descriptors.InvalidNode, () => Compile("ReduceMax", 1, OpHarness.Counting(DType.F32, 2), Tensor.Vector<long>(0, 0)));

    [Fact]
    public void WhatComesBeforeAndAfterInANetworkFollows()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, 3, 8, 8)));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, new Shape(2)));
        float[] weights = [.. Enumerable.Range(0, 4 * 3 * 3 * 3).Select(i => ((i * 7 % 13) - 6) / 16f)];
        Value features = graph.Add("Conv", "features", [x, graph.AddConstant("w", Tensor.Create(weights, 4, 3, 3, 3))], new AttributeMap { { "pads", [1L, 1, 1, 1] } });
        Value pooled = graph.Add("ReduceMean", "pooled", [graph.Add("Relu", "positive", [features]), axes], new AttributeMap { { "keepdims", 0L } });
        Value scaled = graph.Add("Mul", "scaled", [pooled, graph.AddConstant("scale", Tensor.Scalar(0.5f))]);
        graph.AddOutput("y", graph.Add("Sigmoid", "y", [scaled]));
        graph.AddOutput("shape", graph.Add("Shape", "shape", [scaled]));
        CompiledModel model = CountedHarness.Compile(graph);
        Tensor image = Tensor.Create<float>([.. Enumerable.Range(0, 3 * 64).Select(i => ((i * 5 % 17) - 8) / 8f)], 1, 3, 8, 8);
        foreach (long[] choice in (long[][])[[2, 3], [0, 1], [1, 3], [-4, 2]])
        {
            Tensor y = CountedHarness.Check(graph, model, image, Tensor.Vector<long>(choice))[0];
            Assert.Equal(2, y.Rank);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void SizesOfTheCallMayBeReducedToo(long keep)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, new Dim("length"), 4)));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, new Shape(1)));
        graph.AddOutput("y", graph.Add("Neg", "negative", [graph.Add("ReduceMax", "max", [x, axes], new AttributeMap { { "keepdims", keep } })]));
        TypeInference.Run(graph);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("length", "Length", 1, 64));
        foreach (int length in (int[])[1, 2, 17, 64])
        {
            CompiledModel sized = PlanSizes.At(model, [length]);
            Tensor values = OpHarness.Counting(DType.F32, 2, length, 4);
            foreach (long axis in (long[])[0, 1, 2, -2])
            {
                CountedHarness.Check(graph, sized, values, Tensor.Vector<long>(axis));
            }
        }
    }

    private static (Graph Graph, CompiledModel Model) Compile(string op, long keep, Tensor x, Tensor axes)
    {
        Graph graph = OpHarness.GraphOf(op, new AttributeMap { { "keepdims", keep } }, [x, axes], []);
        TypeInference.Run(graph);
        return (graph, CountedHarness.Compile(graph));
    }
}
