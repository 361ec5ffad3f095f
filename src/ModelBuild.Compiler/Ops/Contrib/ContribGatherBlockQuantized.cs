using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// GatherBlockQuantized of com.microsoft, the embedding of a language model whose table is quantised in blocks: elements are gathered as they are stored, and only what was gathered is unpacked and scaled.
/// </summary>
internal sealed class ContribGatherBlockQuantized() : ContribOp("GatherBlockQuantized", 3, 4)
{
    private const int Scales = 2;
    private const int ZeroPoints = 3;
    private const int MinBlock = 16;

    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[0]!.Type.IsStatic && inputs[Scales]!.Type.IsStatic;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value data = parts.Input(0);
        DType stored = data.Type.DType;
        int rank = parts.ShapeOf(data).Rank;
        int gathered = Axes.Normalize(parts.Node, parts.Attributes.GetInt("gather_axis", 0), rank);
        int quantized = Axes.Normalize(parts.Node, parts.Attributes.GetInt("quantize_axis", 1), rank);
        long block = parts.Attributes.GetInt("block_size", 128);
        int bits = stored == DType.U8 ? (int)parts.Attributes.GetInt("bits", 4) : 4;
        if (block < MinBlock || !long.IsPow2(block) || gathered == quantized)
        {
            throw NodeErrors.Invalid(parts.Node, $"has blocks of {block} elements along axis {quantized} and gathers along axis {gathered}; a power of 2 from {MinBlock} and two axes are needed.");
        }

        if (stored is not (DType.U8 or DType.U4 or DType.I4) || bits is not (2 or 4 or 8))
        {
            throw NodeErrors.Type(parts.Node, $"gathers {bits} bits from {stored}; int4 and uint4, and 2, 4 or 8 bits in uint8, are supported. Or set Runtime=\"onnxruntime\".");
        }

        if (stored == DType.U8 && (gathered != 0 || quantized != rank - 1))
        {
            throw Unsupported(parts, "quantize_axis", $"{quantized}", "Elements within uint8 are gathered along the first axis and quantised along the last.");
        }

        Value levels = Gather(parts, data, gathered);
        int axis = quantized < gathered ? quantized : quantized + parts.ShapeOf(parts.Input(1)).Rank - 1;
        levels = stored == DType.U8 ? Unpack(parts, levels, bits) : levels;
        long length = parts.SizeOf(levels, axis);
        Value scales = Gather(parts, parts.Input(Scales), gathered);
        long blocks = (length + block - 1) / block;
        if (parts.SizeOf(scales, axis) != blocks)
        {
            throw NodeErrors.Shape(parts.Node, $"the scales {parts.Input(Scales).Type.Shape} must have {blocks} elements for {length} in blocks of {block}.");
        }

        DType type = scales.Type.DType;
        Value numbers = parts.Cast(levels, type);
        Value? zeros = null;
        if (parts.InputOrNull(ZeroPoints) is { } given)
        {
            Value rows = Gather(parts, given, gathered);
            Value whole = stored == DType.U8 ? parts.Slice(Unpack(parts, rows, bits), axis, 0, blocks) : rows;
            zeros = Spread(parts, parts.Cast(whole, type), axis, length, block);
        }
        else if (stored == DType.U8)
        {
            zeros = parts.Scalar(numbers, 1 << (bits - 1));
        }

        Value centered = zeros is null ? numbers : parts.Add("Sub", [numbers, zeros]);
        return [parts.Add("Mul", [centered, Spread(parts, scales, axis, length, block)])];
    }

    private static Value Gather(PartsBuilder parts, Value table, int axis) => parts.Add("Gather", [table, parts.Input(1)], new AttributeMap { { "axis", (long)axis } });

    // The elements of a byte, from its low bits up, side by side along the last axis.
    private static Value Unpack(PartsBuilder parts, Value bytes, int bits)
    {
        if (bits == 8)
        {
            return bytes;
        }

        int rank = parts.ShapeOf(bytes).Rank;
        Value mask = parts.Constant(Tensor.Scalar((byte)((1 << bits) - 1)));
        Value[] columns = new Value[8 / bits];
        for (int i = 0; i < columns.Length; i++)
        {
            Value shifted = i == 0 ? bytes : parts.Add("BitShift", [bytes, parts.Constant(Tensor.Scalar((byte)(i * bits)))], new AttributeMap { { "direction", "RIGHT" } });
            columns[i] = parts.Unsqueeze(i == columns.Length - 1 ? shifted : parts.Add("BitwiseAnd", [shifted, mask]), rank);
        }

        long length = parts.SizeOf(bytes, rank - 1) * columns.Length;
        return parts.Reshape(parts.Concat(rank, columns), [.. Enumerable.Repeat(0L, rank - 1), length]);
    }

    // One number for each element of its block.
    private static Value Spread(PartsBuilder parts, Value perBlock, int axis, long length, long block) => parts.Add(
        "Gather", [perBlock, parts.Ints([.. Enumerable.Range(0, (int)length).Select(i => i / block)])], new AttributeMap { { "axis", (long)axis } });
}
