using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>The n-grams that a TfIdfVectorizer counts, by size and then in rising order. Tokens that are strings are their positions among <paramref name="Words"/>, others are themselves.</summary>
/// <param name="Words">The distinct tokens of a pool of strings; null for one of integers.</param>
/// <param name="Width">Columns of the result.</param>
/// <param name="MaxSkip">The most tokens left out between two of an n-gram.</param>
/// <param name="CountsOnce">Whether an n-gram counts once, however often it appears.</param>
internal sealed record NGramPool(List<(long[] Keys, int Column, float Weight)> Grams, string[]? Words, int Width, int MaxSkip, bool CountsOnce)
{
    /// <summary>Reads the attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They contradict each other (MDB2003), or the mode is none (MDB2002).</exception>
    public static NGramPool Of(Node node)
    {
        AttributeMap map = node.Attributes;
        string mode = map.GetString("mode", "TF");
        if (mode is not ("TF" or "IDF" or "TFIDF"))
        {
            throw NodeErrors.Attribute(node, "mode", mode, "Use TF, IDF or TFIDF.");
        }

        (long[] keys, string[]? words) = Tokens(node);
        long[] starts = map.GetInts("ngram_counts") ?? throw NodeErrors.Invalid(node, "attribute ngram_counts is missing.");
        long[] columns = map.GetInts("ngram_indexes") ?? throw NodeErrors.Invalid(node, "attribute ngram_indexes is missing.");
        float[]? weights = mode != "TF" && map.TryGet("weights", out FloatsAttribute? given) ? given.Values : null;
        long shortest = map.GetInt("min_gram_length", 1);
        long longest = map.GetInt("max_gram_length", 1);
        long skips = map.GetInt("max_skip_count", 0);
        bool fits = columns.Length > 0 && columns.All(c => c is >= 0 and < 1 << 24) && skips is >= 0 and < 1 << 24 && shortest >= 1 && longest >= shortest
            && starts.Zip([.. starts.Skip(1), keys.Length]).All(p => p.First >= 0 && p.First <= p.Second);
        if (!fits)
        {
            throw NodeErrors.Invalid(node, "the n-grams' counts, indexes, lengths or skips contradict each other.");
        }

        Dictionary<string, (long[] Keys, int Column, float Weight)> grams = new(StringComparer.Ordinal);
        int index = 0;
        for (int size = 1; size <= starts.Length; size++)
        {
            long end = size < starts.Length ? starts[size] : keys.Length;
            for (long at = starts[size - 1]; at + size <= end; at += size, index++)
            {
                if (index >= columns.Length || (weights is not null && index >= weights.Length))
                {
                    throw NodeErrors.Invalid(node, $"{columns.Length} indexes and {weights?.Length ?? columns.Length} weights do not reach n-gram {index}.");
                }

                if (size >= shortest && size <= longest)
                {
                    // Of equal n-grams the last one counts.
                    long[] own = keys[(int)at..(int)(at + size)];
                    grams[string.Join(',', own)] = (own, (int)columns[index], weights?[index] ?? 1);
                }
            }
        }

        List<(long[] Keys, int Column, float Weight)> sorted = [.. grams.Values.OrderBy(g => g.Keys, Comparer<long[]>.Create(Compare))];
        return new NGramPool(sorted, words, (int)columns.Max() + 1, (int)skips, mode == "IDF");
    }

    /// <summary>The weights that sequences of tokens give.</summary>
    public Tensor Weigh(EvaluationContext context, IReadOnlyList<long[]> rows, ReadOnlySpan<long> dims)
    {
        Tensor y = Results.Allocate(context.Node, DType.F32, dims);
        Span<float> cells = y.MutableSpan<float>();
        for (int row = 0; row < rows.Count; row++)
        {
            long[] tokens = rows[row];
            HashSet<long> present = [.. tokens];
            foreach ((long[] keys, int column, float weight) in Grams.Where(g => g.Keys.All(present.Contains)))
            {
                int found = 0;
                for (int distance = 1; distance <= (keys.Length == 1 ? 1 : MaxSkip + 1); distance++)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    for (int start = 0; start + ((keys.Length - 1) * (long)distance) < tokens.Length; start++)
                    {
                        int first = start;
                        found += Enumerable.Range(0, keys.Length).All(k => tokens[first + (k * distance)] == keys[k]) ? 1 : 0;
                    }
                }

                cells[(row * Width) + column] += weight * (CountsOnce ? Math.Min(found, 1) : found);
            }
        }

        return y;
    }

    /// <summary>Strings as tokens; -1 for one that is in no n-gram.</summary>
    public long[] TokensOf(IEnumerable<string> texts)
    {
        Dictionary<string, long> positions = new(StringComparer.Ordinal);
        for (int i = 0; i < Words!.Length; i++)
        {
            positions.Add(Words[i], i);
        }

        return [.. texts.Select(t => positions.GetValueOrDefault(t, -1))];
    }

    /// <summary>The arguments of the kernels that weigh n-grams.</summary>
    public (string Name, StepValue Value)[] Arguments(ILoweringContext context)
    {
        int largest = Grams.Select(g => g.Keys.Length).DefaultIfEmpty(0).Max();
        return
        [
            ("pool", context.Weights(Tensor.Vector<long>([.. Grams.SelectMany(g => g.Keys)]))),
            ("columns", context.Weights(Tensor.Vector<int>([.. Grams.Select(g => g.Column)]))),
            ("weights", context.Weights(Tensor.Vector<float>([.. Grams.Select(g => g.Weight)]))),
            ("y", context.Output()),
            ("width", Width),
            ("counts", Enumerable.Range(1, largest).Select(size => Grams.Count(g => g.Keys.Length == size)).ToArray()),
            ("maxSkip", MaxSkip),
            ("once", CountsOnce),
        ];
    }

    private static (long[] Keys, string[]? Words) Tokens(Node node)
    {
        long[]? integers = node.Attributes.GetInts("pool_int64s");
        string[]? strings = node.Attributes.TryGet("pool_strings", out StringsAttribute? list) ? list.Values : null;
        if ((integers is null) == (strings is null))
        {
            throw NodeErrors.Invalid(node, "needs one of the attributes pool_int64s and pool_strings.");
        }

        if (integers is not null)
        {
            return (integers, null);
        }

        Dictionary<string, long> positions = new(StringComparer.Ordinal);
        foreach (string word in strings!)
        {
            positions.TryAdd(word, positions.Count);
        }

        return ([.. strings.Select(s => positions[s])], [.. positions.OrderBy(p => p.Value).Select(p => p.Key)]);
    }

    private static int Compare(long[]? a, long[]? b) => a!.Length != b!.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b);
}
