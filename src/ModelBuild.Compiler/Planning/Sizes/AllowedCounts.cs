using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>
/// Finds what counted sizes the nodes after them allow: a window needs as many elements as it is long, and indices reach no further than what they stand for. A call that has others is refused.
/// </summary>
internal static class AllowedCounts
{
    /// <summary>Sizes above 0 that may be special: an axis of length 1 is left out or repeated.</summary>
    private const int Special = 2;

    /// <summary>The sizes, those that are counted with their least and greatest values.</summary>
    /// <param name="dims">What the operators themselves allow.</param>
    /// <param name="compile">Rewrites the graph for a choice of sizes.</param>
    /// <param name="dependence">Tells how far a compilation came.</param>
    public static IReadOnlyList<PlanDim> Find(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        PlanDim[] found = [.. Bound(dims, compile, dependence)];
        long[] greatest = Greatest(found);
        for (int i = 0; i < found.Length; i++)
        {
            if (!found[i].IsCounted || found[i].Minimum >= greatest[i])
            {
                continue;
            }

            int dim = i;
            bool Fits(long size) => AllowedCounts.Fits(compile, [.. greatest.Select((g, d) => d == dim ? size : g)]);

            // Where greater sizes do not fit, those just below the greatest need not either.
            long last = found[i].Bound is null ? found[i].Minimum : Math.Min(greatest[i] - 1, found[i].Minimum + Special);
            long least = found[i].Minimum;
            for (long size = last; size >= found[i].Minimum && least == found[i].Minimum; size--)
            {
                least = Fits(size) ? least : Least(size, greatest[i], Fits);
            }

            found[i] = found[i] with { Minimum = least };
        }

        return found;
    }

    /// <summary>The sizes with greatest values that fit together: one that does not is no greater than some fixed size that the graph has.</summary>
    /// <param name="dims">What the operators themselves allow.</param>
    /// <param name="compile">Rewrites the graph for a choice of sizes.</param>
    /// <param name="dependence">Tells how far a compilation came.</param>
    /// <returns>The sizes as they are given where nothing fits.</returns>
    public static IReadOnlyList<PlanDim> Bound(IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        PlanDim[] found = [.. dims];
        while (!Fits(compile, Greatest(found)))
        {
            int reached = dependence.Reached;
            long[] sizes = [.. dependence.Met.Where(s => s > 0).OrderDescending()];
            (int Dim, long Size, int Reached) best = (-1, 0, reached);
            for (int i = 0; i < found.Length && best.Reached < int.MaxValue; i++)
            {
                long[] greatest = Greatest(found);
                foreach (long size in sizes.Where(s => found[i].IsCounted && s >= found[i].Minimum && s < greatest[i]))
                {
                    greatest[i] = size;
                    int own = Fits(compile, greatest) ? int.MaxValue : dependence.Reached;
                    best = own > best.Reached ? (i, size, own) : best;
                    if (own == int.MaxValue)
                    {
                        break;
                    }
                }
            }

            if (best.Dim < 0)
            {
                return dims;
            }

            found[best.Dim] = found[best.Dim] with { Maximum = best.Size, Bound = PlanSize.Of(best.Size) };
        }

        return found;
    }

    private static long[] Greatest(IReadOnlyList<PlanDim> dims)
    {
        SizeBox box = SizeBox.Of(dims);
        return [.. dims.Select((_, i) => box.Last(i))];
    }

    // What fits is bracketed by powers of two first.
    private static long Least(long low, long greatest, Func<long, bool> fits)
    {
        long first = low;
        long high = low + 1;
        while (high < greatest && !fits(high))
        {
            (low, high) = (high, high + (high - first));
        }

        high = Math.Min(high, greatest);
        while (high - low > 1)
        {
            long middle = (low + high) / 2;
            (low, high) = fits(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    private static bool Fits(Func<IReadOnlyList<long>, Graph> compile, long[] sizes)
    {
        try
        {
            compile(sizes);
            return true;
        }
        catch (ModelBuildException e) when (e.Diagnostics.All(d => !d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal)))
        {
            return false;
        }
    }
}
