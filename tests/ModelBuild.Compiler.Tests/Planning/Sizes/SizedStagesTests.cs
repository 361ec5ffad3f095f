using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Sizes that a call gives, from file to verified plan.</summary>
public sealed class SizedStagesTests : IDisposable
{
    private const int Channels = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-sizes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EverySizeToVerifyIsComparedWithTheSource()
    {
        CompileOptions options = Options("height=4..64;width=8..", []);
        CompiledModel model = Compile(options);
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.InRange(result.Samples, 8, 64);
        Assert.All(result.Outputs, o => Assert.InRange(o.MaxRelative, 0, Tolerance.Exact.Relative!));
        Assert.Equal(["Height", "Width"], model.Plan.Dims.Select(d => d.Identifier));
        Assert.Equal(64L / 2 * (1032 / 2) * 8 * Channels * 9, model.Plan.Macs);
        Assert.Throws<InvalidOperationException>(() => new PlanInterpreter(model));
        Assert.Equal([-1L, -1L], model.Plan.Inputs[0].Dims.Skip(2));
    }

    [Fact]
    public void AWrongExpressionIsFoundByVerification()
    {
        CompileOptions options = Options("height=4..64;width=8..64", []);
        CompiledModel model = Compile(options);
        PlanStep[] steps = [.. model.Plan.Steps.Select(s => s with { Arguments = new PlanList<PlanArgument>(s.Arguments.Select(a => a is SizeArgument { Name: "inW" } width ? width with { Value = new SizeDim(0) } : a)) })];
        CompiledModel wrong = model with { Plan = model.Plan with { Steps = new PlanList<PlanStep>(steps) } };
        Assert.NotEqual(model.Plan, wrong.Plan);
        Assert.ThrowsAny<Exception>(() => Stages.Verify(In("1-converted.onnx"), wrong, options, default));
    }

    [Fact]
    public void ACalibratedModelTakesTheSizesOfItsData()
    {
        WriteNpy(In("data.npy"), 16, 20, 24);
        CompileOptions options = Options("height=4..64;width=8..64", new() { ["Quantize"] = "int8", ["CalibrationData"] = In("data.npy") });
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Assert.Empty(Stages.Quantize(In("1-converted.onnx"), In("4-quantized.onnx"), options, default));
        CompiledModel model = Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
        Assert.Contains(model.Plan.Steps, s => s.Kernel.StartsWith("ConvU8S8", StringComparison.Ordinal));
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.Equal("data.npy", result.SampleSource);
    }

    [Fact]
    public void DataOfASizeThatIsNotAllowedIsRefused()
    {
        WriteNpy(In("data.npy"), 4, 20, 100);
        CompileOptions options = Options("height=4..64;width=8..64", new() { ["VerifyData"] = In("data.npy") });
        CompiledModel model = Compile(options);
        string message = Errors.Expect(Descriptors.InvalidValidationData, () => Stages.Verify(In("1-converted.onnx"), model, options, default));
        Assert.Contains("width=100", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignatureHasTheSizesOfThePlan()
    {
        CompileOptions options = Options("height=4..64;width=8..64", []);
        ExecutionPlan signature = Stages.Signature(options, default);
        ExecutionPlan plan = Compile(options).Plan;
        Assert.Equal(plan.Dims, signature.Dims);
        Assert.Equal(plan.Inputs.Concat(plan.Outputs).Select(p => string.Join(',', p.Dims)), signature.Inputs.Concat(signature.Outputs).Select(p => string.Join(',', p.Dims)));
        Assert.Equal(plan.Inputs.Concat(plan.Outputs).Select(p => p.IsSized), signature.Inputs.Concat(signature.Outputs).Select(p => p.IsSized));
    }

    [Theory]
    [InlineData("heigth=4..64;width=8")]
    [InlineData("heigth=4;width=8")]
    [InlineData("heigth=*;width=8")]
    public void ANameThatNoDimensionHasIsRefused(string dims)
    {
        string message = Errors.Expect(Descriptors.UnsetDimension, () => Compile(Options(dims, [])));
        Assert.Contains("Dims names 'heigth', which no input has. Did you mean 'height'? The model's dimensions are: height, width.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoBuildsWriteTheSameBytes()
    {
        CompileOptions options = Options("height=4..64;width=8..64", []);
        CompiledModel first = Compile(options);
        CompiledModel second = Compile(options);
        Assert.Equal(PlanWriter.Write(first.Plan), PlanWriter.Write(second.Plan));
        Assert.Equal(first.Weights, second.Weights);
    }

    [Fact]
    public void OnnxRuntimeTakesFixedSizes() => Assert.Contains(
        "1..8", Errors.Expect(Descriptors.RuntimeMismatch, () => Options("height=1..8", new() { ["Runtime"] = "onnxruntime" })), StringComparison.Ordinal);

    private CompileOptions Options(string dims, Dictionary<string, string> metadata)
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, new Shape(1, Channels, new Dim("height"), new Dim("width"))));
        Value weights = graph.AddConstant("w", PlanAgainstReference.Filled(new Random(5), 8, Channels, 3, 3));
        AttributeMap window = new() { { "kernel_shape", [3L, 3L] }, { "strides", [2L, 2L] }, { "pads", [1L, 1L, 1L, 1L] } };
        Value relu = graph.Add("Relu", "relu", [graph.Add("Conv", "conv", [x, weights], window)]);
        graph.AddOutput("map", relu);
        graph.AddOutput("mean", graph.Add("GlobalAveragePool", "mean", [relu]));
        TypeInference.Run(graph);
        using (FileStream stream = File.Create(In("model.onnx")))
        {
            OnnxWriter.Write(graph, stream);
        }

        metadata["Dims"] = dims;
        return OptionsParser.Parse(In("model.onnx"), "", "App", _folder, metadata);
    }

    private CompiledModel Compile(CompileOptions options)
    {
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        return Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
    }

    private static void WriteNpy(string path, int count, int height, int width)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {Channels}, {height}, {width}), }}".PadRight(117) + "\n";
        using BinaryWriter writer = new(File.Create(path));
        writer.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
        writer.Write((ushort)header.Length);
        writer.Write(Encoding.ASCII.GetBytes(header));
        Random random = new(3);
        for (int i = 0; i < count * Channels * height * width; i++)
        {
            writer.Write((random.NextSingle() * 2) - 1);
        }
    }

    private string In(string name) => Path.Combine(_folder, name);
}
