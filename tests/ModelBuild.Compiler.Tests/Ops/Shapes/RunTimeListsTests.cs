using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Shapes;

/// <summary>Operators on shapes whose sizes, axes, repeats or pads a call names: one build serves all lists of a length.</summary>
public sealed class RunTimeListsTests
{
    public static TheoryData<string, long[], long[][]> Lists => new()
    {
        { "Reshape", [2, 3, 4], [[4, 3, 2], [2, -1, 4], [0, 0, -1], [24, 1, 1], [1, -1, 0], [2, 3, 4]] },
        { "Reshape", [2, 3, 4], [[24], [-1]] },
        { "Reshape", [2, 3, 4], [[1, 2, 3, 2, 2, 1], [0, 3, 1, -1, 1, 1], [24, 1, 1, 1, 1, 1]] },
        { "Reshape", [2, 0, 4], [[7, 0], [9, 0], [-1, 3]] },
        { "Squeeze", [1, 3, 1, 2], [[0], [2], [-2], [-4]] },
        { "Squeeze", [1, 3, 1, 2], [[0, 2], [2, -4]] },
        { "Squeeze", [1, 1], [[0, 1], [-1, -2]] },
        { "Unsqueeze", [3, 4], [[0], [1], [2], [-1], [-3]] },
        { "Unsqueeze", [3, 4], [[0, 3], [1, 2], [-1, 0]] },
        { "Unsqueeze", [3, 4, 5], [[2, 4, 5], [5, 4, 2], [0, 1, 2]] },
        { "Unsqueeze", [], [[0, 1], [1, 0]] },
        { "Expand", [3, 1], [[3, 4], [1, 5], [3, 1], [1, 1], [3, 0]] },
        { "Expand", [3, 1], [[2, 3, 4], [1, 1, 1], [5, 1, 2]] },
        { "Expand", [3, 2], [[3, 2], [1, 1]] },
        { "Expand", [3, 4], [[1], [4]] },
        { "Tile", [2, 3], [[1, 1], [2, 3], [0, 2], [5, 1]] },
        { "Tile", [2, 1, 2, 2], [[1, 1, 1, 1], [2, 1, 3, 2]] },
        { "Pad", [3, 4], [[0, 0, 0, 0], [1, 2, 3, 4], [0, -1, 2, -2], [-3, 0, 0, 0]] },
    };

    public static TheoryData<string, long[], long[], string> Refused => new()
    {
        { "Reshape", [2, 3], [4, 2], "Reshape: the target [4,2] does not fit a tensor of [2,3]." },
        { "Reshape", [2, 3], [-1, -1], "Reshape: the target [-1,-1] does not fit a tensor of [2,3]." },
        { "Reshape", [2, 3], [4, -1], "Reshape: the target [4,-1] does not fit a tensor of [2,3]." },
        { "Reshape", [2, 3], [-2, -3], "Reshape: the target [-2,-3] does not fit a tensor of [2,3]." },
        { "Reshape", [2, 3], [5], "Reshape: the target [5] does not fit a tensor of [2,3]." },
        { "Reshape", [6], [1, 0], "Reshape: the target [1,0] does not fit a tensor of [6]." },
        { "Squeeze", [1, 3], [1], "Squeeze: the axes [1] are not all 1 of a tensor of [1,3]." },
        { "Squeeze", [1, 3], [2], "Axis 2 of Squeeze lies outside a rank of 2." },
        { "Squeeze", [1, 1], [0, -2], "Axis -2 of Squeeze is named twice." },
        { "Unsqueeze", [3], [2], "Axis 2 of Unsqueeze lies outside a rank of 2." },
        { "Unsqueeze", [3], [1, -2], "Axis -2 of Unsqueeze is named twice." },
        { "Expand", [3, 1], [2, 4], "Expand: the shape [2,4] is none for a tensor of [3,1]." },
        { "Expand", [3, 1], [3, -1], "Expand: the shape [3,-1] is none for a tensor of [3,1]." },
        { "Tile", [2, 3], [1, -1], "Tile: the repeats [1,-1] do not fit a tensor of [2,3]." },
        { "Pad", [2], [-1, -2], "Pad: the pads [-1,-2] do not fit a tensor of [2]." },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void OneBuildServesEveryList(string op, long[] dims, long[][] lists)
    {
        foreach (DType type in (DType[])[DType.F32, DType.I8, DType.Bool])
        {
            Tensor x = OpHarness.Counting(type, dims);
            Graph graph = GraphOf(op, [], x, Tensor.Vector<long>(lists[0]));
            foreach (Tensor[] y in Check(graph, [.. lists.Select(l => (Tensor[])[x, Tensor.Vector<long>(l)])]))
            {
                Assert.Equal(type, y[0].DType);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatDoesNotFitIsRefusedByTheCall(string op, long[] dims, long[] list, string message)
    {
        Tensor x = OpHarness.Counting(DType.F32, dims);
        Tensor[] inputs = [x, Tensor.Vector<long>(list)];
        Graph graph = GraphOf(op, [], inputs);
        ArgumentException error = Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(graph, inputs));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreAxesThanThereAreAreRefusedByTheBuild() =>
        Errors.Expect(Descriptors.InvalidNode, () => GraphOf("Squeeze", [], OpHarness.Counting(DType.F32, 1), Tensor.Vector<long>(0, 0)));

    [Theory]
    [InlineData("Squeeze", new long[] { 1, 3, 4 }, 1, "[3,4]")]
    [InlineData("Squeeze", new long[] { 1, 3, 1 }, 1, "[?,?]")]
    [InlineData("Squeeze", new long[] { 1, 3, 1 }, 2, "[3]")]
    [InlineData("Unsqueeze", new long[] { 3, 4 }, 1, "[?,?,?]")]
    [InlineData("Unsqueeze", new long[] { 1, 1, 4 }, 1, "[1,1,?,?]")]
    [InlineData("ReduceSum", new long[] { 1, 3, 4 }, 1, "[1,?,?]")]
    public void SizesThatAreTheSameWhateverTheListSaysAreKnown(string op, long[] dims, int length, string shape)
    {
        Graph graph = GraphOf(op, [], new Tensor(DType.F32, dims), new Tensor(DType.I64, [length]));
        Assert.Equal(shape, graph.Outputs[0].Value.Type.Shape!.ToString());
    }

    [Theory]
    [InlineData("Squeeze", 0, 0)]
    [InlineData("Unsqueeze", 0, 2)]
    [InlineData("Unsqueeze", 1, -1)]
    [InlineData("ReduceSum", 0, 1)]
    public void ASizeOfTheCallMayBeOne(string op, long one, long other)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, new Dim("length"), 3)));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, new Shape(1)));
        graph.AddOutput("y", graph.Add("Neg", "negative", [graph.Add(op, "node", [x, axes])]));
        TypeInference.Run(graph);
        CompiledModel model = SizedHarness.Compile(graph, new PlanDim("length", "Length", 1, 32));
        foreach (int length in (int[])[1, 2, 32])
        {
            CompiledModel sized = PlanSizes.At(model, [length]);
            CountedHarness.Check(graph, sized, OpHarness.Counting(DType.F32, 1, length, 3), Tensor.Vector<long>(one));
            CountedHarness.Check(graph, sized, OpHarness.Counting(DType.F32, 1, length, 3), Tensor.Vector<long>(other));
        }
    }

    [Fact]
    public void AZeroIsASizeWhereItIsAllowed()
    {
        Tensor x = new(DType.F32, [0, 3, 4]);
        Graph graph = GraphOf("Reshape", new AttributeMap { { "allowzero", 1L } }, x, Tensor.Vector<long>(3, 4, 0));
        Check(graph, [x, Tensor.Vector<long>(3, 4, 0)], [x, Tensor.Vector<long>(0, 9, 9)]);
        Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(graph, [x, Tensor.Vector<long>(0, 3, -1)]));
        Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(graph, [x, Tensor.Vector<long>(1, 3, 4)]));
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("edge")]
    [InlineData("reflect")]
    [InlineData("wrap")]
    public void PadsOfACallFollowEveryMode(string mode)
    {
        Tensor x = OpHarness.Counting(DType.I32, 3, 4, 2);
        AttributeMap attributes = new() { { "mode", mode } };
        Check(GraphOf("Pad", attributes, x, Tensor.Vector<long>(0, 0, 0, 0, 0, 0)), [.. ((long[][])[[0, 0, 0, 0, 0, 0], [1, 2, 1, 0, 3, 1], [0, -1, 0, 2, 0, -1]]).Select(p => (Tensor[])[x, Tensor.Vector<long>(p)])]);

        // Named axes leave the others as they are known; their element type need not be that of the pads.
        Graph some = OpHarness.GraphOf("Pad", attributes, [x, Tensor.Vector<long>(1, 1)], [null, Tensor.Vector<int>(-2)]);
        TypeInference.Run(some);
        Assert.Equal(new Shape(3, Dim.Unknown, 2), some.Outputs[0].Value.Type.Shape);
        Check(some, [x, Tensor.Vector<long>(1, 1)], [x, Tensor.Vector<long>(2, -3)]);
        Tensor value = Tensor.Scalar(7);
        Check(GraphOf("Pad", attributes, x, Tensor.Vector<long>(1, 1, 0, 2), value, Tensor.Vector<int>(0, 2)), [x, Tensor.Vector<long>(1, 1, 0, 2), value, Tensor.Vector<int>(0, 2)], [x, Tensor.Vector<long>(2, 0, 1, 1), value, Tensor.Vector<int>(-1, 1)]);
    }

    [Fact]
    public void ReshapesBehindOneAnotherStayWhereACallNamesTheSizes()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(2, 3, 4)));
        Value target = graph.AddInput("target", new TensorType(DType.I64, new Shape(3)));
        Value turned = graph.Add("Transpose", "turned", [x], new AttributeMap { { "perm", [0L, 2, 1] } });
        Value free = graph.Add("Reshape", "free", [turned, target]);
        Value flat = graph.Add("Flatten", "flat", [free], new AttributeMap { { "axis", 2L } });
        graph.AddOutput("y", graph.Add("Neg", "negative", [graph.Add("Unsqueeze", "wide", [flat, graph.AddConstant("axes", Tensor.Vector<long>(0))])]));
        TypeInference.Run(graph);
        Tensor values = OpHarness.Counting(DType.F32, 2, 3, 4);
        Check(graph, [values, Tensor.Vector<long>(2, 4, 3)], [values, Tensor.Vector<long>(2, 3, 4)], [values, Tensor.Vector<long>(1, -1, 6)], [values, Tensor.Vector<long>(24, 1, 1)]);
    }

    private static Graph GraphOf(string op, AttributeMap attributes, params Tensor[] inputs)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, inputs, []);
        TypeInference.Run(graph);
        return graph;
    }

    private static Tensor[][] Check(Graph graph, params Tensor[][] calls)
    {
        if (graph.Outputs.All(o => o.Value.Type.IsStatic))
        {
            return [.. calls.Select(inputs =>
            {
                Tensor[] y = OpHarness.RunPlan(graph, inputs);
                OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, inputs), y);
                return y;
            })];
        }

        CompiledModel model = CountedHarness.Compile(graph);
        return [.. calls.Select(inputs => CountedHarness.Check(graph, model, inputs))];
    }
}
