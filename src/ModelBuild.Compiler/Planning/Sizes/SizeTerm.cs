using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>A product of sizes with its values at the samples.</summary>
/// <param name="Size">The expression.</param>
/// <param name="Values">Its value at each sample.</param>
/// <param name="Degree">Number of factors.</param>
internal sealed record SizeTerm(PlanSize Size, long[] Values, int Degree)
{
    private const double Largest = 1e15;

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
                    bool fits = left.Values.Zip(factor.Values, (a, b) => (double)a * b).All(v => v < Largest);
                    long[] values = fits ? [.. left.Values.Zip(factor.Values, (a, b) => a * b)] : [];
                    if (fits && seen.Add(new PlanList<long>(values)))
                    {
                        products.Add(new SizeTerm(PlanSize.Product(left.Size, factor.Size), values, d));
                    }
                }
            }

            first = last;
        }

        return products;
    }
}
