using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Planning;

public sealed class PlanarConvFusionTests
{
    /// <summary>Of the largest result: sums of at most 75 products in binary32.</summary>
    private const double Tolerance = 1e-5;

    private const int Size = 37;

    [Theory]
    [InlineData(3, 8, 3, 1)]
    [InlineData(3, 16, 3, 2)]
    [InlineData(1, 8, 5, 2)]
    [InlineData(4, 16, 3, 1)]
    [InlineData(3, 24, 3, 2)]
    [InlineData(3, 64, 3, 1)]
    public void APictureIsReadFromItsPlanes(int planes, int outputs, int kernel, int stride)
    {
        Graph graph = Network(planes, outputs, kernel, stride, out Tensor x);

        CompiledModel model = Plan(graph);

        string comment = Assert.Single(model.Plan.Steps, s => s.Kernel == "PlanarConv.F32").Comment;
        Assert.Contains("'first", comment, StringComparison.Ordinal);
        Assert.Contains("Relu", comment, StringComparison.Ordinal);
        Assert.Single(model.Plan.Steps, s => s.Kernel == "Transpose.Run");
        using PlanInterpreter interpreter = new(model);
        double[] expected = ReferenceEvaluator.Run(graph, [x])[0].ToDoubleArray();
        double[] actual = interpreter.Run([x])[0].ToDoubleArray();
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), Tolerance * expected.Max(Math.Abs));
    }

    [Theory]
    [InlineData(5, 8, 3)]
    [InlineData(3, 12, 3)]
    [InlineData(3, 72, 3)]
    [InlineData(1, 8, 3)]
    public void OtherShapesAreProducts(int planes, int outputs, int kernel) =>
        Assert.DoesNotContain(Plan(Network(planes, outputs, kernel, 1, out _)).Plan.Steps, s => s.Kernel == "PlanarConv.F32");

    [Fact]
    public void TwoConvolutionsReadTheSamePlanes()
    {
        Graph graph = Network(3, 8, 3, 1, out _);
        Value second = graph.Add("Conv", "beside", [graph.Inputs[0], graph.AddConstant("v", Draw(new Random(5), 8, 3, 3, 3))]);
        graph.AddOutput("z", graph.Add("Relu", "active", [second]));
        TypeInference.Run(graph);

        Assert.Equal(2, Plan(graph).Plan.Steps.Count(s => s.Kernel == "PlanarConv.F32"));
    }

    [Fact]
    public void APictureWithASummandIsAProduct()
    {
        Graph graph = new(Operators.Set, "test");
        Random random = new(1);
        Tensor x = Draw(random, 1, 3, Size, Size);
        Value picture = graph.AddInput("x", x.Type);
        Value summand = graph.AddInput("r", Draw(random, 1, 8, Size, Size).Type);
        Value conv = graph.Add(
            "Conv", "first", [picture, graph.AddConstant("w", Draw(random, 8, 3, 3, 3))], new AttributeMap { { "pads", new long[] { 1, 1, 1, 1 } } });
        graph.AddOutput("y", graph.Add("Add", "sum", [conv, summand]));
        TypeInference.Run(graph);

        Assert.DoesNotContain(Plan(graph).Plan.Steps, s => s.Kernel == "PlanarConv.F32" && s.Comment.Contains("sum", StringComparison.Ordinal));
    }

    private static Graph Network(int planes, int outputs, int kernel, int stride, out Tensor x)
    {
        Random random = new(planes + outputs);
        Graph graph = new(Operators.Set, "test");
        x = Draw(random, 2, planes, Size, Size);
        Value picture = graph.AddInput("x", x.Type);
        Value first = graph.Add(
            "Conv", "first", [picture, graph.AddConstant("w", Draw(random, outputs, planes, kernel, kernel)), graph.AddConstant("b", Draw(random, outputs))],
            new AttributeMap { { "pads", new long[] { 1, 1, 1, 1 } }, { "strides", new long[] { stride, stride } } });
        Value active = graph.Add("Relu", "relu", [first]);
        graph.AddOutput("y", graph.Add("Conv", "second", [active, graph.AddConstant("u", Draw(random, 6, outputs, 1, 1))]));
        TypeInference.Run(graph);
        return graph;
    }

    private static CompiledModel Plan(Graph graph)
    {
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        return Planner.Plan(lowered);
    }

    private static Tensor Draw(Random random, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return tensor;
    }
}
