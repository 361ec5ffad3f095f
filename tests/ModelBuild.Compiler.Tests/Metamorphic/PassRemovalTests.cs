using System.Collections.Concurrent;
using System.Globalization;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Differential;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Each pass left out alone: the outputs stay, or the graph is refused with a code because a form without a kernel is left.</summary>
public sealed class PassRemovalTests
{
    /// <summary>Graphs drawn in CI; <c>MODELBUILD_METAMORPHIC</c> sets another number (and, after a colon, the first seed).</summary>
    private const int Graphs = 100;

    /// <summary>Part of the largest element by which sums in another order and fused functions may differ (a value that a dead node still reads is fused with nothing): a tenth of the bound against ONNX Runtime, because the kernels are the same.</summary>
    private const double Tolerance = DifferentialRun.Tolerance / 10;

    /// <summary>Part of the graphs that may be refused without a pass that only optimises.</summary>
    private const double MostRefused = 0.2;

    // Without these, hardly any graph has the forms that kernels take; without the others most must still compile.
    private static readonly string[] s_needed = [nameof(AssignLayout), nameof(CloseSubgraphs), nameof(DecomposeGemm), nameof(LowerGemm), nameof(ExpandComposed), nameof(WidenHalf)];

    [Fact]
    public void DrawnGraphsKeepTheirOutputs()
    {
        string[] setting = (Environment.GetEnvironmentVariable("MODELBUILD_METAMORPHIC") ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : Graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        Check([.. Enumerable.Range(first, count).Select(seed => ($"seed {seed}", (Func<Graph>)(() => MetamorphicModels.Drawn(seed))))]);
    }

    [RealModelFact]
    public void RealModelsKeepTheirOutputs() => Check([.. MetamorphicModels.Real.Select(m => (m, (Func<Graph>)(() => MetamorphicModels.Load(m))))]);

    private static void Check((string Name, Func<Graph> Make)[] models)
    {
        ConcurrentBag<string> faults = [];
        ConcurrentDictionary<string, int> refused = new(StringComparer.Ordinal);
        ConcurrentDictionary<string, int> left = new(StringComparer.Ordinal);
        int compiled = 0;
        Parallel.ForEach(models, model =>
        {
            try
            {
                Graph source = model.Make();
                IReadOnlyList<Tensor> inputs = MetamorphicModels.InputsOf(source);
                HashSet<string> changing = new(StringComparer.Ordinal);
                Tensor[] expected = MetamorphicModels.Run(MetamorphicModels.Compile(source, RecordedPass.All(PassPipelines.Optimize, changing), RecordedPass.All(PassPipelines.Lowering, changing)), inputs);
                Interlocked.Increment(ref compiled);
                foreach (string pass in changing)
                {
                    left.AddOrUpdate(pass, 1, static (_, count) => count + 1);
                    if (Fault(model.Make(), pass, inputs, expected, refused) is { } fault)
                    {
                        faults.Add($"{model.Name} without {pass}: {fault}");
                    }
                }
            }
            catch (ModelBuildException)
            {
                // A model that is refused as a whole has no outputs to keep; other tests list those.
            }
        });
        Assert.True(faults.IsEmpty, $"{faults.Count} faults\n{string.Join('\n', faults.Order(StringComparer.Ordinal).Take(40))}");
        Assert.True(compiled > models.Length / 2, $"{compiled} of {models.Length} compiled");
        string[] often = [.. refused.Where(r => !s_needed.Contains(r.Key) && r.Value > Math.Max(1, MostRefused * left[r.Key])).Select(r => $"{r.Key}: {r.Value} of {left[r.Key]}")];
        Assert.True(often.Length == 0, $"Refused without a pass that only optimises:\n{string.Join('\n', often)}");
    }

    private static string? Fault(Graph graph, string pass, IReadOnlyList<Tensor> inputs, Tensor[] expected, ConcurrentDictionary<string, int> refused)
    {
        try
        {
            CompiledModel model = MetamorphicModels.Compile(graph, Without(PassPipelines.Optimize, pass), Without(PassPipelines.Lowering, pass));
            return DifferentialRun.Difference(expected, MetamorphicModels.Run(model, inputs), Tolerance);
        }
        catch (ModelBuildException e) when (!e.Diagnostics[0].Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal))
        {
            refused.AddOrUpdate(pass, 1, static (_, count) => count + 1);
            return null;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static IPass[] Without(IReadOnlyList<IPass> pipeline, string pass) => [.. pipeline.Where(p => p.Name != pass)];
}
