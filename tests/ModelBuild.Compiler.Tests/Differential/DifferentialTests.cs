using System.Globalization;
using System.Text;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Random graphs against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL</c> sets how many (and, after a colon, the first seed): the README has the command of the long run. What fails is cut down and written
/// to <c>TestResults/differential</c>; once mended it belongs into <c>Regressions</c>.
/// </summary>
public sealed class DifferentialTests
{
    private const int Graphs = 1000;

    /// <summary>Graphs with combinations that have no kernel yet, or that ONNX Runtime cannot run: the rest must be enough to mean something.</summary>
    private const double MostRefused = 0.05;

    private const int MostReported = 5;

    public static TheoryData<string> Regressions => [.. Directory.GetFiles(RegressionsFolder, "*.onnx").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string RegressionsFolder => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Differential", "Regressions");

    [Fact]
    public void DrawnGraphsComputeWhatOnnxRuntimeComputes()
    {
        string[] setting = (Environment.GetEnvironmentVariable("MODELBUILD_DIFFERENTIAL") ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : Graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        List<(int Seed, DifferentialRun Run)> runs = [];
        Parallel.For(first, first + count, seed =>
        {
            DifferentialRun run = DifferentialRun.Of(GraphDrawer.Draw(seed), seed);
            lock (runs)
            {
                runs.Add((seed, run));
            }
        });
        (int Seed, DifferentialRun Run)[] failed = [.. runs.Where(r => r.Run.Outcome == DifferentialOutcome.Different).OrderBy(r => r.Seed)];
        Assert.True(failed.Length == 0, $"{failed.Length} of {count} graphs differ.\n{string.Join("\n", failed.Take(MostReported).Select(f => Report(f.Seed)))}\nall seeds: {string.Join(' ', failed.Select(f => f.Seed))}");
        IGrouping<string, (int Seed, DifferentialRun Run)>[] refused = [.. runs.Where(r => r.Run.Outcome != DifferentialOutcome.Same).GroupBy(r => $"{r.Run.Outcome} {r.Run.Reason}")];
        Assert.True(refused.Sum(g => g.Count()) <= MostRefused * count, $"Too many graphs are refused:\n{string.Join('\n', refused.OrderByDescending(g => g.Count()).Take(40).Select(g => $"{g.Count()} seed {g.First().Seed}: {g.Key}"))}");
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void WhatFailedOnceStaysMended(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(RegressionsFolder, file));
        Graph graph = new OnnxImporter(Operators.Set).Import(stream, file, folder: null);
        TypeInference.Run(graph);
        DifferentialRun run = DifferentialRun.Of(graph, 1);
        Assert.True(run.Outcome == DifferentialOutcome.Same, $"{run.Outcome}: {run.Reason}");
    }

    private static string Report(int seed)
    {
        Graph smallest = GraphShrinker.Shrink(GraphDrawer.Draw(seed), g => DifferentialRun.Of(g, seed).Outcome == DifferentialOutcome.Different);
        string folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "differential");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{seed}.onnx");
        File.WriteAllBytes(file, DifferentialRun.Bytes(smallest));
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}, cut down to {file}:");
        text.AppendLine(DifferentialRun.Of(smallest, seed).Reason);
        text.AppendLine(GraphPrinter.Print(smallest));
        return text.ToString();
    }
}
