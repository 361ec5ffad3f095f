using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Benchmarks.Trees;

/// <summary>
/// Measures drawn tree ensembles. Every call gets other rows: with the same rows again and again the processor foretells each branch of ONNX Runtime, which it cannot do with real data.
/// </summary>
internal static class TreeBenchmark
{
    private const int Rows = 1024;

    /// <summary>The ensembles, each with the numbers of rows that are measured.</summary>
    public static IEnumerable<(TreeEnsemble Ensemble, int Rows)> All => TreeEnsemble.All
        .SelectMany(e => (e.IsForest ? (int[])[1, Rows] : [1, 16, 256, Rows]).Select(rows => (e, rows)))
        .OrderBy(m => (m.e.IsForest, m.rows > 1));

    /// <summary>Measures both sides on so many rows.</summary>
    public static BenchmarkResult Run(TreeEnsemble ensemble, int rows, BenchmarkOptions options)
    {
        string group = $"{(ensemble.IsForest ? "Forests" : "Trees")}, {(rows == 1 ? "one row" : "rows")}";
        BenchmarkCase measured = new($"{ensemble.Name}, {rows} rows", group, null, () => ensemble.Model(rows), IsInt8: false);
        using ModelFolder model = new(measured, null);
        CompiledModel compiled = model.Compile();
        Random random = new(5);
        Tensor[][] samples = [.. Enumerable.Range(0, Math.Max(2, Rows / rows)).Select(_ => new[] { Draw(random, rows) })];
        using CompiledSide ours = new(compiled, samples, options.Threads);
        using OnnxRuntimeSide theirs = new(model.OnnxPath, compiled.Plan, samples, options.Threads, options.IsExact);
        ours.Run();
        theirs.Run();
        double difference = OutputError.Measure("", ours.Outputs().Zip(theirs.Outputs(), (o, t) => (t!, o))).MaxRelative;
        (Timing our, Timing their) = Timing.Interleaved(ours.Run, theirs.Run, options.Seconds);
        return new BenchmarkResult(measured.Name, measured.Class, 0, false, our, their, null, difference, null);
    }

    private static Tensor Draw(Random random, int rows)
    {
        float[] values = [.. Enumerable.Range(0, rows * TreeEnsemble.Features).Select(_ => random.NextSingle() - 0.5f)];
        return new Tensor(DType.F32, [rows, TreeEnsemble.Features], MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
