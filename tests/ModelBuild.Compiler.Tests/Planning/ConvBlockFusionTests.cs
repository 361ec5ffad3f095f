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
        AssertEqual(graph, model, x);
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

    [Fact]
    public void ChainsThatShareAConvolutionAreEachComputedOnce()
    {
        Random random = new(3);
        Graph graph = new(Operators.Set, "test");
        Tensor x = Draw(random, 1, Inputs, 80, 80);
        Value value = graph.AddInput("x", x.Type);
        for (int i = 0; i < 4; i++)
        {
            value = Conv(graph, $"pointwise{i}", value, Draw(random, Inner, i == 0 ? Inputs : Inner, 1, 1), Draw(random, Inner), []);
            value = Conv(graph, $"depthwise{i}", value, Draw(random, Inner, 1, 3, 3), null, new AttributeMap { { "group", (long)Inner }, { "pads", new long[] { 1, 1, 1, 1 } } });
        }

        graph.AddOutput("y", Conv(graph, "last", value, Draw(random, Inputs, Inner, 1, 1), null, []));
        TypeInference.Run(graph);

        CompiledModel model = Plan(graph);

        Assert.Equal(2, model.Plan.Steps.Count(s => s.Kernel == "ConvBlock.F32"));
        AssertEqual(graph, model, x);
    }

    [Theory]
    [InlineData(32, 3, 2, 7)]
    [InlineData(12, 2, 2, 3)]
    public void AConvolutionAndThePoolBehindItAreComputedByBands(int channels, int pool, int stride, int kernel)
    {
        const int Size = 150;
        Random random = new(channels);
        Graph graph = new(Operators.Set, "test");
        Tensor x = Draw(random, 1, 3, Size, Size);
        Value image = graph.AddInput("x", x.Type);
        Value conv = Conv(graph, "conv", image, Draw(random, channels, 3, kernel, kernel), Draw(random, channels), []);
        Value active = graph.Add("Relu", "relu", [conv]);
        graph.AddOutput("y", graph.Add("MaxPool", "pool", [active], new AttributeMap { { "kernel_shape", new long[] { pool, pool } }, { "strides", new long[] { stride, stride } } }));
        TypeInference.Run(graph);

        CompiledModel model = Plan(graph);

        string comment = Assert.Single(model.Plan.Steps, s => s.Kernel == "ConvPool.MaxF32").Comment;
        Assert.All(["conv", "pool"], name => Assert.Contains($"'{name}", comment, StringComparison.Ordinal));
        AssertEqual(graph, model, x);
    }

    [Fact]
    public void AFirstConvolutionWithAWindowBeginsAChain()
    {
        Random random = new(5);
        Graph graph = new(Operators.Set, "test");
        Tensor x = Draw(random, 1, 3, 161, 161);
        Value value = Conv(graph, "first", graph.AddInput("x", x.Type), Draw(random, Inner, 3, 3, 3), Draw(random, Inner), new AttributeMap { { "strides", new long[] { 2, 2 } } });
        value = Conv(graph, "depthwise", value, Draw(random, Inner, 1, 3, 3), null, new AttributeMap { { "group", (long)Inner }, { "pads", new long[] { 1, 1, 1, 1 } } });
        graph.AddOutput("y", Conv(graph, "last", value, Draw(random, Inputs, Inner, 1, 1), null, []));
        TypeInference.Run(graph);

        CompiledModel model = Plan(graph);

        Assert.Single(model.Plan.Steps, s => s.Kernel == "ConvBlock.F32");
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel is "Conv.F32" or "DepthwiseConv.F32");
        AssertEqual(graph, model, x);
    }

    private static void AssertEqual(Graph graph, CompiledModel model, Tensor x)
    {
        using PlanInterpreter interpreter = new(model);
        double[] expected = ReferenceEvaluator.Run(graph, [x])[0].ToDoubleArray();
        double[] actual = interpreter.Run([x])[0].ToDoubleArray();
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), Tolerance * expected.Max(Math.Abs));
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
