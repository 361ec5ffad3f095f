using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>A range for each size of a call.</summary>
/// <param name="Minimum">Least values.</param>
/// <param name="Maximum">Greatest values.</param>
/// <param name="Step">Values are the least one and whole steps above it.</param>
internal sealed record SizeBox(PlanList<long> Minimum, PlanList<long> Maximum, PlanList<long> Step)
{
    /// <summary>What is looked at of a range without an end.</summary>
    public const long Horizon = 1024;

    private const int LineLength = 4096;
    private const int FewSizes = 48;
    private const int RandomSamples = 16;
    private const int FurtherSamples = 8;
    private const int DrawnCandidates = 512;

    /// <summary>Slices of what is counted keep few elements: sizes up to this one are looked at each.</summary>
    private const int SmallCounts = 9;

    /// <summary>All sizes that a plan allows.</summary>
    public static SizeBox Of(IReadOnlyList<PlanDim> dims) => new(new PlanList<long>(dims.Select(d => d.Minimum)), new PlanList<long>(dims.Select(d => d.Maximum)), new PlanList<long>(dims.Select(d => d.Step)));

    /// <summary>The part of the box in which one size has other bounds.</summary>
    public SizeBox With(int dim, long minimum, long maximum) =>
        new(new PlanList<long>(Minimum.Select((m, i) => i == dim ? minimum : m)), new PlanList<long>(Maximum.Select((m, i) => i == dim ? maximum : m)), Step);

    /// <summary>The greatest value of one size that is not above another number.</summary>
    public long Align(int dim, long size) => Minimum[dim] + (Math.Max(0, size - Minimum[dim]) / Step[dim] * Step[dim]);

    /// <summary>The greatest value of one size that is looked at: its bound, or the horizon where it has none.</summary>
    public long Last(int dim) => Align(dim, Maximum[dim] < int.MaxValue ? Maximum[dim] : Math.Max(Minimum[dim] * 4, Minimum[dim] + HorizonOf(Maximum.Count(m => m == int.MaxValue))));

    /// <summary>
    /// Sizes to look at: all of them where they are few; else the ends of the ranges and their neighbours, powers of two and theirs, and others drawn so that they are rarely equal to each other
    /// or to a power of two.
    /// </summary>
    /// <param name="seed">Other seeds draw other sizes.</param>
    public IReadOnlyList<long[]> Samples(int seed)
    {
        long[] last = [.. Maximum.Select((_, i) => Last(i))];
        double all = last.Select((m, i) => ((m - Minimum[i]) / Step[i]) + 1.0).Aggregate((a, b) => a * b);
        if (all <= FewSizes)
        {
            return seed == 0 ? Everything(last) : [];
        }

        List<long[]> samples = [];
        HashSet<PlanList<long>> seen = [];
        ulong state = (ulong)seed * 0xD1B54A32D192ED03;
        if (seed == 0)
        {
            foreach (Func<int, long> corner in Corners(last))
            {
                Add([.. last.Select((_, i) => Math.Clamp(corner(i), Minimum[i], last[i]))]);
            }
        }

        int wanted = samples.Count + (seed == 0 ? RandomSamples : FurtherSamples);
        for (int attempt = 0; samples.Count < wanted && attempt < 10 * RandomSamples; attempt++)
        {
            Add([.. last.Select((m, i) => Draw(Minimum[i], m, ref state))]);
        }

        return samples;

        void Add(long[] sizes)
        {
            long[] aligned = [.. sizes.Select((s, i) => Align(i, s))];
            if (seen.Add(new PlanList<long>(aligned)))
            {
                samples.Add(aligned);
            }
        }
    }

    /// <summary>Sizes at which pairs of expressions differ, a few at a time.</summary>
    /// <param name="known">Sizes that were looked at.</param>
    /// <param name="isOfUse">False for sizes that are known to tell nothing.</param>
    /// <param name="round">Other rounds choose others of them.</param>
    public IReadOnlyList<long[]> Doubtful(IReadOnlyList<(PlanSize Chosen, PlanSize Other)> doubts, IReadOnlyList<long[]> known, Func<long[], bool> isOfUse, int round)
    {
        if (doubts.Count == 0)
        {
            return [];
        }

        List<long[]> candidates = [.. Lines(known[^1])];
        for (int i = 0; i < DrawnCandidates / FurtherSamples; i++)
        {
            candidates.AddRange(Samples(1000 + (1000 * round) + i));
        }

        HashSet<PlanList<long>> chosen = [.. known.Select(k => new PlanList<long>(k))];
        List<long[]> sizes = [];
        foreach ((PlanSize one, PlanSize other) in doubts.Distinct())
        {
            long[][] telling = [.. candidates.Where(c => one.Evaluate(c) != other.Evaluate(c) && isOfUse(c))];
            bool isSettled = telling.Length == 0 || sizes.Any(s => one.Evaluate(s) != other.Evaluate(s));
            if (!isSettled && sizes.Count < FurtherSamples && telling[(int)((uint)(round * 0x9E3779B1) % telling.Length)] is { } size && chosen.Add(new PlanList<long>(size)))
            {
                sizes.Add(size);
            }
        }

        return sizes;
    }

    // The product of several sizes must stay within memory.
    private static long HorizonOf(int unbounded) => unbounded switch
    {
        <= 2 => Horizon,
        3 => Horizon / 4,
        4 => Horizon / 16,
        _ => Horizon / 32,
    };

    // All values of one size while the others are those of a sample.
    private IEnumerable<long[]> Lines(long[] sample)
    {
        for (int dim = 0; dim < sample.Length; dim++)
        {
            // The expressions that are tried repeat after a few hundred steps.
            long last = Math.Min(Last(dim), Minimum[dim] + (LineLength * Step[dim]));
            for (long size = Minimum[dim]; size <= last; size += Step[dim])
            {
                yield return [.. sample.Select((s, i) => i == dim ? size : s)];
            }
        }
    }

    private IEnumerable<Func<int, long>> Corners(long[] last)
    {
        yield return i => Minimum[i];
        yield return i => last[i];
        yield return i => Minimum[i] + Step[i];
        yield return i => last[i] - Step[i];
        yield return i => Minimum[i] + (2 * Step[i]);
        for (int dim = 0; dim < last.Length && last.Length > 1; dim++)
        {
            int one = dim;
            yield return i => i == one ? Minimum[i] : (Minimum[i] + last[i]) / 2;
            yield return i => i == one ? last[i] : (Minimum[i] + last[i]) / 2;
        }

        for (int dim = 0; dim < last.Length; dim++)
        {
            if (Minimum[dim] > 0)
            {
                continue;
            }

            for (int count = last.Length > 1 ? 1 : 3; count <= SmallCounts; count++)
            {
                (int one, long small) = (dim, count);
                yield return i => i == one ? small : (Minimum[i] + last[i]) / 2;
            }
        }

        for (long power = 16; power <= Horizon; power *= 4)
        {
            long size = power;
            yield return i => size + i;
            yield return i => size - 1 - i;
        }
    }

    private IReadOnlyList<long[]> Everything(long[] last)
    {
        IEnumerable<long[]> sizes = [[]];
        for (int i = 0; i < last.Length; i++)
        {
            long minimum = Minimum[i];
            long step = Step[i];
            int count = (int)(((last[i] - minimum) / step) + 1);
            sizes = [.. sizes.SelectMany(s => Enumerable.Range(0, count).Select(n => (long[])[.. s, minimum + (n * step)]))];
        }

        return [.. sizes];
    }

    // Small sizes are drawn more often than large ones.
    private static long Draw(long minimum, long maximum, ref ulong state)
    {
        double unit = SplitMix64.Next(ref state);
        return Math.Min(maximum, minimum + (long)(unit * unit * (maximum - minimum + 1)));
    }
}
