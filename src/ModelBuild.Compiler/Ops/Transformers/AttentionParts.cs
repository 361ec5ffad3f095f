using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>The parts that attention operators of every domain share. Heads of queries are [batch, heads, length, size]; those of keys and values may be fewer, each shared by a run of query heads.</summary>
internal static class AttentionParts
{
    /// <summary>[batch, length, heads * size] as [batch, heads, length, size].</summary>
    public static Value SplitHeads(PartsBuilder parts, Value x, long heads) => parts.Transpose(parts.Reshape(x, 0, 0, heads, -1), 0, 2, 1, 3);

    /// <summary>[batch, heads, length, size] as [batch, length, heads * size].</summary>
    public static Value MergeHeads(PartsBuilder parts, Value x) => parts.Reshape(parts.Transpose(x, 0, 2, 1, 3), 0, 0, -1);

    /// <summary>Scaled products of queries and keys: [batch, query heads, query length, key length].</summary>
    public static Value Scores(PartsBuilder parts, Value query, Value key, double scale)
    {
        Value scaled = scale == 1 ? query : parts.Add("Mul", [query, parts.Scalar(query, scale)]);
        Value keys = parts.Transpose(key, 0, 1, 3, 2);
        return Grouped(parts, scaled, keys, parts.Size(keys, 3));
    }

    /// <summary>Values weighted by probabilities: [batch, query heads, query length, value size].</summary>
    public static Value Weighted(PartsBuilder parts, Value probabilities, Value value) => Grouped(parts, probabilities, value, parts.Size(value, 3));

    /// <summary>Adds a bias where there is one and takes the softmax; rows that the bias masks wholly become 0.</summary>
    /// <param name="canMaskRows">True when a row of the bias may be minus infinity in every place.</param>
    public static Value Softmax(PartsBuilder parts, Value scores, Value? bias, bool canMaskRows)
    {
        Value softmax = parts.Add("Softmax", [scores], new AttributeMap { { "axis", -1L } });
        if (bias is null || !canMaskRows)
        {
            return softmax;
        }

        Value largest = parts.Add("ReduceMax", [bias, parts.Ints(-1)], new AttributeMap { { "keepdims", 1L } });
        Value masked = parts.Add("IsInf", [largest], new AttributeMap { { "detect_positive", 0L }, { "detect_negative", 1L } });
        return parts.Add("Where", [masked, parts.Scalar(softmax, 0), softmax]);
    }

    /// <summary>0 where a condition holds, minus infinity elsewhere.</summary>
    public static Value Bias(PartsBuilder parts, Value allowed, Value like) => parts.Add("Where", [allowed, parts.Scalar(like, 0), parts.Scalar(like, double.NegativeInfinity)]);

    // Query heads that share a key head lie side by side, so their rows make one taller matrix without a copy.
    private static Value Grouped(PartsBuilder parts, Value left, Value right, Value columns)
    {
        long heads = parts.SizeOf(left, 1);
        long shared = parts.SizeOf(right, 1);
        if (heads == shared)
        {
            return parts.Add("MatMul", [left, right]);
        }

        if (shared == 0 || heads % shared != 0)
        {
            throw NodeErrors.Shape(parts.Node, $"{heads} query heads cannot share {shared} key or value heads.");
        }

        Value depth = parts.Size(left, 3);
        Value rows = parts.Size(left, 2);
        Value batch = parts.Size(left, 0);
        Value tall = parts.Reshape(left, [batch, parts.Ints(shared), parts.Ints(-1), depth]);
        return parts.Reshape(parts.Add("MatMul", [tall, right]), [batch, parts.Ints(heads), rows, columns]);
    }
}
