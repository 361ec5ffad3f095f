using System.Globalization;
using System.Runtime.Intrinsics;

namespace ModelBuild.Benchmarks;

/// <summary>Prints the results as a markdown table.</summary>
internal static class MarkdownTable
{
    public static void WriteHead(TextWriter output)
    {
        string vectors = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        output.WriteLine($"Vectors of {vectors} bits, .NET {Environment.Version}, one thread each. Times in microseconds per call. Ratio: ONNX Runtime's median over ours; above 1 ours is faster.");
        output.WriteLine();
        output.WriteLine("| Model | MMAC | Ours, median | Ours, least | ONNX Runtime, median | ONNX Runtime, least | Ratio | Ours, bytes | ONNX Runtime, bytes | Difference |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    }

    public static void WriteRow(TextWriter output, BenchmarkResult result)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Model} | {result.Macs / 1e6:F2} | {result.Ours.Median:F1} | {result.Ours.Minimum:F1} | {result.Theirs.Median:F1} | {result.Theirs.Minimum:F1} | {result.Theirs.Median / result.Ours.Median:F2} | {result.Ours.Allocated:F0} | {result.Theirs.Allocated:F0} | {result.Difference:G2} |"));
        foreach (string step in result.Steps)
        {
            output.WriteLine($"    {step}");
        }
    }

    public static void WriteFailure(TextWriter output, string model, string message) =>
        output.WriteLine($"| {Path.GetFileName(model)} | {message.ReplaceLineEndings(" ").Replace("|", "/", StringComparison.Ordinal)} |");
}
