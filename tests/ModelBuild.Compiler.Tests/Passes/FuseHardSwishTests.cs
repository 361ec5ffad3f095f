using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseHardSwishTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_spelling_is_applied_by_the_convolution(int spelling)
    {
        (Graph graph, Value x) = Start();
        Value clip = Gate(graph, x, 3, 6);
        Value sixth = graph.AddConstant("sixth", Tensor.Scalar(1 / 6f));
        graph.AddOutput("y", spelling switch
        {
            0 => Mul(graph, x, Mul(graph, sixth, clip)),
            1 => Mul(graph, Mul(graph, clip, x), sixth),
            2 => graph.Add("Div", "div", [Mul(graph, x, clip), graph.AddConstant("six", Tensor.Scalar(6f))]),
            _ => Mul(graph, graph.Add("HardSigmoid", "gate", [x], new AttributeMap { { "alpha", 1 / 6f }, { "beta", 0.5f } }), x),
        });

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel.StartsWith("Unary", StringComparison.Ordinal) || s.Kernel.StartsWith("Binary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, 6, 1 / 6f)]
    [InlineData(3, 5, 1 / 6f)]
    [InlineData(3, 6, 0.2f)]
    public void Other_numbers_are_left_alone(float shift, float high, float factor)
    {
        (Graph graph, Value x) = Start();
        graph.AddOutput("y", Mul(graph, Mul(graph, Gate(graph, x, shift, high), x), graph.AddConstant("factor", Tensor.Scalar(factor))));

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.Contains(model.Plan.Steps, s => s.Kernel.StartsWith("Binary.Mul", StringComparison.Ordinal));
    }

    private static (Graph Graph, Value X) Start()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 5, 7)));

        // Large weights, so that both bends of the function are met.
        Tensor weights = Tensor.Create<float>([.. PlanAgainstReference.Filled(new Random(1), 8, 3, 1, 1).Span<float>().ToArray().Select(v => v * 8)], 8, 3, 1, 1);
        return (graph, graph.Add("Conv", "conv", [x, graph.AddConstant("w", weights)]));
    }

    private static Value Gate(Graph graph, Value x, float shift, float high)
    {
        Value sum = graph.Add("Add", "add", [x, graph.AddConstant("shift", Tensor.Scalar(shift))]);
        return graph.Add("Clip", "clip", [sum, graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(high))]);
    }

    private static Value Mul(Graph graph, Value a, Value b) => graph.Add("Mul", "mul", [a, b]);
}
