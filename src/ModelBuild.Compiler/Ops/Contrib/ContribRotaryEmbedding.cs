using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Transformers;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Rotation of pairs of elements by angles that depend on the position, as the standard operator does, with other operands: value, positions, cosines, sines.</summary>
internal sealed class ContribRotaryEmbedding() : ContribOp("RotaryEmbedding", 4, 4)
{
    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs[0]!.Type.Shape is { Rank: > 0 } x && x[x.Rank - 1].IsKnown && inputs[2]!.Type.Shape is { Rank: 2 } cosines && cosines[1].IsKnown;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        if (parts.Attributes.GetInt("is_packed_batching", 0) != 0)
        {
            throw Unsupported(parts, "is_packed_batching", "1", "It must be 0.");
        }

        Value x = parts.Input(0);
        int rank = parts.ShapeOf(x).Rank;
        if (rank is not (3 or 4))
        {
            throw NodeErrors.Shape(parts.Node, $"the operand {x.Type.Shape} must have 3 or 4 axes.");
        }

        long rotated = parts.Attributes.GetInt("rotary_embedding_dim", 0);
        long heads = parts.Attributes.GetInt("num_heads", 0);
        if (rank == 3 && heads == 0)
        {
            // Without a number of heads the table tells the size of one.
            heads = parts.SizeOf(x, 2) / (2 * parts.SizeOf(parts.Input(2), 1));
        }

        if (rank == 3 && (heads <= 0 || parts.SizeOf(x, 2) % heads != 0))
        {
            throw NodeErrors.Shape(parts.Node, $"the operand {x.Type.Shape} cannot be split into {heads} heads.");
        }

        Value y = RotaryEmbedding.Rotate(parts, x, Angles(parts, 2, rank), Angles(parts, 3, rank), heads, rotated, parts.Attributes.GetInt("interleaved", 0) != 0);
        float scale = parts.Attributes.GetFloat("scale", 1);
        return [scale == 1 ? y : parts.Add("Mul", [y, parts.Scalar(y, scale)])];
    }

    /// <summary>The rows of a table for all positions; one position alone is that of the first element.</summary>
    private static Value Angles(PartsBuilder parts, int table, int rank)
    {
        Value positions = parts.Input(1);
        if (parts.ShapeOf(positions).Rank == 1)
        {
            Value length = parts.Size(parts.Input(0), rank == 3 ? 1 : 2);
            positions = parts.Unsqueeze(parts.Add("Add", [parts.Range(length), parts.Cast(positions, DType.I64)]), 0);
        }

        return parts.Add("Gather", [parts.Input(table), positions], new AttributeMap { { "axis", 0L } });
    }
}
