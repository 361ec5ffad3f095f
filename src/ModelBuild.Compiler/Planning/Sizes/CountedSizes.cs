using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Finds the sizes of a graph that depend on values, so that steps must count them.</summary>
internal static class CountedSizes
{
    /// <summary>More than any model has: each is found by another compilation.</summary>
    private const int MostNodes = 24;

    /// <summary>More rounds than values can wait for each other to be left to run time.</summary>
    private const int MaxRounds = 64;

    /// <summary>The sizes of the call, and after them those that steps count, in the order of these steps; and what must not be folded at any of them.</summary>
    /// <param name="calls">The sizes of the call.</param>
    /// <param name="compile">Rewrites the graph for a choice of both.</param>
    /// <param name="dependence">Receives the nodes that count and the values that are left to run time.</param>
    public static IReadOnlyList<PlanDim> Find(IReadOnlyList<PlanDim> calls, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        List<PlanDim> dims = [.. calls];
        dependence.HasCallSizes = calls.Count > 0;

        // What depends on a size is a constant until it is left to run time, and may then count another.
        Dictionary<string, int> places = [];
        IReadOnlyList<PlanDim> possible = dims;
        bool isNew = true;
        while (isNew)
        {
            isNew = AddCounts(dims, calls.Count, places, compile, dependence);
            possible = AllowedCounts.Find(dims, compile, dependence);
            dims = [.. dims.Select((d, i) => d with { Maximum = possible[i].Maximum, Bound = possible[i].Bound })];
            isNew |= MeetingSizes.Probe(possible, compile, dependence);
            dependence.TakeRecord();
            isNew |= !isNew && Learn(possible, compile, dependence);
        }

        if (dims.Count == calls.Count)
        {
            return dims;
        }

        CountedOrder.Learn(possible, calls.Count, compile, dependence);
        return InOrder(dims, calls.Count, compile, dependence);
    }

    // What was found last may be counted first. Names go with the places.
    private static List<PlanDim> InOrder(List<PlanDim> dims, int calls, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        SizeBox box = SizeBox.Of(dims);
        Graph graph = compile([.. dims.Select((_, i) => box.Last(i))]);
        dependence.TakeRecord();
        int[] order = dependence.Order(Planner.Lower(graph, anySize: true, allowsWinograd: true, default).Steps.Select(s => s.Count).Where(c => c >= 0));
        return [.. dims.Take(calls), .. order.Select((from, to) => dims[calls + from] with { Name = dims[calls + to].Name, Identifier = dims[calls + to].Identifier })];
    }

    private static bool AddCounts(List<PlanDim> dims, int calls, Dictionary<string, int> places, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        HashSet<string> identifiers = [.. PlanDim.Reserved, .. dims.Select(d => d.Identifier)];
        HashSet<string> names = [.. dims.Select(d => d.Name)];
        bool isNew = false;
        for (int round = 0; round < MostNodes; round++)
        {
            Graph graph = AtGreatest(dims, compile, dependence);
            Node? node = NextOf(graph);
            if ((node is null || node.Op is If) && (BranchSizes.Learn(dims, compile, dependence) || MeetingSizes.Learn(dims, compile, dependence)))
            {
                isNew = true;
                continue;
            }

            if (node is null || ((ICountedOp)node.Op!).CountsOf(node) is not { } ranges || dependence.PlacesOf(node).Count > 0)
            {
                break;
            }

            int[] own = new int[ranges.Count];
            for (int i = 0; i < own.Length; i++)
            {
                CountRange range = ranges[i];
                string? key = ((ICountedOp)node.Op!).CountKey(node, i) is { } ownKey ? node.Graph.Path + ownKey : null;
                string? expected = key ?? (((ICountedOp)node.Op!).ExpectedKey(node, i) is { } likely ? node.Graph.Path + likely : null);
                if (expected is not null && places.TryGetValue(expected, out own[i]))
                {
                    continue;
                }

                own[i] = dims.Count - calls;
                if (key is not null)
                {
                    places.Add(key, own[i]);
                }

                if (dims.Count == PlanDim.MostDims)
                {
                    throw new ModelBuildException(Diagnostic.At(
                        Descriptors.SizeDependence, node.Name, $"With it the model has more than {PlanDim.MostDims} sizes that come with a call or depend on values. Make some of them constant, or do a part in C#."));
                }

                string name = "count";
                for (int number = 2; !names.Add(name); number++)
                {
                    name = $"count{number}";
                }

                dims.Add(new PlanDim(name, PlanIdentifiers.Unique(PlanIdentifiers.Pascal(name, "Count"), identifiers), range.Minimum, Math.Min(range.Sampled ?? range.Maximum ?? int.MaxValue, int.MaxValue)) { IsCounted = true });
            }

            dependence.AddCounted(node, own);
            isNew = true;
        }

        dependence.TakeRecord();
        return isNew;
    }

    private static Graph AtGreatest(List<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        try
        {
            return Compile();
        }
        catch (ModelBuildException) when (dependence.AddMisfit())
        {
            return AtGreatest(dims, compile, dependence);
        }
        catch (ModelBuildException) when (dims.Exists(d => d.IsCounted))
        {
            IReadOnlyList<PlanDim> bound = AllowedCounts.Bound(dims, compile, dependence);
            dims.Clear();
            dims.AddRange(bound);
            return Compile();
        }

        Graph Compile()
        {
            SizeBox box = SizeBox.Of(dims);
            return compile([.. dims.Select((_, i) => box.Last(i))]);
        }
    }

    private static bool Learn(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        if (dims.Count == 0)
        {
            return false;
        }

        SizeBox box = SizeBox.Of(dims);
        long[][] samples = [.. box.Samples(1).DefaultIfEmpty(box.Samples(0)[^1]).Append([.. box.Minimum]).Take(3)];
        bool learnedAny = false;
        bool learned = true;
        for (int round = 0; learned && round < MaxRounds; round++)
        {
            learned = false;
            IReadOnlyDictionary<string, Tensor>? last = null;
            foreach (long[] sizes in samples)
            {
                compile(sizes);
                IReadOnlyDictionary<string, Tensor> record = dependence.TakeRecord();
                learned |= last is not null && dependence.Learn(last, record);
                last = record;
            }

            learnedAny |= learned;
        }

        return learnedAny;
    }

    /// <summary>The first node of a lowered graph or of its subgraphs whose sizes are not known, where it can count them; else null.</summary>
    public static Node? NextOf(Graph graph) => FirstUnknown(graph) is { Op: ICountedOp op } node && node.Inputs.All(i => i is null || i.Type.IsStatic) && op.CountsOf(node) is { Count: > 0 } ? node : null;

    // What stands in a subgraph comes before the node that has it.
    private static Node? FirstUnknown(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            Node? inner = node.Op is ControlOp { IsClosed: true } ? ControlOp.SubgraphsOf(node).Select(FirstUnknown).FirstOrDefault(n => n is not null) : null;
            if (inner is not null || node.Outputs.Any(o => o is not null && !o.Type.IsStatic))
            {
                return inner ?? node;
            }
        }

        return null;
    }
}
