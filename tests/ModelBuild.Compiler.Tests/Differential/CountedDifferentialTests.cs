using System.Globalization;
using System.Text;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Random graphs of sizes that depend on values against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL_COUNTED</c> sets how many and, after a colon, the first seed.</summary>
public sealed class CountedDifferentialTests
{
    private const int Graphs = 100;

    /// <summary>Graphs that the compiler refuses or that ONNX Runtime does not run on any input.</summary>
    private const double MostRefused = 0.06;

    private const int MostReported = 5;

    [Fact]
    public void DrawnGraphsCountWhatOnnxRuntimeCounts()
    {
        string[] setting = (Environment.GetEnvironmentVariable("MODELBUILD_DIFFERENTIAL_COUNTED") ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : Graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        List<(int Seed, DifferentialRun Run)> runs = [];
        Parallel.For(first, first + count, seed =>
        {
            DifferentialRun run = CountedRun.Of(CountedDrawer.Draw(seed), seed);
            lock (runs)
            {
                runs.Add((seed, run));
            }
        });
        (int Seed, DifferentialRun Run)[] failed = [.. runs.Where(r => r.Run.Outcome == DifferentialOutcome.Different).OrderBy(r => r.Seed)];
        Assert.True(failed.Length == 0, $"{failed.Length} of {count} graphs differ.\n{string.Join("\n", failed.Take(MostReported).Select(f => Report(f.Seed)))}\nall: {string.Join('\n', failed.Select(f => $"{f.Seed} {f.Run.Reason.Split('\n')[0]}"))}");
        IGrouping<string, (int Seed, DifferentialRun Run)>[] refused = [.. runs.Where(r => r.Run.Outcome != DifferentialOutcome.Same).GroupBy(r => $"{r.Run.Outcome} {r.Run.Reason}")];
        Assert.True(refused.Sum(g => g.Count()) <= MostRefused * count, $"Too many graphs are refused:\n{string.Join('\n', refused.OrderByDescending(g => g.Count()).Take(40).Select(g => $"{g.Count()} seed {g.Min(r => r.Seed)}: {g.Key}"))}");
    }

    private static string Report(int seed)
    {
        Graph smallest = GraphShrinker.Shrink(CountedDrawer.Draw(seed), g => g.Inputs.All(i => i.Type.IsStatic) && CountedRun.Of(g, seed).Outcome == DifferentialOutcome.Different);
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}:");
        text.AppendLine(CountedRun.Of(smallest, seed).Reason);
        text.AppendLine(GraphPrinter.Print(smallest));
        return text.ToString();
    }
}
