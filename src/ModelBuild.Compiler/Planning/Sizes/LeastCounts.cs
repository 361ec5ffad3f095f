using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Finds the least values of counted sizes that the nodes after them allow: a window needs as many elements as it is long, and a call that has fewer is refused.</summary>
internal static class LeastCounts
{
    /// <summary>The sizes, those that are counted with their least values.</summary>
    /// <param name="dims">What the operators themselves allow.</param>
    /// <param name="compile">Rewrites the graph for a choice of sizes.</param>
    public static IReadOnlyList<PlanDim> Find(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile)
    {
        PlanDim[] found = [.. dims];
        SizeBox box = SizeBox.Of(dims);
        long[] greatest = [.. dims.Select((_, i) => box.Last(i))];
        for (int i = 0; i < found.Length; i++)
        {
            int dim = i;
            if (!found[dim].IsCounted || Fits(found[dim].Minimum))
            {
                continue;
            }

            // What fits is bracketed by powers of two first.
            long low = found[dim].Minimum;
            long high = low + 1;
            while (high < greatest[dim] && !Fits(high))
            {
                (low, high) = (high, high + (high - found[dim].Minimum));
            }

            high = Math.Min(high, greatest[dim]);
            while (high - low > 1)
            {
                long middle = (low + high) / 2;
                (low, high) = Fits(middle) ? (low, middle) : (middle, high);
            }

            found[dim] = found[dim] with { Minimum = high };

            bool Fits(long size)
            {
                try
                {
                    compile([.. greatest.Select((g, d) => d == dim ? size : g)]);
                    return true;
                }
                catch (ModelBuildException e) when (e.Diagnostics.All(d => !d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal)))
                {
                    return false;
                }
            }
        }

        return found;
    }
}
