using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>The forms of expressions that <see cref="SizeFitter"/> tries. Each is exact at all rows given, or null.</summary>
internal static class SizeFits
{
    /// <summary>Fewer samples than this decide nothing.</summary>
    public const int LeastSamples = 4;

    private const int MaxDivisor = 256;
    private const int MaxFraction = 1 << 20;
    private const int MaxDenominator = 8;

    /// <summary>True for one value at all rows.</summary>
    public static bool IsConstant(long[] values, int[] rows) => rows.All(r => values[r] == values[rows[0]]);

    /// <summary>A multiple, or a fraction, of a term.</summary>
    public static PlanSize? Multiple(SizeTerm term, long[] values, int[] rows)
    {
        int first = Array.Find(rows, r => term.Values[r] != 0);
        long m = term.Values[first];
        long v = values[first];
        if (m == 0 || v == 0 || rows.Any(r => (Int128)values[r] * m != (Int128)term.Values[r] * v))
        {
            return null;
        }

        long divisor = (long)Gcd(m, v);
        long denominator = m / divisor;
        return denominator is > 0 and <= MaxFraction ? PlanSize.Quotient(PlanSize.Product(term.Size, PlanSize.Of(v / divisor)), denominator) : null;
    }

    /// <summary>A multiple of a term and a constant.</summary>
    public static PlanSize? Affine(SizeTerm term, long[] values, int[] rows)
    {
        int a = rows[0];
        int b = Array.Find(rows, r => term.Values[r] != term.Values[a]);
        long run = term.Values[b] - term.Values[a];
        if (run == 0 || (values[b] - values[a]) % run != 0)
        {
            return null;
        }

        long slope = (values[b] - values[a]) / run;
        Int128 constant = values[a] - ((Int128)slope * term.Values[a]);
        return slope != 0 && rows.All(r => ((Int128)slope * term.Values[r]) + constant == values[r])
            ? PlanSize.Sum(PlanSize.Product(term.Size, PlanSize.Of(slope)), PlanSize.Of((long)constant))
            : null;
    }

    /// <summary>Multiples of a rounded quotient, such as padded sizes and the outputs of strided windows: g * floor((p * term + a) / q) + b.</summary>
    /// <param name="others">Receives expressions that are exact at the rows as well: further samples must tell them apart.</param>
    public static PlanSize? Rounded(SizeTerm term, long[] values, int[] rows, ICollection<PlanSize> others)
    {
        long least = rows.Min(r => values[r]);
        long g = (long)rows.Aggregate((Int128)0, (gcd, r) => Gcd(gcd, values[r] - least));
        int low = rows.MinBy(r => term.Values[r]);
        int high = rows.MaxBy(r => term.Values[r]);
        long run = term.Values[high] - term.Values[low];
        if (g == 0 || run == 0 || values[high] <= values[low])
        {
            return null;
        }

        List<(long P, long Q, Int128 From, Int128 To)> exact = [];
        double slope = (double)(values[high] - values[low]) / g / run;
        for (long q = 2; q <= MaxDivisor; q++)
        {
            long p = (long)Math.Round(slope * q);
            if (p == 0 || Gcd(p, q) != 1 || Math.Abs(((double)p / q) - slope) > 1.01 / run)
            {
                continue;
            }

            Int128 from = rows.Max(r => ((Int128)q * ((values[r] - least) / g)) - ((Int128)p * term.Values[r]));
            Int128 to = rows.Min(r => ((Int128)q * ((values[r] - least) / g)) + q - 1 - ((Int128)p * term.Values[r]));
            if (from <= to)
            {
                exact.Add((p, q, from, to));
            }
        }

        if (exact.Count == 0)
        {
            return null;
        }

        // Rounding down or up is likelier than anything between.
        int plain = exact.FindIndex(e => Plain(e.From, e.To, e.Q) is not null);
        (long P, long Q, Int128 From, Int128 To) best = exact[Math.Max(plain, 0)];
        PlanSize found = Make(best.P, best.Q, Plain(best.From, best.To, best.Q) ?? ((best.From + best.To) / 2));
        List<PlanSize> doubtful = exact.Count == 1 ? [] : [Middle(exact[plain > 0 ? 0 : 1])];
        if (best.From < best.To)
        {
            doubtful.AddRange([Make(best.P, best.Q, best.From), Make(best.P, best.Q, best.To), Middle(best)]);
        }

        foreach (PlanSize other in doubtful.Where(o => o != found))
        {
            others.Add(other);
        }

        return found;

        static Int128? Plain(Int128 from, Int128 to, long q)
        {
            Int128 down = Floor(to, q) * q;
            Int128 up = (Floor(to + 1, q) * q) - 1;
            return down >= from ? down : up >= from ? up : null;
        }

        PlanSize Middle((long P, long Q, Int128 From, Int128 To) exact) => Make(exact.P, exact.Q, (exact.From + exact.To) / 2);

        PlanSize Make(long p, long q, Int128 a)
        {
            Int128 shift = Floor(a, q);
            PlanSize rounded = PlanSize.Quotient(PlanSize.Sum(PlanSize.Product(term.Size, PlanSize.Of(p)), PlanSize.Of((long)(a - (shift * q)))), q);
            return PlanSize.Sum(PlanSize.Product(rounded, PlanSize.Of(g)), PlanSize.Of(checked((long)(least + (shift * g)))));
        }
    }

    /// <summary>A term and a constant, cut off below and above: what a slice of at most so many elements gives. A row on either side of every cut must show where it is.</summary>
    public static PlanSize? Clamped(SizeTerm term, long[] values, int[] rows)
    {
        long least = rows.Min(r => values[r]);
        long greatest = rows.Max(r => values[r]);
        int edge = rows.Where(r => values[r] == greatest).MinBy(r => term.Values[r]);
        long shift = greatest - term.Values[edge];
        bool isExact = rows.All(r => Math.Clamp(term.Values[r] + shift, least, greatest) == values[r]);
        if (!isExact || !rows.Any(r => term.Values[r] + shift == greatest - 1))
        {
            return null;
        }

        PlanSize shifted = PlanSize.Sum(term.Size, PlanSize.Of(shift));
        PlanSize raised = rows.Any(r => term.Values[r] + shift < least) ? new SizeMaximum(shifted, PlanSize.Of(least)) : shifted;
        return rows.Any(r => term.Values[r] + shift > greatest) ? new SizeMinimum(raised, PlanSize.Of(greatest)) : raised;
    }

    /// <summary>A sum of multiples of several terms and a constant.</summary>
    public static PlanSize? Linear(List<SizeTerm> terms, long[] values, int[] rows)
    {
        int unknowns = terms.Count + 1;
        if (rows.Length < unknowns + LeastSamples || Solve(terms, values, rows) is not { } solution)
        {
            return null;
        }

        for (int denominator = 1; denominator <= MaxDenominator; denominator++)
        {
            long[] coefficients = [.. solution.Select(c => (long)Math.Round(c * denominator))];
            bool exact = rows.All(r => terms.Select((t, i) => (Int128)t.Values[r] * coefficients[i]).Aggregate((Int128)coefficients[^1], (a, b) => a + b) == (Int128)values[r] * denominator);
            if (exact)
            {
                PlanSize sum = PlanSize.Of(0);
                for (int i = 0; i < terms.Count; i++)
                {
                    sum = coefficients[i] == 0 ? sum : PlanSize.Sum(sum, PlanSize.Product(terms[i].Size, PlanSize.Of(coefficients[i])));
                }

                return PlanSize.Quotient(PlanSize.Sum(sum, PlanSize.Of(coefficients[^1])), denominator);
            }
        }

        return null;
    }

    // Gauss-Jordan elimination with pivoting over scaled columns; the result is rounded and checked in integers, so it need not be exact.
    private static double[]? Solve(List<SizeTerm> terms, long[] values, int[] rows)
    {
        int n = terms.Count + 1;
        double[] scale = [.. terms.Select(t => Math.Max(1.0, rows.Max(r => (double)t.Values[r]))), 1];
        double[][] matrix = [.. rows.Select(r => (double[])[.. terms.Select((t, i) => t.Values[r] / scale[i]), 1, values[r]])];
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, matrix.Length - column).MaxBy(r => Math.Abs(matrix[r][column]));
            if (Math.Abs(matrix[pivot][column]) < 1e-9)
            {
                return null;
            }

            (matrix[column], matrix[pivot]) = (matrix[pivot], matrix[column]);
            foreach (int r in Enumerable.Range(0, matrix.Length).Where(r => r != column))
            {
                double factor = matrix[r][column] / matrix[column][column];
                for (int c = column; c <= n; c++)
                {
                    matrix[r][c] -= factor * matrix[column][c];
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => matrix[i][n] / matrix[i][i] / scale[i])];
    }

    private static Int128 Floor(Int128 a, Int128 b) => a >= 0 ? a / b : -((-a + b - 1) / b);

    private static Int128 Gcd(Int128 a, Int128 b)
    {
        (a, b) = (Int128.Abs(a), Int128.Abs(b));
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
