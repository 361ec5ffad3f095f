using ModelBuild.Benchmarks.Layers;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Benchmarks;

/// <summary>Measures one model on both sides with the same inputs, a few in turns.</summary>
internal static class Benchmark
{
    // Kernels that skip zeros and processors that foretell branches do better on an input they have just had.
    private const int Samples = 4;

    /// <summary>Compiles, runs and compares.</summary>
    /// <exception cref="ModelBuild.Compiler.Diagnostics.ModelBuildException">The model does not compile.</exception>
    public static BenchmarkResult Run(BenchmarkCase measured, BenchmarkOptions options)
    {
        using ModelFolder folder = new(measured, options.CalibrationData, options.Prune);
        CompiledModel model = folder.Compile();
        Tensor[][] samples = [.. SeededInputs.Make(folder.Inputs, Samples + 1).Skip(1).Select(s => s.ToArray())];
        using CompiledSide ours = new(model, samples, options.Threads);
        using OnnxRuntimeSide theirs = new(folder.OnnxPath, model.Plan, samples, options.Threads, options.IsExact);
        ours.Run();
        theirs.Run();
        double difference = Difference(ours, theirs);
        (Timing our, Timing their, (Timing, Timing)? oneThread) = Measure(ours, theirs, folder.OnnxPath, model, samples, options);
        LayerTable? layers = options.HasLayers ? LayerTable.Measure(ours, folder.OnnxPath, Importers.Import(folder.OnnxPath), model, samples, their.Median, options) : null;
        bool isInt8 = measured.IsInt8 || model.Plan.Steps.Any(s => s.Kernel.Contains("U8S8", StringComparison.Ordinal));
        return new BenchmarkResult(measured.Name, measured.Class, model.Plan.Macs, isInt8, our, their, oneThread, difference, layers);
    }

    private static (Timing Ours, Timing Theirs, (Timing Ours, Timing Theirs)? OneThread) Measure(
        CompiledSide ours, OnnxRuntimeSide theirs, string onnxPath, CompiledModel model, Tensor[][] samples, BenchmarkOptions options)
    {
        if (options.Threads == 1)
        {
            (Timing our, Timing their) = Timing.Interleaved(ours.Run, theirs.Run, options.Seconds);
            return (our, their, null);
        }

        using CompiledSide oursAlone = new(model, samples, 1);
        using OnnxRuntimeSide theirsAlone = new(onnxPath, model.Plan, samples, 1, options.IsExact);
        Timing[] times = Timing.Interleaved([ours.Run, theirs.Run, oursAlone.Run, theirsAlone.Run], 2 * options.Seconds);
        return (times[0], times[1], (times[2], times[3]));
    }

    // Largest difference of any output divided by the largest value of that output.
    private static double Difference(CompiledSide ours, OnnxRuntimeSide theirs)
    {
        double worst = 0;
        foreach ((Tensor our, Tensor? their) in ours.Outputs().Zip(theirs.Outputs()))
        {
            worst = their is null ? worst : Math.Max(worst, OutputError.Measure("", [(their, our)]).MaxRelative);
        }

        return worst;
    }
}
