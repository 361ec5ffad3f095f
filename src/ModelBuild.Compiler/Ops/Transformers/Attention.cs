using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>
/// Scaled dot-product attention (ONNX Attention 25; 23 and 24 are its cases): grouped heads, soft cap, causal and window masks, masks as conditions or numbers, a key and value cache inside or outside.
/// Rows without any key become 0.
/// </summary>
internal sealed class Attention : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Attention";

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 7;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs.Take(3).All(i => i!.Type.Shape!.Rank != 4 || i.Type.Shape[1].IsKnown) && inputs[0]!.Type.Shape is { Rank: > 0 } q && q[q.Rank - 1].IsKnown;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Check(parts);
        bool isFlat = parts.ShapeOf(parts.Input(0)).Rank == 3;
        Value query = Heads(parts, 0, "q_num_heads", isFlat);
        Value key = Cached(parts, 4, Heads(parts, 1, "kv_num_heads", isFlat));
        Value value = Cached(parts, 5, Heads(parts, 2, "kv_num_heads", isFlat));
        DType type = query.Type.DType;
        double scale = parts.Attributes.Contains("scale") ? parts.Attributes.GetFloat("scale", 1) : 1 / Math.Sqrt(parts.SizeOf(query, 3));
        Value product = AttentionParts.Scores(parts, query, key, scale);
        Value capped = SoftCap(parts, product);
        (Value? bias, bool canMaskRows) = AttentionBias.Of(parts, query, key);
        Value biased = bias is null ? capped : parts.Add("Add", [capped, bias]);
        DType precision = (DType)parts.Attributes.GetInt("softmax_precision", (long)type);
        Value probabilities = parts.Cast(AttentionParts.Softmax(parts, parts.Cast(biased, precision), bias, canMaskRows), type);
        Value result = AttentionParts.Weighted(parts, probabilities, value);
        Value scores = parts.Attributes.GetInt("qk_matmul_output_mode", 0) switch
        {
            0 => product,
            1 => capped,
            2 => biased,
            _ => probabilities,
        };
        return [isFlat ? AttentionParts.MergeHeads(parts, result) : result, key, value, scores];
    }

    private static void Check(PartsBuilder parts)
    {
        int[] ranks = [.. Enumerable.Range(0, 3).Select(i => parts.ShapeOf(parts.Input(i)).Rank)];
        if (ranks[0] is not (3 or 4) || ranks.Any(r => r != ranks[0]))
        {
            throw NodeErrors.Shape(parts.Node, $"Q, K and V must all have 3 or all have 4 axes; they have {string.Join(", ", ranks)}.");
        }

        for (int i = 1; i < 3; i++)
        {
            _ = ElementTypes.Same(parts.Node, parts.Input(0).Type.DType, parts.Input(i).Type.DType);
        }

        ElementTypes.Require(parts.Node, 0, parts.Input(0).Type.DType, DTypes.IsFloat, "floating-point elements");
        if ((parts.InputOrNull(4) is null) != (parts.InputOrNull(5) is null))
        {
            throw NodeErrors.Invalid(parts.Node, "past_key and past_value must be given together.");
        }

        if (parts.InputOrNull(4) is not null && parts.InputOrNull(6) is not null)
        {
            throw NodeErrors.Invalid(parts.Node, "nonpad_kv_seqlen cannot be combined with past_key and past_value.");
        }

        if (parts.Attributes.GetInt("qk_matmul_output_mode", 0) is var mode && mode is < 0 or > 3)
        {
            throw NodeErrors.Attribute(parts.Node, "qk_matmul_output_mode", $"{mode}", "It must be 0 to 3.");
        }

        if (parts.Attributes.Contains("softmax_precision") && !DTypes.IsFloat((DType)parts.Attributes.GetInt("softmax_precision", 0)))
        {
            throw NodeErrors.Attribute(parts.Node, "softmax_precision", $"{parts.Attributes.GetInt("softmax_precision", 0)}", "It must be 1, 10, 11 or 16.");
        }
    }

    private static Value Heads(PartsBuilder parts, int input, string attribute, bool isFlat)
    {
        Value x = parts.Input(input);
        if (!isFlat)
        {
            return x;
        }

        long heads = parts.Attributes.GetInt(attribute, 0);
        Dim hidden = parts.ShapeOf(x)[2];
        return heads > 0 && (!hidden.IsKnown || hidden.Value % heads == 0)
            ? AttentionParts.SplitHeads(parts, x, heads)
            : throw NodeErrors.Invalid(parts.Node, $"{attribute} {heads} does not divide the last axis of input {input} {x.Type.Shape}.");
    }

    private static Value Cached(PartsBuilder parts, int past, Value present) =>
        parts.InputOrNull(past) is { } before ? parts.Concat(2, before, present) : present;

    private static Value SoftCap(PartsBuilder parts, Value scores)
    {
        float cap = parts.Attributes.GetFloat("softcap", 0);
        return cap > 0
            ? parts.Add("Mul", [parts.Add("Tanh", [parts.Add("Mul", [scores, parts.Scalar(scores, 1.0 / cap)])]), parts.Scalar(scores, cap)])
            : scores;
    }
}
