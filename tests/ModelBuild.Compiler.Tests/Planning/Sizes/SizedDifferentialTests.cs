using System.Globalization;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Differential;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>
/// Random graphs whose input sizes are made symbolic: the plan for run-time sizes against plans that are compiled for each size alone. <c>MODELBUILD_DIFFERENTIAL_SIZES</c> sets how many
/// and, after a colon, the first seed.
/// </summary>
public sealed class SizedDifferentialTests
{
    private const int Graphs = 150;
    private const int Range = 40;

    /// <summary>Kernels chosen for one size may add in another order than those for any.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Graphs that are valid at every size but have no plan for them.</summary>
    private const double MostRefused = 0.06;

    [Fact]
    public void PlansForRunTimeSizesEqualThoseForEachSize()
    {
        string[] setting = (Environment.GetEnvironmentVariable("MODELBUILD_DIFFERENTIAL_SIZES") ?? "").Split(':');
        int count = int.TryParse(setting[0], CultureInfo.InvariantCulture, out int wanted) ? wanted : Graphs;
        int first = setting.Length > 1 ? int.Parse(setting[1], CultureInfo.InvariantCulture) : 0;
        List<(int Seed, bool IsRefused, string Fault)> faults = [];
        int compiled = 0;
        Parallel.For(first, first + count, seed =>
        {
            (bool isValid, bool isRefused, string? fault) = Try(seed);
            lock (faults)
            {
                compiled += isValid ? 1 : 0;
                if (fault is not null)
                {
                    faults.Add((seed, isRefused, fault));
                }
            }
        });
        (int Seed, bool IsRefused, string Fault)[] wrong = [.. faults.Where(f => !f.IsRefused).OrderBy(f => f.Seed)];
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {compiled} graphs:\n{string.Join('\n', wrong.Take(8).Select(f => $"seed {f.Seed}: {f.Fault}"))}");
        Assert.True(faults.Count <= MostRefused * compiled, $"{faults.Count} of {compiled} graphs are refused:\n{string.Join('\n', faults.OrderBy(f => f.Seed).Take(40).Select(f => $"seed {f.Seed}: {f.Fault}"))}");
        Assert.True(compiled >= count / 4, $"only {compiled} of {count} graphs are valid at other sizes");
    }

    private static (bool IsValid, bool IsRefused, string? Fault) Try(int seed)
    {
        Graph graph = GraphDrawer.Draw(seed);
        PlanDim[] dims = Symbolise(graph, new Random(seed));
        if (dims.Length == 0)
        {
            return (false, false, null);
        }

        Random random = new(seed);
        List<(long[] Sizes, Graph Bound)> bounds = [];
        try
        {
            SizeBox box = SizeBox.Of(dims);
            foreach (long[] sizes in box.Samples(0).Concat(box.Samples(1)))
            {
                SizedHarness.Bound(graph, dims, sizes);
            }

            bounds.AddRange(Enumerable.Range(0, 5).Select(n => (long[])[.. dims.Select(d => n == 0 ? d.Minimum : n == 1 ? d.Maximum : d.Minimum + random.Next(Range))]).Select(s => (s, SizedHarness.Bound(graph, dims, s))));
        }
        catch (ModelBuildException)
        {
            return (false, false, null);
        }

        CompiledModel model;
        CompiledModel[] own;
        try
        {
            own = [.. bounds.Select(b => Fixed(b.Bound))];
        }
        catch (ModelBuildException)
        {
            return (false, false, null);
        }

        try
        {
            model = SizedHarness.Compile(graph, dims);
        }
        catch (ModelBuildException e) when (!e.Diagnostics[0].Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal))
        {
            return (true, true, e.Diagnostics[0].Message);
        }
        catch (Exception e)
        {
            return (true, false, e.ToString());
        }

        try
        {
            foreach (((long[] sizes, Graph bound), CompiledModel alone) in bounds.Zip(own))
            {
                IReadOnlyList<Tensor> inputs = SeededInputs.Make(bound, 1)[0];
                using PlanInterpreter expected = new(alone);
                using PlanInterpreter actual = new(PlanSizes.At(model, sizes));
                foreach ((Tensor e, Tensor a) in expected.Run(inputs).Zip(actual.Run(inputs)))
                {
                    if (!e.Dims.SequenceEqual(a.Dims))
                    {
                        return (true, false, $"at {string.Join('x', sizes)}: {e.Type} {a.Type}\n{GraphPrinter.Print(bound)}");
                    }

                    OutputError error = OutputError.Measure("", [(e, a)]);
                    if (error.MaxRelative > Tolerance && error.MaxAbsolute > Tolerance && !DTypes.IsInteger(e.DType))
                    {
                        return (true, false, $"at {string.Join('x', sizes)}: {e} {a} {error.Worst}\n{GraphPrinter.Print(bound)}");
                    }
                }
            }
        }
        catch (Exception e)
        {
            return (true, false, e.ToString());
        }

        return (true, false, null);
    }

    private static CompiledModel Fixed(Graph bound)
    {
        Graph lowered = GraphClone.Clone(bound);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        return Planner.Plan(lowered);
    }

    // One or two axes of the inputs; axes of one size get one symbol, as two inputs that are added have.
    private static PlanDim[] Symbolise(Graph graph, Random random)
    {
        Dictionary<long, string> symbols = [];
        int wanted = random.Next(1, 3);
        Value first = graph.Inputs[0];
        for (int tries = 0; symbols.Count < wanted && tries < 8; tries++)
        {
            int axis = random.Next(first.Type.Shape!.Rank);
            if (first.Type.Shape[axis] is { IsKnown: true } dim && dim.Value > 0 && !symbols.ContainsKey(dim.Value))
            {
                symbols.Add(dim.Value, $"size{symbols.Count}");
            }
        }

        foreach (Value input in graph.Inputs)
        {
            input.Type = input.Type with { Shape = new Shape(input.Type.Shape!.Select((d, axis) => axis != 1 && symbols.TryGetValue(d.Value, out string? symbol) ? new Dim(symbol) : d)) };
        }

        foreach (Value? output in graph.Nodes.SelectMany(n => n.Outputs))
        {
            if (output is not null)
            {
                output.Type = TensorType.Unknown;
            }
        }

        return [.. symbols.Where(s => graph.Inputs.Any(i => i.Type.Shape!.Any(d => d.Symbol == s.Value))).Select(s => new PlanDim(s.Value, $"Size{s.Value[^1]}", s.Key, s.Key + Range))];
    }
}
