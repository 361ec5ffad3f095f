using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>Rotation of pairs of elements by angles that depend on the position (ONNX RotaryEmbedding 23).</summary>
internal sealed class RotaryEmbedding : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "RotaryEmbedding";

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 4;

    /// <summary>Rotates the first elements of every head.</summary>
    /// <param name="x">[batch, length, heads * size] or [batch, heads, length, size].</param>
    /// <param name="cosines">[batch, length, half of the rotated elements].</param>
    /// <param name="sines">Like the cosines.</param>
    /// <param name="heads">Number of heads; only read where <paramref name="x"/> has 3 axes.</param>
    /// <param name="rotated">Elements to rotate; 0 for all.</param>
    /// <param name="interleaved">True when the elements of a pair lie side by side, else half the rotated elements apart.</param>
    public static Value Rotate(PartsBuilder parts, Value x, Value cosines, Value sines, long heads, long rotated, bool interleaved)
    {
        bool isFlat = parts.ShapeOf(x).Rank == 3;
        Value split = isFlat ? parts.Reshape(x, 0, 0, heads, -1) : x;
        long size = parts.SizeOf(split, 3);
        rotated = rotated == 0 ? size : rotated;
        if (rotated < 0 || rotated > size || rotated % 2 != 0)
        {
            throw NodeErrors.Shape(parts.Node, $"{rotated} of {size} elements of a head cannot be rotated in pairs.");
        }

        foreach (Value cache in new[] { cosines, sines })
        {
            Shape shape = parts.ShapeOf(cache);
            if (shape.Rank != 3 || (shape[2].IsKnown && shape[2].Value != rotated / 2))
            {
                throw NodeErrors.Shape(parts.Node, $"the table {shape} does not hold {rotated / 2} angles per position.");
            }
        }

        Value c = parts.Unsqueeze(cosines, isFlat ? 2 : 1);
        Value s = parts.Unsqueeze(sines, isFlat ? 2 : 1);
        Value first = interleaved ? parts.Slice(split, 3, 0, rotated, 2) : parts.Slice(split, 3, 0, rotated / 2);
        Value second = interleaved ? parts.Slice(split, 3, 1, rotated, 2) : parts.Slice(split, 3, rotated / 2, rotated);
        Value real = parts.Add("Sub", [parts.Add("Mul", [first, c]), parts.Add("Mul", [second, s])]);
        Value imaginary = parts.Add("Add", [parts.Add("Mul", [first, s]), parts.Add("Mul", [second, c])]);
        Value turned = interleaved
            ? parts.Reshape(parts.Concat(4, parts.Unsqueeze(real, 4), parts.Unsqueeze(imaginary, 4)), 0, 0, 0, rotated)
            : parts.Concat(3, real, imaginary);
        Value whole = rotated == size ? turned : parts.Concat(3, turned, parts.Slice(split, 3, rotated, size));
        return isFlat ? parts.Reshape(whole, 0, 0, -1) : whole;
    }

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        long heads = parts.Attributes.GetInt("num_heads", 0);
        if (parts.ShapeOf(x).Rank is not (3 or 4) || (parts.ShapeOf(x).Rank == 3 && heads <= 0))
        {
            throw NodeErrors.Shape(parts.Node, $"the operand {x.Type.Shape} must have 4 axes, or 3 with num_heads.");
        }

        Value cosines = Angles(parts, 1);
        Value sines = Angles(parts, 2);
        return [Rotate(parts, x, cosines, sines, heads, parts.Attributes.GetInt("rotary_embedding_dim", 0), parts.Attributes.GetInt("interleaved", 0) != 0)];
    }

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[0]!.Type.Shape is { Rank: > 0 } x && x[x.Rank - 1].IsKnown;

    private static Value Angles(PartsBuilder parts, int input) => parts.InputOrNull(3) is { } positions
        ? parts.Add("Gather", [parts.Input(input), positions], new AttributeMap { { "axis", 0L } })
        : parts.Input(input);
}
