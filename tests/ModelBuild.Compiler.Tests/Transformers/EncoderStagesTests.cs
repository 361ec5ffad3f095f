using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>A small BERT from file to verified plan, through the same stages that the build runs.</summary>
public sealed class EncoderStagesTests : IDisposable
{
    /// <summary>Ten products with activations of 8 bits, each normalised afterwards.</summary>
    private const double QuantizedSqnr = 25;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-encoder").FullName;

    public static TheoryData<bool> Forms => [true, false];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Forms))]
    public void EncoderIsVerified(bool isFused)
    {
        CompileOptions options = Options(isFused);
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        CompiledModel model = Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.All(result.Outputs, o => Assert.True(o.MaxRelative < Tolerance.Exact.Relative, $"{o.Name}: {o.MaxRelative}"));
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "LayerNorm.F32");
        Assert.Equal(isFused ? 9 : 13, model.Plan.Steps.Count(s => s.Kernel == "Gemm.F32"));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EncoderIsQuantised(bool isFused)
    {
        CompileOptions options = Options(isFused) with { Quantize = "int8-dynamic" };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        IReadOnlyList<Diagnostic> warnings = Stages.Quantize(In("1-converted.onnx"), In("4-quantized.onnx"), options, default);
        CompiledModel model = Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.Empty(warnings);
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel == "Gemm.F32");
        Assert.All(result.Outputs, o => Assert.True(o.Sqnr > QuantizedSqnr, $"{o.Name}: {o.Sqnr}"));
    }

    private CompileOptions Options(bool isFused)
    {
        string path = In("encoder.onnx");
        using (FileStream stream = File.Create(path))
        {
            OnnxWriter.Write(isFused ? FusedEncoder.Build(new EncoderWeights()) : new PrimitiveEncoder(new EncoderWeights(), hasLayerNorm: true).Build(), stream);
        }

        Dictionary<string, long?> dims = new(StringComparer.Ordinal) { ["batch"] = 2, ["length"] = 7 };
        return new CompileOptions { ModelPath = path, ClassName = "EncoderPredictor", Namespace = "Tests", Dims = dims };
    }

    private string In(string name) => Path.Combine(_folder, name);
}
