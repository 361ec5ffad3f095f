using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ModelBuild.Benchmarks.Layers;

namespace ModelBuild.Benchmarks;

/// <summary>Prints the results as markdown tables, one per class.</summary>
internal sealed class MarkdownTable(TextWriter output, ProcessorPeak peak, int threads)
{
    // ONNX Runtime appends its source lines.
    private const int MostReason = 200;

    private readonly List<BenchmarkResult> _class = [];
    private readonly List<BenchmarkResult> _threads = [];
    private readonly List<(string Model, string Reason)> _failures = [];
    private string? _name;

    public void WriteHead(string command)
    {
        string vectors = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        Line($"Vectors of {vectors} bits in C#, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}, {(threads == 1 ? "one thread" : $"{threads} threads")} each.");
        Line($"Measured peak of one core: {2e-9 * peak.Float:F0} GFLOPS of binary32, {1e-9 * peak.Byte:F0} GMAC/s of 8-bit integers with the instructions that C# has.");
        Line($"Made by `{command}`.");
        output.WriteLine();
        Line($"Times in microseconds per call. Ratio: ONNX Runtime's median over ours; above 1 ours is faster. Peak: our multiply-accumulates at our least time, relative to the measured peak.");
    }

    public void WriteRow(BenchmarkResult result)
    {
        Open(result.Class);
        _class.Add(result);
        if (result.OneThread is not null)
        {
            _threads.Add(result);
        }

        string share = peak.Of(result.IsInt8) > 0 && result.Macs > 0 ? (result.Macs / (result.Ours.Minimum * 1e-6) / peak.Of(result.IsInt8)).ToString("P0", CultureInfo.InvariantCulture) : "";
        Line($"| {result.Model} | {result.Macs / 1e6:F2} | {result.Ours.Median:F1} | {result.Ours.Minimum:F1} | {result.Theirs.Median:F1} | {result.Theirs.Minimum:F1} | **{result.Ratio:F2}** | {result.Theirs.Minimum / result.Ours.Minimum:F2} | {share} | {result.Ours.Allocated:F0} | {result.Theirs.Allocated:F0} | {result.Difference:G2} |");
        if (result.Layers is { } layers)
        {
            WriteLayers(layers, result.IsInt8);
        }
    }

    public void WriteFailure(BenchmarkCase measured, string message)
    {
        // Results say nothing of a machine's folders.
        message = measured.Path is { } path ? message.Replace(path, measured.Name, StringComparison.Ordinal) : message;
        message = message.ReplaceLineEndings(" ");
        _failures.Add((measured.Name, message.Length > MostReason ? message[..MostReason] + "..." : message));
    }

    /// <summary>Lists the models that one of the sides refuses.</summary>
    public void WriteFailures()
    {
        if (_failures.Count == 0)
        {
            return;
        }

        output.WriteLine();
        Line($"## Not compared");
        output.WriteLine();
        foreach ((string model, string reason) in _failures)
        {
            Line($"- {model}: {reason}");
        }
    }

    /// <summary>Ends the table of a class with its mean.</summary>
    public void Close()
    {
        if (_class.Count > 1)
        {
            Line($"| geometric mean | | | | | | **{Math.Exp(_class.Average(r => Math.Log(r.Ratio))):F2}** | {Math.Exp(_class.Average(r => Math.Log(r.Theirs.Minimum / r.Ours.Minimum))):F2} | | | | |");
        }

        _class.Clear();
        _name = null;
    }

    /// <summary>Compares the threads with one thread.</summary>
    public void WriteThreads()
    {
        if (_threads.Count == 0)
        {
            return;
        }

        output.WriteLine();
        Line($"## Threads");
        output.WriteLine();
        Line($"Least times, all measured in turns. Times: one thread's over that of {threads}.");
        output.WriteLine();
        Line($"| Model | Ours, one | Ours, {threads} | Times | ONNX Runtime, one | ONNX Runtime, {threads} | Times |");
        Line($"|---|---:|---:|---:|---:|---:|---:|");
        foreach (BenchmarkResult result in _threads)
        {
            (Timing ours, Timing theirs) = result.OneThread!.Value;
            Line($"| {result.Model}, {result.Class} | {ours.Minimum:F1} | {result.Ours.Minimum:F1} | **{ours.Minimum / result.Ours.Minimum:F2}** | {theirs.Minimum:F1} | {result.Theirs.Minimum:F1} | {theirs.Minimum / result.Theirs.Minimum:F2} |");
        }
    }

    private void Open(string name)
    {
        if (_name == name)
        {
            return;
        }

        Close();
        _name = name;
        output.WriteLine();
        Line($"## {name}");
        output.WriteLine();
        Line($"| Model | MMAC | Ours, median | Ours, least | ONNX Runtime, median | ONNX Runtime, least | Ratio | Ratio of least | Peak | Ours, bytes | ONNX Runtime, bytes | Difference |");
        Line($"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    }

    private void WriteLayers(LayerTable layers, bool isInt8)
    {
        output.WriteLine();
        Line($"    {"ours",8} {"theirs",8} {"ratio",6} {"peak",6}  step");
        foreach (LayerRow row in layers.Rows)
        {
            string theirs = row.Theirs?.ToString("F1", CultureInfo.InvariantCulture) ?? "";
            string ratio = row.Theirs is { } time ? (time / row.Ours).ToString("F2", CultureInfo.InvariantCulture) : "";
            string share = row.Macs == 0 || peak.Of(isInt8) == 0 ? "" : (row.Macs / (row.Ours * 1e-6) / peak.Of(isInt8)).ToString("P0", CultureInfo.InvariantCulture);
            Line($"    {row.Ours,8:F1} {theirs,8} {ratio,6} {share,6}  {row.Step}: {row.Call}");
        }

        foreach (OnnxRuntimeNode node in layers.Others)
        {
            Line($"    {"",8} {node.Microseconds,8:F1} {"",6} {"",6}  {node.OpType} '{node.Name}' of ONNX Runtime only");
        }

        Line($"    {layers.Rows.Sum(r => r.Ours),8:F1} {layers.Rows.Sum(r => r.Theirs ?? 0) + layers.Others.Sum(o => o.Microseconds),8:F1}  in all");
        output.WriteLine();
    }

    private void Line(FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
