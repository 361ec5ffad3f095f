using System.Diagnostics;
using Digits.Training.Output;
using ModelBuild.Benchmarks.Cost;
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
    private readonly string? _prune;
    private readonly CompileOptions _options;
    private readonly string _path;

    public ModelFolder(BenchmarkCase measured, string? calibrationData, string? prune = null)
    {
        _path = measured.Path ?? In("model.onnx");
        _isInt8 = measured.IsInt8;
        _calibrationData = calibrationData;
        _prune = _isInt8 ? null : prune;
        _options = new CompileOptions { ModelPath = _path, ClassName = "BenchmarkPredictor", Namespace = "", Dims = measured.Dims };
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

    /// <summary>What ONNX Runtime runs: the model itself, or its converted, pruned or quantised form.</summary>
    public string OnnxPath => _isInt8 ? In("4-quantized.onnx") : _prune is not null ? In("3-pruned.onnx") : Path.GetExtension(_path) == ".onnx" ? _path : In("1-converted.onnx");

    /// <summary>Runs the stages.</summary>
    /// <param name="onStage">Is told each stage, that of the quantised model included where there is one, and its seconds.</param>
    /// <exception cref="Compiler.Diagnostics.ModelBuildException">The model does not compile.</exception>
    public CompiledModel Compile(Action<BuildStage, double>? onStage = null)
    {
        CompileOptions options = _options;
        string last = In("2-optimized.onnx");
        Timed(BuildStage.Convert, () => Stages.Convert(_path, In("1-converted.onnx"), CancellationToken.None));
        Timed(BuildStage.Optimize, () => Stages.Optimize(In("1-converted.onnx"), last, CancellationToken.None));
        if (_prune is not null)
        {
            Stages.Prune(last, In("3-pruned.onnx"), _options with { Prune = _prune }, CancellationToken.None);
            last = In("3-pruned.onnx");
        }

        if (_isInt8)
        {
            options = _options with { Quantize = "int8", CalibrationData = _calibrationData ?? WriteSeeded() };
            last = In("4-quantized.onnx");
            Timed(BuildStage.Quantize, () => Stages.Quantize(In("2-optimized.onnx"), last, options, CancellationToken.None));
        }

        CompiledModel? model = null;
        Timed(BuildStage.Compile, () => model = Stages.Compile(last, In("1-converted.onnx"), In("graph.txt"), options, CancellationToken.None));
        return model!;

        void Timed(BuildStage stage, Action run)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            onStage?.Invoke(stage, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>Compares a compiled model with its source, as a build does; a loss in seeded data is no error here.</summary>
    public void Verify(CompiledModel model)
    {
        try
        {
            Stages.Verify(In("1-converted.onnx"), model, _options, CancellationToken.None);
        }
        catch (Compiler.Diagnostics.ModelBuildException)
        {
            // Weights that are drawn quantise badly; only the time counts.
        }
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
