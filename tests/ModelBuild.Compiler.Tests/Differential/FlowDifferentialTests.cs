using System.Globalization;
using System.Text;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Random graphs of If, Loop and Scan against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL_FLOW</c> sets how many and, after a colon, the first seed. What fails is cut down and written to
/// <c>TestResults/differential</c>.
/// </summary>
public sealed class FlowDifferentialTests
{
    private const int Graphs = 100;

    /// <summary>Graphs whose generated code is compiled and run.</summary>
    private const int Generated = 25;

    /// <summary>Graphs that the compiler refuses or that ONNX Runtime does not run on any input.</summary>
    private const double MostRefused = 0.04;

    private const int MostReported = 5;

    [Fact]
    public void DrawnControlFlowComputesWhatOnnxRuntimeComputes()
    {
        string[] setting = (Environment.GetEnvironmentVariable("MODELBUILD_DIFFERENTIAL_FLOW") ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : Graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        List<(int Seed, DifferentialRun Run)> runs = [];
        Parallel.For(first, first + count, seed =>
        {
            DifferentialRun run = FlowRun.Of(FlowDrawer.Draw(seed), seed);
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

    [Fact]
    public void GeneratedCodeGivesTheBitsOfThePlan()
    {
        List<(int Seed, CompiledModel Model, Tensor[][] Calls)> drawn = [];
        for (int seed = 0; seed < Generated; seed++)
        {
            Graph graph = FlowDrawer.Draw(seed);
            if (FlowRun.Of(graph, seed).Outcome == DifferentialOutcome.Same)
            {
                drawn.Add((seed, CountedRun.Compile(DifferentialRun.Bytes(graph), [PassPipelines.Optimize, PassPipelines.Lowering]), CountedRun.Calls(graph, seed)));
            }
        }

        GeneratedPredictors predictors = new([.. drawn.Select(d => d.Model)]);
        List<string> faults = [];
        foreach ((int index, (int seed, CompiledModel model, Tensor[][] calls)) in drawn.Index())
        {
            using PlanInterpreter interpreter = new(model);
            foreach (Tensor[] inputs in calls)
            {
                Tensor[] expected = interpreter.Run(inputs);
                byte[][] actual = predictors.Run(index, model, inputs, expected);
                faults.AddRange(expected.Index().Where(e => !e.Item.Bytes.SequenceEqual(actual[e.Index])).Select(e => $"seed {seed}: output {e.Index} has other bits"));
            }
        }

        Assert.True(drawn.Count > Generated / 2 && faults.Count == 0, $"{drawn.Count} graphs run\n{string.Join('\n', faults)}");
    }

    private static string Report(int seed)
    {
        Graph smallest = FlowShrinker.Shrink(FlowDrawer.Draw(seed), g => FlowRun.Of(g, seed).Outcome == DifferentialOutcome.Different);
        string folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "differential");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"flow{seed}.onnx");
        File.WriteAllBytes(file, DifferentialRun.Bytes(smallest));
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}, cut down to {file}:");
        text.AppendLine(FlowRun.Of(smallest, seed).Reason);
        text.AppendLine(GraphPrinter.Print(smallest));
        return text.ToString();
    }
}
