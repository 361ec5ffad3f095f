using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

public sealed class LpPoolTests
{
    [RealModelTheory]
    [InlineData("lppool_1d_default")]
    [InlineData("lppool_2d_default")]
    [InlineData("lppool_2d_dilations")]
    [InlineData("lppool_2d_pads")]
    [InlineData("lppool_2d_same_lower")]
    [InlineData("lppool_2d_same_upper")]
    [InlineData("lppool_2d_strides")]
    public void Published_results_are_met(string name) => PublishedCases.Check($"test_{name}");

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 5)]
    public void A_norm_over_all_positions_is_one_number_per_channel(int order, float expected)
    {
        Graph graph = new(Operators.Set);
        Value y = graph.Add("GlobalLpPool", "pool", [graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 1, 2)))], new AttributeMap { { "p", order } });

        Tensor result = y.Producer!.Op!.Evaluate(new EvaluationContext(y.Producer, [Tensor.Create<float>([3, -4], 1, 1, 2)]))[0];

        Assert.Equal(expected, result.Span<float>()[0], 1e-6f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Plans_agree_with_the_reference(int order)
    {
        foreach (long[] dims in new[] { new long[] { 2, 3, 7, 5 }, [1, 5, 9, 9] })
        {
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));
            graph.AddOutput("y", graph.Add("LpPool", "pool", [x], new AttributeMap { { "kernel_shape", [3, 2] }, { "strides", [2, 1] }, { "pads", [1, 0, 1, 1] }, { "p", order } }));
            graph.AddOutput("z", graph.Add("GlobalLpPool", "all", [x], new AttributeMap { { "p", order } }));

            PlanAgainstReference.Check(graph, order);
        }
    }
}
