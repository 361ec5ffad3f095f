using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Self attention with the projection of its input: one matrix makes queries, keys and values.</summary>
internal sealed class ContribAttention() : ContribOp("Attention", 2, 7)
{
    private const int Bias = 2;
    private const int Mask = 3;
    private const int Past = 4;
    private const int AttentionBias = 5;

    /// <inheritdoc/>
    public override string? Limits => "do_rotary and past_present_share_buffer are refused.";

    /// <summary>Attention over queries, keys and values that lie side by side.</summary>
    public static Value?[] Attend(PartsBuilder parts, Value projected, Value? mask, Value? past, Value? attentionBias)
    {
        foreach (string attribute in new[] { "do_rotary", "past_present_share_buffer" })
        {
            if (parts.Attributes.GetInt(attribute, 0) != 0)
            {
                throw Unsupported(parts, attribute, "1", "It must be 0.");
            }
        }

        long heads = parts.Attributes.GetInt("num_heads", 0);
        long[] weights = parts.ShapeOf(parts.Input(1)).ToArray();
        long[] sizes = parts.Attributes.GetInts("qkv_hidden_sizes") ?? [.. Enumerable.Repeat(weights.LastOrDefault() / 3, 3)];
        if (weights.Length != 2 || sizes.Length != 3 || sizes.Sum() != weights[1] || heads <= 0 || sizes.Any(s => s % heads != 0) || sizes[0] != sizes[1] || sizes[0] == 0)
        {
            throw NodeErrors.Invalid(parts.Node, $"{heads} heads and the sizes {string.Join(", ", sizes)} do not fit weights [{string.Join(',', weights)}].");
        }

        Value[] split = parts.Add("", "Split", [projected, parts.Ints(sizes)], 3, new AttributeMap { { "axis", -1L } });
        Value query = AttentionParts.SplitHeads(parts, split[0], heads);
        Value key = AttentionParts.SplitHeads(parts, split[1], heads);
        Value value = AttentionParts.SplitHeads(parts, split[2], heads);
        Value? before = null;
        if (past is not null)
        {
            before = parts.Size(past, 3);
            key = parts.Concat(2, Half(parts, past, 0), key);
            value = parts.Concat(2, Half(parts, past, 1), value);
        }

        Value? addend = ContribMasks.Bias(parts, query, key, mask, attentionBias, before);
        Value scores = AttentionParts.Scores(parts, query, key, ContribMultiHeadAttention.ScaleOf(parts, query));
        Value probabilities = AttentionParts.Softmax(parts, addend is null ? scores : parts.Add("Add", [scores, addend]), null, canMaskRows: false);
        Value result = AttentionParts.MergeHeads(parts, AttentionParts.Weighted(parts, probabilities, value));
        return [result, parts.Wants(1) ? parts.Concat(0, parts.Unsqueeze(key, 0), parts.Unsqueeze(value, 0)) : null];
    }

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs[1]!.Type.Shape!.IsStatic && (inputs.ElementAtOrDefault(Mask)?.Type.Shape is not { Rank: 1 } mask || (mask.IsStatic && inputs[0]!.Type.Shape is { Rank: > 0 } x && x[0].IsKnown));

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value projected = parts.Add("MatMul", [parts.Input(0), parts.Input(1)]);
        if (parts.InputOrNull(Bias) is { } bias)
        {
            projected = parts.Add("Add", [projected, bias]);
        }

        return Attend(parts, projected, parts.InputOrNull(Mask), parts.InputOrNull(Past), parts.InputOrNull(AttentionBias));
    }

    private static Value Half(PartsBuilder parts, Value past, long index) => parts.Add("Squeeze", [parts.Slice(past, 0, index, index + 1), parts.Ints(0)]);
}
