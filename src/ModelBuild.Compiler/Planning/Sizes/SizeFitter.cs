using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>
/// Finds expressions in the sizes of a call for numbers that are known at some of them: products, sums and rounded quotients, which is what the shapes and strides of
/// tensors are made of. An expression is only given when it is exact at every sample, of which there are many more than it has coefficients.
/// </summary>
internal sealed class SizeFitter
{
    private const int MaxAtoms = 24;
    private const int MaxMonomials = 400;
    private const int MaxDegree = 4;
    private const int MaxTerms = 36;

    /// <summary>Where there are many sizes, products of as many are those of neighbours only.</summary>
    private const int LeastRun = 3;

    private readonly int[] _all;
    private readonly List<SizeTerm> _atoms = [];
    private readonly Dictionary<PlanList<long>, PlanSize?> _known = [];
    private readonly List<(PlanSize Chosen, PlanSize Other)> _doubts = [];
    private List<SizeTerm>? _monomials;

    /// <summary>A fitter for samples.</summary>
    /// <param name="samples">The sizes at each sample.</param>
    public SizeFitter(IReadOnlyList<long[]> samples)
    {
        _all = [.. Enumerable.Range(0, samples.Count)];
        for (int dim = 0; dim < samples[0].Length; dim++)
        {
            long[] values = [.. samples.Select(s => s[dim])];
            if (!SizeFits.IsConstant(values, _all))
            {
                _atoms.Add(new SizeTerm(new SizeDim(dim), values, 1));
            }
        }
    }

    /// <summary>Expressions of which the samples cannot tell that they are the right ones, each with another that is exact as well.</summary>
    public IReadOnlyList<(PlanSize Chosen, PlanSize Other)> Doubts => _doubts;

    /// <summary>Lets further expressions be made of this number, when it has one itself and is not made of others already.</summary>
    public void AddAtom(long[] values)
    {
        if (_atoms.Count < MaxAtoms && !_known.ContainsKey(new PlanList<long>(values)) && Fit(values) is { } size and not SizeNumber && !IsProduct(values))
        {
            _atoms.Add(new SizeTerm(size, values, 1));
            _monomials = null;
        }
    }

    /// <summary>An expression for numbers, one at each sample; null when none is found.</summary>
    public PlanSize? Fit(long[] values)
    {
        PlanList<long> key = new(values);
        if (!_known.TryGetValue(key, out PlanSize? size))
        {
            size = Find(values, _all) ?? Bounded(values);
            _known.Add(key, size);
        }

        return size;
    }

    private List<SizeTerm> Monomials => _monomials ??=
        [.. SizeTerm.Products(_atoms, MaxDegree, MaxMonomials), .. SizeTerm.Runs([.. _atoms.Where(a => a.Size is SizeDim).OrderBy(a => a.Size.LastDim)], LeastRun)];

    private bool IsProduct(long[] values) => Monomials.Any(m => SizeFits.Multiple(m, values, _all) is not null);

    private PlanSize? Find(long[] values, int[] rows)
    {
        if (SizeFits.IsConstant(values, rows))
        {
            return PlanSize.Of(values[rows[0]]);
        }

        foreach (SizeTerm term in Monomials)
        {
            if (SizeFits.Multiple(term, values, rows) is { } multiple)
            {
                return multiple;
            }
        }

        foreach (SizeTerm term in Monomials)
        {
            if (SizeFits.Affine(term, values, rows) is { } affine)
            {
                return affine;
            }
        }

        PlanSize? clamped = _atoms.Select(a => SizeFits.Clamped(a, values, rows)).FirstOrDefault(c => c is not null);
        foreach (SizeTerm term in Monomials)
        {
            List<PlanSize> others = [];
            if (SizeFits.Rounded(term, values, rows, others) is { } rounded)
            {
                if (clamped is not null)
                {
                    _doubts.Add((clamped, rounded));
                    return clamped;
                }

                _doubts.AddRange(others.Select(o => (rounded, o)));
                return rounded;
            }
        }

        return clamped ?? Combined(values, rows);
    }

    // Sums of several terms: those of all sizes, then of the products of every two atoms, as (h+2)*(w+2) is.
    private PlanSize? Combined(long[] values, int[] rows)
    {
        SizeTerm[] dims = [.. _atoms.Where(a => a.Size is SizeDim)];
        if (SizeFits.Linear(SizeTerm.Products(dims, 3, MaxTerms), values, rows) is { } polynomial)
        {
            return polynomial;
        }

        for (int i = 0; i < _atoms.Count; i++)
        {
            for (int j = i + 1; j < _atoms.Count; j++)
            {
                if (SizeFits.Linear(SizeTerm.Products([_atoms[i], _atoms[j]], 2, MaxTerms), values, rows) is { } sum)
                {
                    return sum;
                }
            }
        }

        return null;
    }

    // What is cut off at a constant, above or below.
    private PlanSize? Bounded(long[] values)
    {
        long greatest = values.Max();
        int[] below = [.. _all.Where(i => values[i] < greatest)];
        if (below.Length >= SizeFits.LeastSamples && below.Length < _all.Length - 1 && Find(values, below) is { } low && _all.All(i => values[i] < greatest || Value(low, i) >= greatest))
        {
            return new SizeMinimum(low, PlanSize.Of(greatest));
        }

        long least = values.Min();
        int[] above = [.. _all.Where(i => values[i] > least)];
        return above.Length >= SizeFits.LeastSamples && above.Length < _all.Length - 1 && Find(values, above) is { } high && _all.All(i => values[i] > least || Value(high, i) <= least)
            ? new SizeMaximum(high, PlanSize.Of(least))
            : null;
    }

    private long Value(PlanSize size, int sample)
    {
        long[] dims = new long[1 + _atoms.Where(a => a.Size is SizeDim).Select(a => ((SizeDim)a.Size).Index).DefaultIfEmpty(0).Max()];
        foreach (SizeTerm atom in _atoms)
        {
            if (atom.Size is SizeDim dim)
            {
                dims[dim.Index] = atom.Values[sample];
            }
        }

        return size.Evaluate(dims);
    }
}
