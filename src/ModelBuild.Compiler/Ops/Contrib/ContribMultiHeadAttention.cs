using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Attention over projected queries, keys and values, apart or packed, with a bias of the projection and a cache.</summary>
internal sealed class ContribMultiHeadAttention() : ContribOp("MultiHeadAttention", 1, 10)
{
    private const int Bias = 3;
    private const int Mask = 4;
    private const int AttentionBias = 5;
    private const int PastKey = 6;
    private const int PastValue = 7;

    /// <inheritdoc/>
    public override string? Limits => "A cache of fixed size (past_sequence_length) is refused.";

    /// <summary>The factor of the scores.</summary>
    public static double ScaleOf(PartsBuilder parts, Value query)
    {
        float scale = parts.Attributes.GetFloat("scale", 0);
        return scale != 0 ? scale : 1 / Math.Sqrt(parts.SizeOf(query, 3));
    }

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs.Take(3).All(i => i is null || i.Type.Shape is { Rank: > 0 } s && s[s.Rank - 1].IsKnown)
        && (inputs.ElementAtOrDefault(Mask)?.Type.Shape is not { Rank: 1 } mask || (mask.IsStatic && inputs[0]!.Type.Shape is { Rank: > 0 } x && x[0].IsKnown));

    private protected override Value?[] Build(PartsBuilder parts)
    {
        if (parts.InputOrNull(8) is not null || parts.InputOrNull(9) is not null)
        {
            throw Unsupported(parts, "past_sequence_length", "given", "Export the model with a cache that grows.");
        }

        (Value query, Value key, Value value) = Operands(parts);
        Value? before = null;
        if (parts.InputOrNull(PastKey) is { } pastKey)
        {
            before = parts.Size(pastKey, 2);
            key = parts.Concat(2, pastKey, key);
            value = parts.Concat(2, parts.Input(PastValue), value);
        }

        Value? addend = ContribMasks.Bias(parts, query, key, parts.InputOrNull(Mask), parts.InputOrNull(AttentionBias), before);
        Value scores = AttentionParts.Scores(parts, query, key, ScaleOf(parts, query));
        Value probabilities = AttentionParts.Softmax(parts, addend is null ? scores : parts.Add("Add", [scores, addend]), null, canMaskRows: false);
        return [AttentionParts.MergeHeads(parts, AttentionParts.Weighted(parts, probabilities, value)), key, value];
    }

    /// <summary>Queries, keys and values as [batch, heads, length, size], with their biases.</summary>
    private static (Value Query, Value Key, Value Value) Operands(PartsBuilder parts)
    {
        long heads = parts.Attributes.GetInt("num_heads", 0);
        if (heads <= 0)
        {
            throw NodeErrors.Invalid(parts.Node, $"num_heads {heads} must be positive.");
        }

        Value query = parts.Input(0);
        Value? bias = parts.InputOrNull(Bias);
        if (parts.ShapeOf(query).Rank == 5)
        {
            return bias is null ? (Packed(parts, query, 0), Packed(parts, query, 1), Packed(parts, query, 2)) : throw BiasOfPacked(parts);
        }

        Value key = parts.Input(1);
        if (parts.ShapeOf(key).Rank == 5)
        {
            return bias is null ? (Split(parts, query, heads), Packed(parts, key, 0), Packed(parts, key, 1)) : throw BiasOfPacked(parts);
        }

        Value value = parts.Input(2);
        bool isCached = parts.ShapeOf(key).Rank == 4;
        if (bias is not null)
        {
            long querySize = parts.SizeOf(query, 2);
            query = parts.Add("Add", [query, parts.Slice(bias, 0, 0, querySize)]);
            key = isCached ? key : parts.Add("Add", [key, parts.Slice(bias, 0, querySize, 2 * querySize)]);
            value = isCached ? value : parts.Add("Add", [value, parts.Slice(bias, 0, 2 * querySize, long.MaxValue)]);
        }

        return (Split(parts, query, heads), isCached ? key : Split(parts, key, heads), isCached ? value : Split(parts, value, heads));
    }

    private static Value Split(PartsBuilder parts, Value x, long heads) => parts.ShapeOf(x).Rank == 3 && parts.SizeOf(x, 2) % heads == 0
        ? AttentionParts.SplitHeads(parts, x, heads)
        : throw NodeErrors.Shape(parts.Node, $"an operand {x.Type.Shape} cannot be split into {heads} heads.");

    /// <summary>One part of [batch, length, heads, parts, size].</summary>
    private static Value Packed(PartsBuilder parts, Value x, long part) => parts.Transpose(parts.Add("Squeeze", [parts.Slice(x, 3, part, part + 1), parts.Ints(3)]), 0, 2, 1, 3);

    private static Exception BiasOfPacked(PartsBuilder parts) => Unsupported(parts, "bias", "given", "Packed operands have their bias added before.");
}
