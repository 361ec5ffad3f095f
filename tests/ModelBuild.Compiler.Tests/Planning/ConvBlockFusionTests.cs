using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Planning;

public sealed class ConvBlockFusionTests
{
    /// <summary>Of the largest result: three products of at most 144 terms in binary32.</summary>
    private const double Tolerance = 1e-5;

    private const int Inputs = 8;
    private const int Inner = 48;

    [Theory]
    [InlineData(80, 1)]
    [InlineData(81, 2)]
    public void LargeChainsAreComputedByBands(int size, int stride)
    {
        Graph graph = Chain(size, stride, out Tensor x, out _);

        CompiledModel model = Plan(graph);

        string comment = Assert.Single(model.Plan.Steps, s => s.Kernel == "ConvBlock.F32").Comment;
        Assert.All(["expand", "depthwise", "project"], name => Assert.Contains($"'{name}", comment, StringComparison.Ordinal));
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel is "Conv.F32" or "DepthwiseConv.F32");
        using PlanInterpreter interpreter = new(model);
        double[] expected = ReferenceEvaluator.Run(graph, [x])[0].ToDoubleArray();
        double[] actual = interpreter.Run([x])[0].ToDoubleArray();
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), Tolerance * expected.Max(Math.Abs));
    }

    [Fact]
    public void SmallChainsStayApart() => Assert.DoesNotContain(Plan(Chain(24, 1, out _, out _)).Plan.Steps, s => s.Kernel == "ConvBlock.F32");

    [Fact]
    public void AChainWhoseMiddleIsReadElsewhereStaysApart()
    {
        Graph graph = Chain(80, 1, out _, out Value middle);
        graph.AddOutput("middle", middle);

        Assert.DoesNotContain(Plan(graph).Plan.Steps, s => s.Kernel == "ConvBlock.F32");
    }

    private static Graph Chain(int size, int stride, out Tensor x, out Value middle)
    {
        Random random = new(size);
        Graph graph = new(Operators.Set, "test");
        x = Draw(random, 1, Inputs, size, size);
        Value image = graph.AddInput("x", x.Type);
        middle = Conv(graph, "expand", image, Draw(random, Inner, Inputs, 1, 1), Draw(random, Inner), []);
        Value active = graph.Add("Relu", "relu", [middle]);
        Value filtered = Conv(
            graph, "depthwise", active, Draw(random, Inner, 1, 3, 3), Draw(random, Inner),
            new AttributeMap { { "group", (long)Inner }, { "pads", new long[] { 1, 1, 1, 1 } }, { "strides", new long[] { stride, stride } } });
        Value y = Conv(graph, "project", filtered, Draw(random, Inputs, Inner, 1, 1), null, []);
        graph.AddOutput("y", stride == 1 ? graph.Add("Add", "add", [y, image]) : y);
        TypeInference.Run(graph);
        return graph;
    }

    private static Value Conv(Graph graph, string name, Value x, Tensor w, Tensor? bias, AttributeMap attributes) =>
        graph.Add("Conv", name, [x, graph.AddConstant($"{name}_w", w), bias is null ? null : graph.AddConstant($"{name}_b", bias)], attributes);

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
