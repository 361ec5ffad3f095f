namespace ModelBuild.Benchmarks;

/// <summary>What was measured on one model.</summary>
/// <param name="Model">File name.</param>
/// <param name="Macs">Multiply-accumulates of one call.</param>
/// <param name="Ours">The compiled plan.</param>
/// <param name="Theirs">ONNX Runtime.</param>
/// <param name="Difference">Largest difference of any output divided by the largest value of that output.</param>
/// <param name="Steps">The slowest steps, one line each.</param>
internal sealed record BenchmarkResult(string Model, long Macs, Timing Ours, Timing Theirs, double Difference, IReadOnlyList<string> Steps);
