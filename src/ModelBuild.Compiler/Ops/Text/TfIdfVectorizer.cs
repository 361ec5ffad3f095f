using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>ONNX TfIdfVectorizer-9: how often each n-gram of a pool appears in sequences of integers [C] or [N,C], counted, weighted, or both. Pools of strings are not supported.</summary>
public sealed class TfIdfVectorizer : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "TfIdfVectorizer";

    /// <inheritdoc/>
    public override string? Limits => "Tokens are integers; pool_strings is refused.";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 0, context.Input(0).DType);
        Pool pool = Pool.Of(context.Node);
        Shape? y = null;
        if (context.Shape(0) is { } x)
        {
            y = x.Rank is 1 or 2 ? new Shape([.. x.Take(x.Rank - 1), pool.Width]) : throw NodeErrors.Shape(context.Node, $"the tokens {x} must be [C] or [N,C].");
        }

        context.SetOutput(0, DType.F32, y);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Pool pool = Pool.Of(context.Node);
        long[] tokens = Elements.Integers(context.Node, 0, x);
        int length = (int)x.Dims[^1];
        int rows = x.Rank == 2 ? (int)x.Dims[0] : 1;
        Tensor y = Results.Allocate(context.Node, DType.F32, [.. x.Dims[..^1], pool.Width]);
        Span<float> cells = y.MutableSpan<float>();
        for (int row = 0; row < rows; row++)
        {
            foreach ((long[] keys, int column, float weight) in pool.Grams)
            {
                int found = 0;
                for (int distance = 1; distance <= (keys.Length == 1 ? 1 : pool.MaxSkip + 1); distance++)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    for (int start = 0; start + ((keys.Length - 1) * (long)distance) < length; start++)
                    {
                        int first = (row * length) + start;
                        found += Enumerable.Range(0, keys.Length).All(k => tokens[first + (k * distance)] == keys[k]) ? 1 : 0;
                    }
                }

                cells[(row * pool.Width) + column] += weight * (pool.CountsOnce ? Math.Min(found, 1) : found);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Pool pool = Pool.Of(node);
        long[] dims = context.InputDims(0);
        int largest = pool.Grams.Select(g => g.Keys.Length).DefaultIfEmpty(0).Max();
        if (pool.Grams.Count == 0)
        {
            FixedResult.Copy(context, new Tensor(DType.F32, context.OutputDims()));
            return;
        }

        context.Call(
            "NGrams.Weigh",
            0,
            ("x", context.Input(0)),
            ("pool", context.Weights(Tensor.Vector<long>([.. pool.Grams.SelectMany(g => g.Keys)]))),
            ("columns", context.Weights(Tensor.Vector<int>([.. pool.Grams.Select(g => g.Column)]))),
            ("weights", context.Weights(Tensor.Vector<float>([.. pool.Grams.Select(g => g.Weight)]))),
            ("y", context.Output()),
            ("rows", dims.Length == 2 ? Literals.Int(node, dims[0]) : 1),
            ("tokens", Literals.Int(node, dims[^1])),
            ("width", pool.Width),
            ("counts", Enumerable.Range(1, largest).Select(size => pool.Grams.Count(g => g.Keys.Length == size)).ToArray()),
            ("maxSkip", pool.MaxSkip),
            ("once", pool.CountsOnce));
    }

    /// <summary>The n-grams that count, by size and then in rising order.</summary>
    private sealed record Pool(List<(long[] Keys, int Column, float Weight)> Grams, int Width, int MaxSkip, bool CountsOnce)
    {
        public static Pool Of(Node node)
        {
            AttributeMap map = node.Attributes;
            string mode = map.GetString("mode", "TF");
            if (mode is not ("TF" or "IDF" or "TFIDF"))
            {
                throw NodeErrors.Attribute(node, "mode", mode, "Use TF, IDF or TFIDF.");
            }

            if (map.Contains("pool_strings"))
            {
                throw NodeErrors.Attribute(node, "pool_strings", "given", "Only tokens that are integers are supported. Map the words to integers before the model, or set Runtime=\"onnxruntime\".");
            }

            long[] keys = map.GetInts("pool_int64s") ?? throw NodeErrors.Invalid(node, "attribute pool_int64s is missing.");
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
            return new Pool(sorted, (int)columns.Max() + 1, (int)skips, mode == "IDF");
        }

        private static int Compare(long[]? a, long[]? b) => a!.Length != b!.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b);
    }
}
