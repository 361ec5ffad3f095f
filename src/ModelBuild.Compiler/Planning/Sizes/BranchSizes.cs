using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Finds the axes in which the branches of an If differ only at some sizes: what a branch selects may be as much as the other one has.</summary>
internal static class BranchSizes
{
    /// <summary>Compares the branches of every If at a few sizes.</summary>
    /// <param name="dims">The sizes known so far.</param>
    /// <param name="compile">Rewrites the graph for a choice of them.</param>
    /// <param name="dependence">Receives the axes.</param>
    /// <returns>True when there is one that was not known.</returns>
    public static bool Learn(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        if (dims.Count == 0)
        {
            return false;
        }

        SizeBox box = SizeBox.Of(dims);
        List<Graph> graphs = [];
        foreach (long[] sizes in box.Samples(1).Take(1).Prepend([.. dims.Select((_, i) => box.Last(i))]).Append([.. dims.Select((d, i) => box.Align(i, d.Minimum + 1 + i))]).Append([.. box.Minimum]))
        {
            try
            {
                graphs.Add(compile(sizes));
            }
            catch (ModelBuildException) when (graphs.Count > 0)
            {
                // Few elements may be too few for what follows, which is found out later.
            }
        }

        dependence.TakeRecord();
        Dictionary<string, Node>[] choices = [.. graphs.Select(g => SubgraphCaptures.NodesOf(g).Where(n => n.Op is If { IsClosed: true }).DistinctBy(SizeDependence.NameOf).ToDictionary(SizeDependence.NameOf, StringComparer.Ordinal))];
        bool isNew = false;
        foreach ((string name, Node node) in choices[0])
        {
            Node[] same = [.. choices.Where(c => c.ContainsKey(name)).Select(c => c[name])];
            for (int output = 0; output < node.Outputs.Count; output++)
            {
                (Shape Then, Shape Else)[] shapes = [.. same.Select(n => If.BranchShapes(n, output)).OfType<(Shape, Shape)>()];
                int rank = shapes.Length == 0 ? 0 : shapes.Min(s => Math.Min(s.Then.Rank, s.Else.Rank));
                for (int axis = 0; axis < rank; axis++)
                {
                    (Dim Then, Dim Else)[] sizes = [.. shapes.Select(s => (s.Then[axis], s.Else[axis]))];
                    bool varies = sizes.Any(s => s.Then != s.Else) && sizes.Distinct().Count() > 1 && sizes.All(s => s.Then.IsKnown && s.Else.IsKnown);
                    isNew |= varies && dependence.AddVarying(node, output, axis, new AxisSizes([sizes.Select(s => s.Then.Value), sizes.Select(s => s.Else.Value)]));
                }
            }
        }

        return isNew;
    }
}
