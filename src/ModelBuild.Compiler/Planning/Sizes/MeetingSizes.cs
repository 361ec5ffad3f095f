using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Compiler.Ops.Shapes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>
/// Finds the nodes that broadcast operands whose sizes need not fit together, as where each was counted by a step of its own, and the axes in which these sizes meet: what a call makes of them is one more
/// size that a step counts, and refuses where it is none.
/// </summary>
internal static class MeetingSizes
{
    /// <summary>Looks for such a node at sizes that differ in one from the greatest.</summary>
    /// <returns>True when there is one that was not known.</returns>
    public static bool Probe(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        if (!dims.Any(d => d.IsCounted))
        {
            return false;
        }

        foreach (long[] sizes in Samples(dims))
        {
            try
            {
                compile(sizes);
            }
            catch (ModelBuildException)
            {
                // What else does not fit is found out later.
                if (dependence.AddMisfit())
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Compares the operands of every such node.</summary>
    /// <param name="dims">The sizes known so far.</param>
    /// <param name="compile">Rewrites the graph for a choice of them.</param>
    /// <param name="dependence">Receives the axes.</param>
    /// <returns>True when there is one that was not known.</returns>
    public static bool Learn(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        if (!dependence.HasMisfits)
        {
            return false;
        }

        List<Dictionary<string, Node>> found = [];
        foreach (long[] sizes in Samples(dims))
        {
            try
            {
                found.Add(SubgraphCaptures.NodesOf(compile(sizes)).Where(n => n.Op is CommonSizes).DistinctBy(SizeDependence.NameOf).ToDictionary(SizeDependence.NameOf, StringComparer.Ordinal));
            }
            catch (ModelBuildException) when (found.Count > 0)
            {
                // Few elements may be too few for what follows.
            }
        }

        dependence.TakeRecord();
        bool isNew = false;
        foreach ((string name, Node node) in found[0])
        {
            Node[] same = [.. found.Where(f => f.ContainsKey(name)).Select(f => f[name]).Where(n => n.Inputs.All(i => i!.Type.IsStatic))];
            int rank = same.Length == 0 ? 0 : CommonSizes.RankOf(same[0])!.Value;
            for (int axis = 0; axis < rank; axis++)
            {
                isNew |= VaryingSizes(same, rank, axis) is { } sizes && dependence.AddVarying(node, 0, axis, sizes);
            }
        }

        return isNew;
    }

    // Null where all operands of more than one element have the same size whatever the call, so that there is nothing to find out.
    private static AxisSizes? VaryingSizes(Node[] same, int rank, int axis)
    {
        long[][] sizes = [.. Enumerable.Range(0, same[0].Inputs.Count).Select(i => (long[])[.. same.Select(n => CommonSizes.SizeOf(n.Input(i).Type.Shape!, rank, axis))])];
        long[][] many = [.. sizes.Where(s => s.Any(size => size != 1))];
        if (many.Length < 2 || many.All(s => s.AsSpan().SequenceEqual(many[0])))
        {
            return null;
        }

        AxisSizes axisSizes = new(sizes);
        return axisSizes.Fixed.Count <= 1 && Enumerable.Range(0, sizes.Length).Any(axisSizes.Varies) ? axisSizes : null;
    }

    // The greatest, each one less than it where others are not, and the least.
    private static IEnumerable<long[]> Samples(IReadOnlyList<PlanDim> dims)
    {
        SizeBox box = SizeBox.Of(dims);
        long[] greatest = [.. dims.Select((_, i) => box.Last(i))];
        yield return greatest;
        for (int i = 0; i < dims.Count; i++)
        {
            int dim = i;
            if (greatest[dim] > dims[dim].Minimum)
            {
                yield return [.. greatest.Select((g, d) => d == dim ? g - dims[d].Step : g)];
            }
        }

        yield return [.. box.Minimum];
    }
}
