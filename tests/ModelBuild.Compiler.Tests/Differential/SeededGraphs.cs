using System.Globalization;
using System.Text;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Draws a graph for each of many seeds and runs it against ONNX Runtime. What fails is cut down and written to <c>TestResults/differential</c>.
/// </summary>
/// <param name="variable">The environment variable that sets how many seeds there are and, after a colon, the first of them.</param>
/// <param name="graphs">How many there are where it is not set.</param>
/// <param name="mostRefused">The part of the graphs that the compiler may refuse or ONNX Runtime not run on any input: the rest must be enough to mean something.</param>
/// <param name="draw">Draws a graph.</param>
/// <param name="run">Runs one.</param>
/// <param name="shrink">Makes a graph smaller as long as it fails.</param>
internal sealed class SeededGraphs(string variable, int graphs, double mostRefused, Func<int, Graph> draw, Func<Graph, int, DifferentialRun> run, Func<Graph, Func<Graph, bool>, Graph> shrink)
{
    private const int MostReported = 5;
    private const int MostReasons = 40;

    /// <summary>Asserts that all compute the same but for the few that are refused.</summary>
    public void Check()
    {
        string[] setting = (Environment.GetEnvironmentVariable(variable) ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        List<(int Seed, DifferentialRun Run)> runs = [];
        Parallel.For(first, first + count, seed =>
        {
            DifferentialRun one = run(draw(seed), seed);
            lock (runs)
            {
                runs.Add((seed, one));
            }
        });
        (int Seed, DifferentialRun Run)[] failed = [.. runs.Where(r => r.Run.Outcome == DifferentialOutcome.Different).OrderBy(r => r.Seed)];
        Assert.True(
            failed.Length == 0,
            $"{failed.Length} of {count} graphs differ.\n{string.Join("\n", failed.Take(MostReported).Select(f => Report(f.Seed)))}\nall: {string.Join('\n', failed.Select(f => $"{f.Seed} {f.Run.Reason.Split('\n')[0]}"))}");
        IGrouping<string, (int Seed, DifferentialRun Run)>[] refused = [.. runs.Where(r => r.Run.Outcome != DifferentialOutcome.Same).GroupBy(r => $"{r.Run.Outcome} {r.Run.Reason}")];
        Assert.True(
            refused.Sum(g => g.Count()) <= mostRefused * count,
            $"Too many graphs are refused:\n{string.Join('\n', refused.OrderByDescending(g => g.Count()).Take(MostReasons).Select(g => $"{g.Count()} seed {g.Min(r => r.Seed)}: {g.Key}"))}");
    }

    private string Report(int seed)
    {
        Graph smallest = shrink(draw(seed), g => run(g, seed).Outcome == DifferentialOutcome.Different);
        string folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "differential");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{variable.ToLowerInvariant()}-{seed}.onnx");
        File.WriteAllBytes(file, DifferentialRun.Bytes(smallest));
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}, cut down to {file}:");
        text.AppendLine(run(smallest, seed).Reason);
        text.AppendLine(GraphPrinter.Print(smallest));
        return text.ToString();
    }
}
