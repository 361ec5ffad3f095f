using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;

namespace ModelBuild.Compiler.Tests.Planning;

public sealed class WinogradTests
{
    /// <summary>Of the largest result; the kernel's own tests count its error exactly.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(16, 32, 32)]
    [InlineData(15, 24, 40)]
    [InlineData(32, 16, 16)]
    [InlineData(8, 64, 64)]
    public void LargeConvolutionsAreComputedByMinimalFiltering(int size, int inputs, int outputs)
    {
        Graph graph = Convolution(size, inputs, outputs, 3, new AttributeMap { { "pads", new long[] { 1, 1, 1, 1 } } }, out Tensor x);

        CompiledModel model = Plan(graph, allowsWinograd: true);

        Assert.Contains(model.Plan.Steps, s => s.Kernel == "WinogradConv.F32");
        using PlanInterpreter interpreter = new(model);
        double[] expected = ReferenceEvaluator.Run(graph, [x])[0].ToDoubleArray();
        double[] actual = interpreter.Run([x])[0].ToDoubleArray();
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), Tolerance * expected.Max(Math.Abs));
    }

    [Fact]
    public void TheSwitchTurnsItOff()
    {
        Graph graph = Convolution(16, 32, 32, 3, new AttributeMap { { "pads", new long[] { 1, 1, 1, 1 } } }, out _);

        AssertDirect(Plan(graph, allowsWinograd: false));
    }

    [Theory]
    [InlineData(3, 64, 64, 3, 1)] // one tile, half of it outside
    [InlineData(7, 4, 16, 3, 1)] // transforms cost more than they save
    [InlineData(7, 512, 512, 3, 1)] // four times the weights, from memory
    [InlineData(16, 32, 32, 5, 1)]
    [InlineData(16, 32, 32, 3, 2)]
    public void OtherConvolutionsStayDirect(int size, int inputs, int outputs, int kernel, int stride)
    {
        Graph graph = Convolution(size, inputs, outputs, kernel, new AttributeMap { { "pads", new long[] { 1, 1, 1, 1 } }, { "strides", new long[] { stride, stride } } }, out _);

        AssertDirect(Plan(graph, allowsWinograd: true));
    }

    [Fact]
    public void DilatedAndGroupedConvolutionsStayDirect()
    {
        AssertDirect(Plan(Convolution(16, 32, 32, 3, new AttributeMap { { "dilations", new long[] { 2, 2 } } }, out _), allowsWinograd: true));
        AssertDirect(Plan(Convolution(16, 64, 64, 3, new AttributeMap { { "group", 2L } }, out _, groups: 2), allowsWinograd: true));
    }

    private static void AssertDirect(CompiledModel model)
    {
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "Conv.F32");
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel == "WinogradConv.F32");
    }

    private static Graph Convolution(int size, int inputs, int outputs, int kernel, AttributeMap attributes, out Tensor x, int groups = 1)
    {
        Random random = new((size * 31) + inputs);
        x = Draw(random, 1, inputs, size, size);
        Graph graph = OpHarness.GraphOf("Conv", attributes, [x], [Draw(random, outputs, inputs / groups, kernel, kernel), Draw(random, outputs)]);
        TypeInference.Run(graph);
        return graph;
    }

    private static CompiledModel Plan(Graph graph, bool allowsWinograd)
    {
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        return Planner.Plan(lowered, allowsWinograd: allowsWinograd);
    }

    private static Tensor Draw(Random random, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (random.NextSingle() * 2f) - 1f;
        }

        return tensor;
    }
}
