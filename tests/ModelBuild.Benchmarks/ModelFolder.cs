using Digits.Training.Output;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Benchmarks;

/// <summary>The stages of one model in a temporary folder: the same files that a build makes.</summary>
internal sealed class ModelFolder : IDisposable
{
    private const int SeededSamples = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-benchmark-").FullName;
    private readonly bool _isInt8;
    private readonly string? _calibrationData;
    private readonly CompileOptions _options;
    private readonly string _path;

    public ModelFolder(BenchmarkCase measured, string? calibrationData)
    {
        _path = measured.Path ?? In("model.onnx");
        _isInt8 = measured.IsInt8;
        _calibrationData = calibrationData;
        _options = new CompileOptions { ModelPath = _path, ClassName = "BenchmarkPredictor", Namespace = "" };
        if (measured.Make is { } make)
        {
            File.WriteAllBytes(_path, make());
        }
    }

    /// <summary>A graph whose inputs have static shapes: one item of a free batch.</summary>
    public Graph Inputs
    {
        get
        {
            Graph graph = Importers.Import(In("1-converted.onnx"));
            DimBinder.Bind(graph, _options.Dims);
            return graph;
        }
    }

    /// <summary>What ONNX Runtime runs: the model itself, or its converted or quantised form.</summary>
    public string OnnxPath => _isInt8 ? In("4-quantized.onnx") : Path.GetExtension(_path) == ".onnx" ? _path : In("1-converted.onnx");

    /// <summary>Runs the stages.</summary>
    /// <exception cref="Compiler.Diagnostics.ModelBuildException">The model does not compile.</exception>
    public CompiledModel Compile()
    {
        Stages.Convert(_path, In("1-converted.onnx"), CancellationToken.None);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), CancellationToken.None);
        if (!_isInt8)
        {
            return Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), _options, CancellationToken.None);
        }

        CompileOptions int8 = _options with { Quantize = "int8", CalibrationData = _calibrationData ?? WriteSeeded() };
        Stages.Quantize(In("2-optimized.onnx"), In("4-quantized.onnx"), int8, CancellationToken.None);
        return Stages.Compile(In("4-quantized.onnx"), In("1-converted.onnx"), In("graph.txt"), int8, CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private string WriteSeeded()
    {
        Graph graph = Inputs;
        IReadOnlyList<IReadOnlyList<Tensor>> samples = SeededInputs.Make(graph, SeededSamples);
        List<(string, NpyArray)> arrays = [];
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            float[] values = [.. samples.SelectMany(s => s[i].ToDoubleArray()).Select(v => (float)v)];
            int[] item = [.. samples[0][i].Dims.ToArray().Select(d => (int)d)];
            arrays.Add((graph.Inputs[i].Name, NpyArray.FromSingle(values, [SeededSamples, .. item])));
        }

        NpzWriter.Write(In("seeded.npz"), [.. arrays]);
        return In("seeded.npz");
    }
}
