using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>A product of sizes with its values at the samples.</summary>
/// <param name="Size">The expression.</param>
/// <param name="Values">Its value at each sample.</param>
/// <param name="Degree">Number of factors.</param>
internal sealed record SizeTerm(PlanSize Size, long[] Values, int Degree)
{
    private const double Largest = 1e15;

    /// <summary>All products of neighbours of a list, of a least number of them: the elements of a tensor of which every size is counted.</summary>
    public static List<SizeTerm> Runs(IReadOnlyList<SizeTerm> factors, int least)
    {
        List<SizeTerm> runs = [];
        for (int first = 0; first + least <= factors.Count; first++)
        {
            SizeTerm run = factors[first];
            for (int i = first + 1; i < factors.Count && Times(run.Values, factors[i].Values) is { } values; i++)
            {
                run = new SizeTerm(PlanSize.Product(run.Size, factors[i].Size), values, i + 1 - first);
                if (run.Degree >= least)
                {
                    runs.Add(run);
                }
            }
        }

        return runs;
    }

    /// <summary>All products of factors up to a degree, those of few factors first; of equal ones only the first.</summary>
    public static List<SizeTerm> Products(IReadOnlyList<SizeTerm> factors, int degree, int maximum)
    {
        List<SizeTerm> products = [.. factors];
        HashSet<PlanList<long>> seen = [.. factors.Select(f => new PlanList<long>(f.Values))];
        int first = 0;
        for (int d = 2; d <= degree; d++)
        {
            int last = products.Count;
            for (int i = first; i < last; i++)
            {
                foreach (SizeTerm factor in factors)
                {
                    if (products.Count >= maximum)
                    {
                        return products;
                    }

                    SizeTerm left = products[i];
                    if (Times(left.Values, factor.Values) is { } values && seen.Add(new PlanList<long>(values)))
                    {
                        products.Add(new SizeTerm(PlanSize.Product(left.Size, factor.Size), values, d));
                    }
                }
            }

            first = last;
        }

        return products;
    }

    // Null where a product is too large for the fits, which multiply further.
    private static long[]? Times(long[] a, long[] b) => a.Zip(b, (x, y) => (double)x * y).All(v => v < Largest) ? [.. a.Zip(b, (x, y) => x * y)] : null;
}
