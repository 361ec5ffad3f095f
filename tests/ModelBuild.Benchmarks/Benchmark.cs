using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Benchmarks;

/// <summary>Measures one model on both sides with the same inputs.</summary>
internal static class Benchmark
{
    /// <summary>Compiles, runs and compares.</summary>
    /// <exception cref="ModelBuild.Compiler.Diagnostics.ModelBuildException">The model does not compile.</exception>
    public static BenchmarkResult Run(string path, BenchmarkOptions options)
    {
        using ModelFolder folder = new(path, options);
        CompiledModel model = folder.Compile();
        Tensor[] inputs = [.. SeededInputs.Make(folder.Inputs, 2)[1]];
        using CompiledSide ours = new(model, inputs);
        using OnnxRuntimeSide theirs = new(folder.OnnxPath, model.Plan, inputs);
        ours.Run();
        theirs.Run();
        double difference = Difference(ours, theirs);
        (Timing our, Timing their) = Timing.Interleaved(ours.Run, theirs.Run, options.Seconds);
        return new BenchmarkResult(Path.GetFileName(path), model.Plan.Macs, our, their, difference, options.Steps > 0 ? ours.SlowestSteps(options.Steps) : []);
    }

    // Largest difference of any output divided by the largest value of that output.
    private static double Difference(CompiledSide ours, OnnxRuntimeSide theirs)
    {
        double worst = 0;
        foreach ((Tensor our, Tensor their) in ours.Outputs().Zip(theirs.Outputs()))
        {
            worst = Math.Max(worst, OutputError.Measure("", [(their, our)]).MaxRelative);
        }

        return worst;
    }
}
