using System.Text;
using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Quantization;
using ModelBuild.Compiler.Tests.Passes;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>The written form of static int8, as other runtimes read it.</summary>
public sealed class StaticQdqTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OnnxRuntime_computes_fully_connected_layers_with_integers()
    {
        string source = Path.Combine(_folder, "quantized.onnx");
        string optimized = Path.Combine(_folder, "optimized.onnx");
        using (FileStream file = File.Create(source))
        {
            OnnxWriter.Write(Quantized(), file);
        }

        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED, OptimizedModelFilePath = optimized };
        using InferenceSession session = new(source, options);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(optimized));
        Assert.Contains("QGemm", text, StringComparison.Ordinal);
        Assert.Contains("QLinearConv", text, StringComparison.Ordinal);
        Assert.DoesNotContain("FusedGemm", text, StringComparison.Ordinal);
    }

    // A convolution and two fully connected layers, the second of which has a float result.
    private static Graph Quantized()
    {
        TestNet net = new(1);
        Value x = net.Add("Relu", [net.Conv(net.Input(1, 3, 6, 6), 4, true)]);
        x = net.Add("Relu", [net.Add("Gemm", [net.Add("Flatten", [x]), net.Random(8, x.Type.Shape!.ElementCount), net.Random(8)], new AttributeMap { { "transB", 1L } })]);
        Graph graph = net.Outputs(net.Add("Gemm", [x, net.Random(3, 8), net.Random(3)], new AttributeMap { { "transB", 1L } }));
        IReadOnlyList<IReadOnlyList<Tensor>> samples = SeededInputs.Make(graph, 4);
        Assert.Empty(QuantizationSchemes.Find("int8-static").Apply(graph, new QuantizationContext(samples, new NodeFilter([]), g => new PlanRunner(Planner.Plan(Int8Networks.Lower(g)))), default));
        Assert.Null(graph.Sort());
        TypeInference.Run(graph);
        return graph;
    }
}
