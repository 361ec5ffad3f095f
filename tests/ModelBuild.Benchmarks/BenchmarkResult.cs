using ModelBuild.Benchmarks.Layers;

namespace ModelBuild.Benchmarks;

/// <summary>What was measured on one model.</summary>
/// <param name="Model">Name in the table.</param>
/// <param name="Class">Rows of which one mean is reported.</param>
/// <param name="Macs">Multiply-accumulates of one call.</param>
/// <param name="IsInt8">Its products are of 8-bit integers.</param>
/// <param name="Ours">The compiled plan.</param>
/// <param name="Theirs">ONNX Runtime.</param>
/// <param name="OneThread">Both with one thread where they have more otherwise, or null.</param>
/// <param name="Difference">Largest difference of any output divided by the largest value of that output.</param>
/// <param name="Layers">Each step, or null when they are not asked for.</param>
internal sealed record BenchmarkResult(string Model, string Class, long Macs, bool IsInt8, Timing Ours, Timing Theirs, (Timing Ours, Timing Theirs)? OneThread, double Difference, LayerTable? Layers)
{
    /// <summary>ONNX Runtime's median over ours; above 1 ours is faster.</summary>
    public double Ratio => Theirs.Median / Ours.Median;
}
