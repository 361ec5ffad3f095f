using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Operands whose sizes were counted by steps of their own and meet in a node that broadcasts them.</summary>
public sealed class MeetingSizesTests
{
    private static readonly AttributeMap s_keep = new() { { "keepdims", 1L } };

    [Fact]
    public void AMeanOverTheAxesOfACallIsTakenAway()
    {
        // (x - mean) / (largest distance + 1), each over the axes that the call names.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([3, 4])));
        Value axes = graph.AddInput("axes", new TensorType(DType.I64, Shape.Of([1])));
        Value distance = graph.Add("Sub", "distance", [x, graph.Add("ReduceMean", "mean", [x, axes], s_keep)]);
        Value largest = graph.Add("ReduceMax", "largest", [graph.Add("Abs", "absolute", [distance]), axes], s_keep);
        graph.AddOutput("y", graph.Add("Div", "y", [distance, graph.Add("Add", "divisor", [largest, graph.AddConstant("one", Tensor.Scalar(1f))])]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        foreach (long axis in (long[])[0, 1, -1, -2])
        {
            CountedHarness.Check(graph, model, PlanAgainstReference.Filled(new Random(3), 3, 4), Tensor.Vector(axis));
        }
    }

    [Fact]
    public void TwoPicturesOfSizesOfTheCallAreAdded()
    {
        Graph graph = new(Operators.Set);
        Value[] sums = [.. Enumerable.Range(0, 2).Select(i => graph.Add(
            "Resize",
            $"resized{i}",
            [graph.AddInput($"x{i}", new TensorType(DType.F32, Shape.Of([1, 1, 2 + i, 3]))), null, graph.AddInput($"scales{i}", new TensorType(DType.F32, Shape.Of([4])))],
            new AttributeMap { { "mode", "nearest" } }))];
        graph.AddOutput("y", graph.Add("Relu", "y", [graph.Add("Add", "sum", sums)]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);

        Tensor one = PlanAgainstReference.Filled(new Random(1), 1, 1, 2, 3);
        Tensor other = PlanAgainstReference.Filled(new Random(2), 1, 1, 3, 3);
        CountedHarness.Check(graph, model, one, Scales(3, 1), other, Scales(2, 1));
        CountedHarness.Check(graph, model, one, Scales(4.5f, 2), other, Scales(3, 2));
        Tensor repeated = CountedHarness.Check(graph, model, one, Scales(0.5f, 1), other, Scales(2, 1))[0];
        Assert.Equal([1, 1, 6, 3], repeated.Dims.ToArray());

        using PlanInterpreter interpreter = new(model);
        Assert.Contains("cannot be broadcast", Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([one, Scales(2, 1), other, Scales(2, 1)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Where")]
    [InlineData("Max")]
    [InlineData("Less")]
    public void EveryNodeThatBroadcastsCompares(string op)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([5])));
        Value first = Found(graph, "first");
        Value second = Found(graph, "second");
        Value[] operands = op == "Where" ? [graph.Add("Greater", "greater", [first, x]), first, second] : op == "Max" ? [first, x, second] : [first, second];
        Value y = graph.Add(op, "result", operands);
        graph.AddOutput("y", op == "Less" ? graph.Add("Not", "y", [y]) : graph.Add("Neg", "y", [y]));
        TypeInference.Run(graph);
        CompiledModel model = CountedHarness.Compile(graph);
        Tensor values = Tensor.Vector<float>(0.5f, -1, 0, 2, 7);
        (long First, long Second)[] calls = op == "Less" ? [(5, 5), (1, 3), (3, 3), (0, 1)] : [(5, 5), (1, 5), (5, 1), (1, 1)];
        foreach ((long one, long two) in calls)
        {
            CountedHarness.Check(graph, model, values, Tensor.Vector(one), Tensor.Vector(two));
        }

        using PlanInterpreter interpreter = new(model);
        Assert.ThrowsAny<ArgumentException>(() => interpreter.Run([values, Tensor.Vector(3L), Tensor.Vector(2L)]));
    }

    private static Value Found(Graph graph, string name)
    {
        Value size = graph.AddInput(name, new TensorType(DType.I64, Shape.Of([1])));
        return graph.Add("ConstantOfShape", name + "Of", [size], new AttributeMap { { "value", new TensorAttribute(Tensor.Vector(1.5f)) } });
    }

    private static Tensor Scales(float height, float width) => Tensor.Vector(1f, 1f, height, width);
}
