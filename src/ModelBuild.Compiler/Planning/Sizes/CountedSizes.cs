using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Finds the sizes of a graph that depend on values, so that steps must count them.</summary>
internal static class CountedSizes
{
    /// <summary>More than any model has: each is found by another compilation.</summary>
    private const int MostNodes = 24;

    /// <summary>The sizes of the call, and after them those that steps count, in the order of these steps.</summary>
    /// <param name="compile">Rewrites the graph for a choice of both.</param>
    /// <param name="dependence">Receives the nodes that count.</param>
    public static IReadOnlyList<PlanDim> Find(IReadOnlyList<PlanDim> calls, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        List<PlanDim> dims = [.. calls];
        dependence.HasCallSizes = calls.Count > 0;
        HashSet<string> identifiers = [.. PlanDim.Reserved, .. dims.Select(d => d.Identifier)];
        HashSet<string> names = [.. dims.Select(d => d.Name)];
        Dictionary<string, int> places = [];
        for (int round = 0; round < MostNodes; round++)
        {
            SizeBox box = SizeBox.Of(dims);
            Graph graph = compile([.. dims.Select((_, i) => box.Last(i))]);
            if (NextOf(graph) is not { } node || ((ICountedOp)node.Op!).CountsOf(node) is not { } ranges || dependence.PlacesOf(node).Count > 0)
            {
                break;
            }

            int[] own = new int[ranges.Count];
            for (int i = 0; i < own.Length; i++)
            {
                CountRange range = ranges[i];
                string? key = ((ICountedOp)node.Op!).CountKey(node, i);
                if (key is not null && places.TryGetValue(key, out own[i]))
                {
                    continue;
                }

                own[i] = dims.Count - calls.Count;
                if (key is not null)
                {
                    places.Add(key, own[i]);
                }

                string name = "count";
                for (int number = 2; !names.Add(name); number++)
                {
                    name = $"count{number}";
                }

                dims.Add(new PlanDim(name, PlanIdentifiers.Unique(PlanIdentifiers.Pascal(name, "Count"), identifiers), range.Minimum, Math.Min(range.Sampled ?? range.Maximum ?? int.MaxValue, int.MaxValue)) { IsCounted = true });
            }

            dependence.AddCounted(node, own);
        }

        dependence.TakeRecord();
        return dims;
    }

    /// <summary>The first node of a lowered graph whose sizes are not known, where it can count them; else null.</summary>
    public static Node? NextOf(Graph graph) => graph.Nodes.FirstOrDefault(n => n.Outputs.Any(o => o is not null && !o.Type.IsStatic)) is { Op: ICountedOp op } node
        && node.Inputs.All(i => i is null || i.Type.IsStatic) && op.CountsOf(node) is not null ? node : null;
}
