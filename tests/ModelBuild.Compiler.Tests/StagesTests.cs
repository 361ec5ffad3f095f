using System.IO.Compression;
using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests;

/// <summary>Real models from file to verified plan, through the same stages that the build runs.</summary>
public sealed class StagesTests : IDisposable
{
    private const int ImageLength = 784;
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-stages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealModelTheory]
    [InlineData("mnist/mnist-8.onnx", false, 0.989)]
    [InlineData("mnist/burn/mnist.onnx", true, 0.991)]
    public void A_float_model_keeps_its_published_accuracy(string file, bool normalized, double accuracy)
    {
        CompileOptions options = Options(file);
        CompiledModel model = Compile(options);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.All(result.Outputs, o => Assert.True(o.MaxRelative < Tolerance.Exact.Relative, $"{o.Name}: {o.MaxRelative}"));
        Assert.InRange(Accuracy(model, normalized), accuracy, 1);
    }

    [RealModelTheory]
    [InlineData("mnist/mnist-8.onnx", false, 0.985)]
    [InlineData("mnist/burn/mnist.onnx", true, 0.985)]
    public void A_calibrated_int8_model_runs_on_integers_and_keeps_its_accuracy(string file, bool normalized, double accuracy)
    {
        string calibration = In("calibration.npy");
        WriteNpy(calibration, 128, Images(9000, 128, normalized));
        CompileOptions options = Options(file) with { Quantize = "int8", CalibrationData = calibration };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);

        IReadOnlyList<Diagnostic> warnings = Stages.Quantize(In("2-optimized.onnx"), In("4-quantized.onnx"), options, default);
        CompiledModel model = Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        Assert.Empty(warnings);
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "ConvU8S8.ToU8");
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel is "Conv.F32" or "WinogradConv.F32" or "Gemm.F32");
        Assert.InRange(Accuracy(model, normalized), accuracy, 1);
    }

    [RealModelTheory]
    [InlineData("mnist/mnist-8.onnx", false, 0.985)]
    [InlineData("mnist/burn/mnist.onnx", true, 0.985)]
    public void An_int8_model_without_calibration_data_takes_ranges_at_run_time_and_keeps_its_accuracy(string file, bool normalized, double accuracy)
    {
        CompileOptions options = Options(file) with { Quantize = "int8" };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);

        IReadOnlyList<Diagnostic> warnings = Stages.Quantize(In("1-converted.onnx"), In("4-quantized.onnx"), options, default);
        CompiledModel model = Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        Assert.Empty(warnings);
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "DynamicQuantize.F32");
        Assert.Contains(model.Plan.Steps, s => s.Kernel == "ConvU8S8.ToF32Dynamic");
        Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel is "Conv.F32" or "WinogradConv.F32" or "Gemm.F32");
        Assert.InRange(Accuracy(model, normalized), accuracy, 1);
    }

    [RealModelFact]
    public void The_class_that_a_quantised_model_chooses_may_be_another_in_few_samples()
    {
        Graph graph = Importers.Import(TestData.PathOf("mnist/mnist-8.onnx"));
        graph.AddOutput("class", graph.Add("ArgMax", "class", [graph.Outputs[0].Value], new AttributeMap { { "axis", 1L } }));
        using (Stream model = File.Create(In("model.onnx")))
        {
            OnnxWriter.Write(graph, model);
        }

        WriteNpy(In("noise.npy"), 48, [.. SeededInputs.Make(graph, 48).SelectMany(s => s[0].Span<float>().ToArray())]);
        CompileOptions options = Options("") with { ModelPath = In("model.onnx"), Quantize = "int8", VerifyData = In("noise.npy") };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Quantize(In("1-converted.onnx"), In("4-quantized.onnx"), options, default);
        CompiledModel deployed = Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), deployed, options, default);
        OutputError choice = result.Outputs.Single(o => o.IsChoice);
        Assert.InRange(choice.Equal, 0.5, 0.99);
        Assert.True(choice.MaxAbsolute >= 1);

        ModelBuildException error = Assert.Throws<ModelBuildException>(() => Stages.Verify(In("1-converted.onnx"), deployed, options with { Tolerance = "equal=1" }, default));
        Assert.Equal(Descriptors.OutputsDiffer, error.Diagnostics[0].Descriptor);
        Assert.Contains("of what it chooses is the same, 100 % wanted", error.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [RealModelFact]
    public void Two_builds_write_the_same_bytes()
    {
        CompileOptions options = Options("mnist/mnist-8.onnx");

        CompiledModel first = Compile(options);
        CompiledModel second = Compile(options);

        Assert.Equal(ModelBuild.Plan.PlanWriter.Write(first.Plan), ModelBuild.Plan.PlanWriter.Write(second.Plan));
        Assert.Equal(first.Weights, second.Weights);
    }

    [RealModelFact]
    public void An_exceeded_budget_is_an_error_that_names_it()
    {
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => Compile(Options("mnist/mnist-8.onnx") with { MaxSize = 1000 }));

        Assert.Equal(Descriptors.BudgetExceeded, error.Diagnostics[0].Descriptor);
        Assert.Contains("MaxSize", error.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [RealModelFact]
    public void Static_quantisation_without_calibration_data_is_an_error()
    {
        CompileOptions options = Options("mnist/mnist-8.onnx") with { Quantize = "int8-static" };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);

        ModelBuildException error = Assert.Throws<ModelBuildException>(() => Stages.Quantize(In("1-converted.onnx"), In("4-quantized.onnx"), options, default));

        Assert.Equal(Descriptors.CalibrationMissing, error.Diagnostics[0].Descriptor);
        Assert.False(File.Exists(In("4-quantized.onnx")));
    }

    [RealModelFact]
    public void Magnitude_pruning_removes_the_given_part_of_every_layer()
    {
        CompileOptions options = Options("mnist/burn/mnist.onnx") with { Prune = "magnitude:0.5" };
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        Stages.Prune(In("2-optimized.onnx"), In("3-pruned.onnx"), options, default);

        Graph graph = ModelBuild.Compiler.Import.Importers.Import(In("3-pruned.onnx"));
        Tensor[] weights = [.. graph.Nodes.Where(n => n.OpType is "Conv" or "Gemm").Select(n => n.Input(1).Constant!)];

        Assert.NotEmpty(weights);
        Assert.All(weights, w => Assert.InRange(w.ToDoubleArray().Count(v => v == 0) / (double)w.Count, 0.49, 0.51));
    }

    private static CompileOptions Options(string file) => new() { ModelPath = TestData.PathOf(file), ClassName = "TestPredictor", Namespace = "Tests" };

    private static byte[] Unzip(string file)
    {
        using GZipStream stream = new(File.OpenRead(TestData.PathOf(file)), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static float[] Images(int first, int count, bool normalized)
    {
        byte[] file = Unzip("mnist/t10k-images-idx3-ubyte.gz");
        return [.. Enumerable.Range(first * ImageLength, count * ImageLength).Select(i => normalized ? ((file[16 + i] / 255f) - 0.1307f) / 0.3081f : file[16 + i])];
    }

    private static double Accuracy(CompiledModel model, bool normalized)
    {
        const int Count = 10_000;
        byte[] labels = Unzip("mnist/t10k-labels-idx1-ubyte.gz");
        float[] images = Images(0, Count, normalized);
        using PlanInterpreter interpreter = new(model);
        int right = 0;
        for (int n = 0; n < Count; n++)
        {
            Tensor image = Tensor.Create<float>(images.AsSpan(n * ImageLength, ImageLength), 1, 1, 28, 28);
            double[] scores = interpreter.Run([image])[0].ToDoubleArray();
            right += Array.IndexOf(scores, scores.Max()) == labels[8 + n] ? 1 : 0;
        }

        return right / (double)Count;
    }

    private static void WriteNpy(string path, int count, float[] values)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, 1, 28, 28), }}".PadRight(117) + "\n";
        using BinaryWriter writer = new(File.Create(path));
        writer.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
        writer.Write((ushort)header.Length);
        writer.Write(Encoding.ASCII.GetBytes(header));
        foreach (float value in values)
        {
            writer.Write(value);
        }
    }

    private string In(string name) => Path.Combine(_folder, name);

    private CompiledModel Compile(CompileOptions options)
    {
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        return Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
    }
}
