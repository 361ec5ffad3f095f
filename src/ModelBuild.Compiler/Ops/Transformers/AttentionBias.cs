using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>What the standard operator Attention adds to the scores: its mask, and minus infinity where causality, windows or padding forbid a key.</summary>
internal static class AttentionBias
{
    private const int Mask = 3;
    private const int PastKey = 4;
    private const int KeyLengths = 6;

    /// <summary>The sum, or null when there is none, and whether it may forbid every key to a query.</summary>
    public static (Value? Bias, bool CanMaskRows) Of(PartsBuilder parts, Value query, Value key)
    {
        Value? mask = MaskBias(parts, query, key);
        List<Value> conditions = [];
        bool isCausal = parts.Attributes.GetInt("is_causal", 0) != 0;
        long left = Window(parts, "left_window_size");
        long right = Window(parts, "right_window_size");
        Value keys = parts.Range(parts.Size(key, 2));
        if (isCausal || left >= 0 || right >= 0)
        {
            Value queries = Positions(parts, query);
            if (isCausal)
            {
                conditions.Add(parts.Add("LessOrEqual", [keys, queries]));
            }

            if (left >= 0)
            {
                conditions.Add(parts.Add("LessOrEqual", [parts.Add("Sub", [queries, parts.Scalar(queries, left)]), keys]));
            }

            if (right >= 0)
            {
                conditions.Add(parts.Add("LessOrEqual", [keys, parts.Add("Add", [queries, parts.Scalar(queries, right)])]));
            }
        }

        if (parts.InputOrNull(KeyLengths) is { } lengths)
        {
            conditions.Add(parts.Add("Less", [keys, parts.Reshape(lengths, -1, 1, 1, 1)]));
        }

        bool canMaskRows = mask is not null || left >= 0 || right >= 0 || parts.InputOrNull(KeyLengths) is not null;
        if (conditions.Count == 0)
        {
            return (mask, canMaskRows);
        }

        Value bias = AttentionParts.Bias(parts, conditions.Aggregate((a, b) => parts.Add("And", [a, b])), query);
        return (mask is null ? bias : parts.Add("Add", [mask, bias]), canMaskRows);
    }

    /// <summary>The place of each query among the keys, as a column.</summary>
    private static Value Positions(PartsBuilder parts, Value query)
    {
        Value length = parts.Size(query, 2);
        Value rows = parts.Reshape(parts.Range(length), -1, 1);
        if (parts.InputOrNull(PastKey) is { } past)
        {
            return parts.Add("Add", [rows, parts.Size(past, 2)]);
        }

        return parts.InputOrNull(KeyLengths) is { } lengths
            ? parts.Add("Add", [rows, parts.Reshape(parts.Add("Sub", [lengths, length]), -1, 1, 1, 1)])
            : rows;
    }

    private static Value? MaskBias(PartsBuilder parts, Value query, Value key)
    {
        if (parts.InputOrNull(Mask) is not { } mask)
        {
            return null;
        }

        DType type = mask.Type.DType;
        if (type != DType.Bool && type != query.Type.DType)
        {
            throw NodeErrors.Type(parts.Node, $"a mask of {type} beside queries of {query.Type.DType}; bool and the type of the queries are supported.");
        }

        Value bias = type == DType.Bool ? AttentionParts.Bias(parts, mask, query) : mask;
        Shape shape = parts.ShapeOf(bias);
        Dim have = shape.Rank == 0 ? new Dim(1) : shape[shape.Rank - 1];
        Dim wanted = parts.ShapeOf(key)[2];
        if (shape.Rank == 0 || !have.IsKnown || !wanted.IsKnown || have.Value >= wanted.Value)
        {
            return bias;
        }

        // Keys beyond the mask are forbidden.
        long[] pads = new long[2 * shape.Rank];
        pads[^1] = wanted.Value - have.Value;
        return parts.Add("Pad", [bias, parts.Ints(pads), parts.Scalar(query, double.NegativeInfinity)]);
    }

    private static long Window(PartsBuilder parts, string attribute)
    {
        long size = parts.Attributes.GetInt(attribute, -1);
        return size >= -1 ? size : throw NodeErrors.Attribute(parts.Node, attribute, $"{size}", "It must be -1 or not negative.");
    }
}
