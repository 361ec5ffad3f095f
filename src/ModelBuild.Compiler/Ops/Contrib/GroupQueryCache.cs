using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>The cache of GroupQueryAttention: new keys and values are written behind those that each sequence has.</summary>
/// <param name="parts">Receives the parts.</param>
/// <param name="length">New places.</param>
/// <param name="starts">The first new place of every sequence, [batch].</param>
internal sealed class GroupQueryCache(PartsBuilder parts, long length, Value starts)
{
    /// <summary>The input that holds the keys so far.</summary>
    public const int PastKey = 3;

    /// <summary>The input that holds the values so far.</summary>
    public const int PastValue = 4;

    private const int Total = 6;

    /// <summary>True where the new places begin their sequences.</summary>
    public bool IsPrompt => parts.InputOrNull(PastKey) is null || TotalLength() == length;

    /// <summary>The cache with the new elements [batch, heads, length, size] in their places.</summary>
    public Value Write(Value update, int past)
    {
        if (parts.InputOrNull(past) is not { } before)
        {
            if (parts.InputOrNull(past == PastKey ? PastValue : PastKey) is not null)
            {
                throw NodeErrors.Invalid(parts.Node, "past_key and past_value must be given together.");
            }

            return TotalLength() is null || TotalLength() == length
                ? update
                : throw NodeErrors.Shape(parts.Node, $"total_sequence_length {TotalLength()} needs past_key and past_value beside {length} new places.");
        }

        if (parts.ShapeOf(before).Rank != 4)
        {
            throw NodeErrors.Shape(parts.Node, $"a cache {before.Type.Shape} must have 4 axes.");
        }

        long have = parts.SizeOf(before, 2);
        long wanted = Math.Max(TotalLength() ?? have, have);
        if (wanted < length)
        {
            throw NodeErrors.Shape(parts.Node, $"a cache of {wanted} places cannot take {length} new ones.");
        }

        if (wanted == length)
        {
            return update;
        }

        Value room = wanted == have ? before : parts.Add("Pad", [before, parts.Ints(0, 0, 0, 0, 0, 0, wanted - have, 0)]);
        parts.RequireOpset(24);
        return parts.Add("TensorScatter", [room, update, starts], new AttributeMap { { "axis", 2L } });
    }

    private long? TotalLength() => parts.Input(Total).Constant is { Count: 1 } constant ? constant.ToInt64Array()[0] : null;
}
