using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// GroupQueryAttention of com.microsoft, the attention of exported language models: queries in groups that share keys and values, a cache that grows or is written in place, rotations, windows and sinks.
/// Every sequence of the batch has its own length. The cache that goes out is as long as the longest sequence or the one that comes in, whichever is longer; places behind a sequence's end keep what they held.
/// </summary>
/// <remarks>Where the total length is an input of the model, the cache that comes in must be long enough for it, as with a cache that is written in place.</remarks>
internal sealed class ContribGroupQueryAttention() : ContribOp("GroupQueryAttention", 1, 16)
{
    private const int Lengths = 5;
    private const int Total = 6;
    private const int AttentionBias = 10;
    private const int Sink = 11;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs[0]!.Type.Shape is { Rank: 3 } query && query[2].IsKnown && query[1].IsKnown
        && inputs.ElementAtOrDefault(GroupQueryCache.PastKey) is not { Type.Shape: { Rank: 4 } and [_, _, { IsKnown: false }, _] }
        && (inputs.ElementAtOrDefault(Total) is not { } total || total.IsConstant || total.Producer is null);

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Check(parts);
        GroupQueryHeads heads = GroupQueryHeads.Of(parts);
        (Value query, Value key, Value value) = heads.Split(parts);
        long length = parts.SizeOf(query, 2);

        // A sequence that is shorter than the queries is one with padding behind it, from the first place on.
        Value totals = parts.Add("Add", [parts.Reshape(parts.Cast(parts.Input(Lengths), DType.I64), -1), parts.Ints(1)]);
        Value starts = parts.Add("Max", [parts.Add("Sub", [totals, parts.Ints(length)]), parts.Ints(0)]);
        Value places = parts.Add("Add", [parts.Reshape(starts, -1, 1), parts.Range(parts.Ints(length))]);
        GroupQueryCache cache = new(parts, length, starts);
        (query, key) = heads.Turn(parts, query, key, places, cache.IsPrompt);
        key = cache.Write(key, GroupQueryCache.PastKey);
        value = cache.Write(value, GroupQueryCache.PastValue);

        Value scores = SoftCap(parts, AttentionParts.Scores(parts, query, key, ContribMultiHeadAttention.ScaleOf(parts, query)));
        if (parts.InputOrNull(AttentionBias) is { } bias)
        {
            scores = parts.Add("Add", [scores, ToLength(parts, bias, parts.SizeOf(key, 2))]);
        }

        scores = parts.Add("Add", [scores, AttentionParts.Bias(parts, Allowed(parts, key, totals, places), query)]);
        Value probabilities = WithSink(parts, scores, AttentionParts.Softmax(parts, scores, null, canMaskRows: false));
        return [AttentionParts.MergeHeads(parts, AttentionParts.Weighted(parts, probabilities, value)), key, value];
    }

    private static void Check(PartsBuilder parts)
    {
        _ = parts.Input(Lengths);
        _ = parts.Input(Total);
        foreach (string attribute in new[] { "sliding_window_cache", "qk_output" })
        {
            if (parts.Attributes.GetInt(attribute, 0) != 0)
            {
                throw Unsupported(parts, attribute, $"{parts.Attributes.GetInt(attribute, 0)}", "It must be 0.");
            }
        }

        foreach (string attribute in new[] { "k_quant_type", "v_quant_type" })
        {
            if (parts.Attributes.GetString(attribute, "NONE") is var type && type != "NONE")
            {
                throw Unsupported(parts, attribute, type, "Export the model with a cache that is not quantised.");
            }
        }

        if (parts.Attributes.GetInt("causal", 1) == 0 && parts.Attributes.GetInt("local_window_size", -1) != -1)
        {
            throw NodeErrors.Invalid(parts.Node, "local_window_size needs causal attention.");
        }
    }

    /// <summary>Whether a query may see a key: [batch, 1, queries, keys].</summary>
    private static Value Allowed(PartsBuilder parts, Value key, Value totals, Value places)
    {
        Value keys = parts.Range(parts.Size(key, 2));
        if (parts.Attributes.GetInt("causal", 1) == 0)
        {
            return parts.Add("Less", [keys, parts.Unsqueeze(totals, 1, 2, 3)]);
        }

        Value queries = parts.Unsqueeze(places, 1, 3);
        Value allowed = parts.Add("LessOrEqual", [keys, queries]);
        long window = parts.Attributes.GetInt("local_window_size", -1);
        return window < 0 ? allowed : parts.Add("And", [allowed, parts.Add("Greater", [keys, parts.Add("Sub", [queries, parts.Scalar(queries, window)])])]);
    }

    private static Value SoftCap(PartsBuilder parts, Value scores)
    {
        float cap = parts.Attributes.GetFloat("softcap", 0);
        return cap > 0
            ? parts.Add("Mul", [parts.Add("Tanh", [parts.Add("Mul", [scores, parts.Scalar(scores, 1.0 / cap)])]), parts.Scalar(scores, cap)])
            : scores;
    }

    // A further key in the denominator, whose value is 0: the sum s of the exponentials becomes s + exp(sink), and s / (s + exp(sink)) is a sigmoid.
    private static Value WithSink(PartsBuilder parts, Value scores, Value softmax)
    {
        Value? sink = parts.InputOrNull(Sink) is { } given ? parts.Reshape(given, 1, -1, 1, 1) : null;
        if (sink is null && parts.Attributes.GetInt("smooth_softmax", 0) == 0)
        {
            return softmax;
        }

        Value logarithm = parts.Add("ReduceLogSumExp", [scores, parts.Ints(-1)], new AttributeMap { { "keepdims", 1L } });
        return parts.Add("Mul", [softmax, parts.Add("Sigmoid", [sink is null ? logarithm : parts.Add("Sub", [logarithm, sink])])]);
    }

    // A bias for the keys there are; the ones behind them are hidden from every query.
    private static Value ToLength(PartsBuilder parts, Value bias, long keys)
    {
        long have = parts.SizeOf(bias, 3);
        return have == keys ? bias : have < keys
            ? parts.Add("Pad", [bias, parts.Ints(0, 0, 0, 0, 0, 0, 0, keys - have)])
            : throw NodeErrors.Shape(parts.Node, $"a bias {bias.Type.Shape} has more places than there are keys, {keys}.");
    }
}
