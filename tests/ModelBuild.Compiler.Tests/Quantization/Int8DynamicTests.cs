using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Quantization;

public sealed class Int8DynamicTests : IDisposable
{
    /// <summary>The depthwise convolution stays in binary32, whose sums the kernel takes in another order.</summary>
    private const double FloatError = 1e-4;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-dynamic").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("int8")]
    [InlineData("int8-dynamic")]
    public void Without_data_the_standard_graph_takes_ranges_at_run_time(string scheme)
    {
        Graph quantized = Quantized(scheme, []);

        Assert.Equal(
            ["DynamicQuantizeLinear", "ConvInteger", "DynamicQuantizeLinear", "MatMulInteger"],
            quantized.Nodes.Select(n => n.OpType).Where(t => t.EndsWith("Integer", StringComparison.Ordinal) || t.StartsWith("Dynamic", StringComparison.Ordinal)));
        Assert.Single(quantized.Nodes, n => n.OpType == "Conv");
        Assert.DoesNotContain(quantized.Nodes, n => n.OpType is "Gemm" or "QuantizeLinear");
    }

    [Fact]
    public void Excluded_nodes_stay_in_float()
    {
        Graph quantized = Quantized("int8-dynamic", ["gemm"]);

        Assert.Contains(quantized.Nodes, n => n.OpType == "Gemm");
        Assert.Contains(quantized.Nodes, n => n.OpType == "ConvInteger");
    }

    [Fact]
    public void A_line_is_quantised_like_an_image()
    {
        Graph graph = new(Operators.Set);
        Random random = new(3);
        Value C(params long[] dims) => graph.AddConstant("c", PlanAgainstReference.Filled(random, dims));
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4, 30)));
        graph.AddOutput("y", graph.Add("Relu", "relu", [graph.Add("Conv", "conv", [x, C(8, 4, 5), C(8)], new AttributeMap { { "pads", [2L, 1] }, { "strides", [2L] } })]));
        TypeInference.Run(graph);
        Assert.Empty(QuantizationSchemes.Find("int8-dynamic").Apply(graph, new QuantizationContext([], new NodeFilter([]), _ => throw new InvalidOperationException()), default));
        Assert.Null(graph.Sort());

        CompiledModel model = PlanAgainstReference.Check(graph);

        Assert.Equal(["DynamicQuantize.F32", "ConvU8S8.ToF32Dynamic"], model.Plan.Steps.Select(s => s.Kernel).Where(k => !k.StartsWith("Transpose", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_item_does_not_depend_on_the_others_of_its_batch()
    {
        CompileOptions options = Options("int8-dynamic", []);
        _ = Quantized("int8-dynamic", []);
        CompiledModel model = Stages.Compile(In("4.onnx"), In("2.onnx"), In("graph.txt"), options, default);
        Random random = new(2);
        Tensor small = PlanAgainstReference.Filled(random, 1, 3, 8, 8);
        Tensor large = Tensor.Create<float>([.. PlanAgainstReference.Filled(random, 1, 3, 8, 8).Span<float>().ToArray().Select(v => v * 50)], 1, 3, 8, 8);
        Graph one = Bound(In("4.onnx"), 1);
        using PlanInterpreter plan = new(model);

        double[] alone = plan.Run([small])[0].ToDoubleArray();
        double[] after = [.. plan.Run([large])[0].ToDoubleArray(), .. plan.Run([small])[0].ToDoubleArray()];

        Assert.True(model.Plan.HasFreeBatch);
        Assert.Equal(alone, after[alone.Length..]);
        Assert.All(ReferenceEvaluator.Run(one, [small])[0].ToDoubleArray().Zip(alone), p => Assert.Equal(p.First, p.Second, FloatError));

        // The standard graph takes one range over the batch: the neighbour's, fifty times as wide, changes the small item.
        Tensor both = new(DType.F32, [2, 3, 8, 8], [.. small.Bytes, .. large.Bytes]);
        Assert.NotEqual(alone, ReferenceEvaluator.Run(Bound(In("4.onnx"), 2), [both])[0].ToDoubleArray()[..alone.Length]);
    }

    [Fact]
    public void A_source_with_run_time_ranges_and_a_free_batch_passes_verification()
    {
        _ = Quantized("int8-dynamic", []);
        CompileOptions options = Options(null, []);
        CompiledModel model = Stages.Compile(In("4.onnx"), In("4.onnx"), In("graph.txt"), options, default);

        Assert.All(Stages.Verify(In("4.onnx"), model, options, default).Outputs, o => Assert.InRange(o.Sqnr, 60, double.PositiveInfinity));
    }

    private static Graph Bound(string path, int batch)
    {
        Graph graph = Importers.Import(path);
        DimBinder.Bind(graph, new Dictionary<string, long?> { ["N"] = batch });
        return graph;
    }

    private CompileOptions Options(string? scheme, string[] exclude) =>
        new() { ModelPath = In("2.onnx"), ClassName = "TestPredictor", Namespace = "Tests", Quantize = scheme, QuantizeExclude = exclude };

    /// <summary>A network of a convolution, a depthwise one and a Gemm with transposed weights, written and quantised through files.</summary>
    private Graph Quantized(string scheme, string[] exclude)
    {
        Graph graph = new(Operators.Set);
        Random random = new(1);
        Value C(params long[] dims) => graph.AddConstant("c", PlanAgainstReference.Filled(random, dims));
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(new Dim("N"), 3, 8, 8)));
        Value y = graph.Add("Relu", "relu", [graph.Add("Conv", "conv", [x, C(8, 3, 3, 3), C(8)], new AttributeMap { { "pads", [1L, 1, 1, 1] }, { "strides", [2L, 2] } })]);
        y = graph.Add("Conv", "depthwise", [y, C(8, 1, 3, 3)], new AttributeMap { { "group", 8L } });
        y = graph.Add("Gemm", "gemm", [graph.Add("Flatten", "flatten", [y]), C(5, 32), C(5)], new AttributeMap { { "transB", 1L } });
        graph.AddOutput("y", y);
        TypeInference.Run(graph);
        using (FileStream stream = File.Create(In("2.onnx")))
        {
            OnnxWriter.Write(graph, stream);
        }

        Assert.Empty(Stages.Quantize(In("2.onnx"), In("4.onnx"), Options(scheme, exclude), default));
        return Importers.Import(In("4.onnx"));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
