using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>The sum of the embeddings of words, positions and segments, normalised along the last axis.</summary>
internal sealed class ContribEmbedLayerNormalization() : ContribOp("EmbedLayerNormalization", 1, 9)
{
    private const float DefaultEpsilon = 1e-12f;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value words = parts.Input(0);
        Value sum = Rows(parts, 2, words);
        Value positions = parts.InputOrNull(8) is { } given
            ? Rows(parts, 3, given)
            : parts.Add("Slice", [parts.Input(3), parts.Ints(0), parts.Size(words, 1), parts.Ints(0)]);
        sum = parts.Add("Add", [sum, positions]);
        if ((parts.InputOrNull(1) is null) != (parts.InputOrNull(4) is null))
        {
            throw NodeErrors.Invalid(parts.Node, "segment_ids and segment_embedding must be given together.");
        }

        if (parts.InputOrNull(1) is { } segments)
        {
            sum = parts.Add("Add", [sum, Rows(parts, 4, segments)]);
        }

        Value y = parts.Add("LayerNormalization", [sum, parts.Input(5), parts.Input(6)], new AttributeMap { { "axis", -1L }, { "epsilon", parts.Attributes.GetFloat("epsilon", DefaultEpsilon) } });
        return [y, parts.Wants(1) ? Lengths(parts, words) : null, parts.Wants(2) ? sum : null];
    }

    private static Value Rows(PartsBuilder parts, int table, Value indices) => parts.Add("Gather", [parts.Input(table), indices], new AttributeMap { { "axis", 0L } });

    /// <summary>The number of words of each sequence that the mask marks with 1; 0 without a mask.</summary>
    private static Value Lengths(PartsBuilder parts, Value words)
    {
        Value marks = parts.InputOrNull(7) is { } mask
            ? parts.Cast(parts.Add("Equal", [mask, parts.Scalar(mask, 1)]), DType.I32)
            : parts.Add("Mul", [words, parts.Scalar(words, 0)]);
        return parts.Add("ReduceSum", [marks, parts.Ints(1)], new AttributeMap { { "keepdims", 0L } });
    }
}
