using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators that move, select or repeat elements.</summary>
internal static class MovementTemplates
{
    public static Value Transpose(Drawing draw, Value x)
    {
        long[] perm = [.. Enumerable.Range(0, Drawing.Rank(x)).Select(i => (long)i)];
        draw.Shuffle<long>(perm);
        return draw.Add("Transpose", [x], draw.Chance(0.85) ? new AttributeMap { { "perm", perm } } : null);
    }

    public static Value Reshape(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        List<long> merged = [.. dims];
        for (int i = draw.Int(0, 2); i > 0 && merged.Count > 1; i--)
        {
            int at = draw.Int(0, merged.Count - 2);
            merged[at] *= merged[at + 1];
            merged.RemoveAt(at + 1);
        }

        int split = merged.Count == 0 ? -1 : draw.Int(0, merged.Count - 1);
        if (split >= 0 && merged[split] % 2 == 0 && merged[split] > 0 && merged.Count < 5)
        {
            merged[split] /= 2;
            merged.Insert(split + draw.Int(0, 1), 2);
        }

        if (merged.Count > 0 && draw.Chance(0.5))
        {
            merged[draw.Int(0, merged.Count - 1)] = -1;
        }

        if (merged.Count > 0 && merged[0] == (dims.Length > 0 ? dims[0] : -2) && draw.Chance(0.4))
        {
            merged[0] = 0;
        }

        return draw.Add("Reshape", [x, draw.Longs([.. merged])]);
    }

    public static Value Family(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        long[] ones = [.. Drawing.Dims(x).Select((d, i) => (d, i)).Where(p => p.d == 1).Select(p => (long)p.i)];
        return draw.Int(0, 2) switch
        {
            0 when rank < 5 => draw.Add("Unsqueeze", [x, draw.Longs(draw.Pick(draw.Int(0, rank), -1))]),
            1 when ones.Length > 0 => draw.Add("Squeeze", draw.Chance(0.6) ? [x, draw.Longs(ones[draw.Int(0, ones.Length - 1)])] : [x]),
            _ => draw.Add("Flatten", [x], new AttributeMap { { "axis", (long)draw.Int(0, rank) } }),
        };
    }

    public static Value? Slice(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0)
        {
            return null;
        }

        int axis = draw.Int(0, rank - 1);
        long size = Drawing.Dims(x)[axis];
        long from = draw.Int(0, (int)size - 1);
        long to = draw.Int((int)from + 1, (int)size);
        return draw.Chance(0.3)
            ? draw.Add("Slice", [x, draw.Longs(to - 1), draw.Longs(from == 0 ? -size - 1 : from - 1), draw.Longs(axis), draw.Longs(draw.Pick(-1, -2))])
            : draw.Add("Slice", [x, draw.Longs(draw.Chance(0.3) ? from - size : from), draw.Longs(to == size && draw.Chance(0.5) ? long.MaxValue : to), draw.Longs(draw.Chance(0.3) ? axis - rank : axis), draw.Longs(draw.Pick(1, 1, 2))]);
    }

    public static Value? Split(Drawing draw, Value x)
    {
        int axis = draw.Int(0, Math.Max(0, Drawing.Rank(x) - 1));
        if (Drawing.Rank(x) == 0 || Drawing.Dims(x)[axis] < 2)
        {
            return null;
        }

        long size = Drawing.Dims(x)[axis];
        long first = draw.Int(1, (int)size - 1);
        Node node = draw.AddNode("Split", [x, draw.Longs(first, size - first)], new AttributeMap { { "axis", (long)axis } }, 2);
        draw.Pool.Add(node.Outputs[1]!);
        return node.Output;
    }

    public static Value? Concat(Drawing draw, Value x)
    {
        if (Drawing.Rank(x) == 0 || x.Type.Shape!.ElementCount > Drawing.MaxElements / 3)
        {
            return null;
        }

        int axis = draw.Int(0, Drawing.Rank(x) - 1);
        long[] other = Drawing.Dims(x);
        other[axis] = draw.Int(1, 3);
        Value?[] parts = [x, draw.Chance(0.5) ? draw.Weights(1, other) : draw.Add("Relu", [x]), .. draw.Chance(0.3) ? [x] : Array.Empty<Value>()];
        draw.Shuffle<Value?>(parts);
        return draw.Add("Concat", parts, new AttributeMap { { "axis", (long)(draw.Chance(0.3) ? axis - other.Length : axis) } });
    }

    public static Value? Gather(Drawing draw, Value x)
    {
        if (Drawing.Rank(x) == 0)
        {
            return null;
        }

        int axis = draw.Int(0, Drawing.Rank(x) - 1);
        int size = (int)Drawing.Dims(x)[axis];
        long[] indices = [.. Enumerable.Range(0, draw.Int(1, 4)).Select(_ => (long)draw.Int(-size, size - 1))];
        Value index = draw.Chance(0.2) ? draw.Constant(Tensor.Scalar(indices[0])) : draw.Longs(indices);
        return draw.Add("Gather", [x, index], new AttributeMap { { "axis", (long)axis } });
    }

    public static Value? Pad(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0)
        {
            return null;
        }

        string mode = draw.Pick("constant", "constant", "reflect", "edge", "wrap");
        long[] dims = Drawing.Dims(x);
        long[] pads = new long[2 * rank];
        for (int i = 0; i < rank; i++)
        {
            int most = mode is "reflect" or "wrap" ? (int)Math.Min(2, dims[i] - 1) : 2;
            pads[i] = draw.Chance(0.5) ? draw.Int(0, most) : 0;
            pads[rank + i] = draw.Chance(0.5) ? draw.Int(mode == "constant" && dims[i] > 1 ? -1 : 0, most) : 0;
        }

        Value? value = mode == "constant" && draw.Chance(0.5) ? draw.Scalar(draw.Float(-1, 1)) : null;
        return draw.Add("Pad", value is null ? [x, draw.Longs(pads)] : [x, draw.Longs(pads), value], new AttributeMap { { "mode", mode } });
    }

    public static Value? Repeat(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (x.Type.Shape!.ElementCount > Drawing.MaxElements / 4)
        {
            return null;
        }

        return draw.Chance(0.5)
            ? draw.Add("Tile", [x, draw.Longs([.. dims.Select(_ => (long)draw.Pick(1, 1, 2))])])
            : draw.Add("Expand", [x, draw.Longs([.. dims.Select(d => d == 1 ? draw.Int(1, 3) : draw.Pick(1, d))])]);
    }

    public static Value? Blocks(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (dims.Length != 4)
        {
            return null;
        }

        if (dims[2] % 2 == 0 && dims[3] % 2 == 0)
        {
            return draw.Add("SpaceToDepth", [x], new AttributeMap { { "blocksize", 2L } });
        }

        return dims[1] % 4 == 0 ? draw.Add("DepthToSpace", [x], new AttributeMap { { "blocksize", 2L }, { "mode", draw.Pick("DCR", "CRD") } }) : null;
    }

    public static Value? Resize(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (dims.Length != 4 || x.Type.Shape!.ElementCount > Drawing.MaxElements / 4)
        {
            return null;
        }

        string mode = draw.Pick("nearest", "linear", "cubic");
        AttributeMap attributes = new() { { "mode", mode }, { "coordinate_transformation_mode", draw.Pick("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel") } };
        if (mode == "nearest")
        {
            attributes.Add("nearest_mode", draw.Pick("round_prefer_floor", "floor", "ceil", "round_prefer_ceil"));
        }

        // At other ratios a position may be a whole number or a half but for the last bit of the ratio, and either neighbour is right.
        long[] sizes = mode == "nearest"
            ? [dims[0], dims[1], dims[2] * draw.Int(1, 3), dims[3] * draw.Int(1, 3)]
            : [dims[0], dims[1], draw.Int(1, (int)dims[2] * 2), draw.Int(1, (int)dims[3] * 2)];
        return draw.Add("Resize", [x, null, null, draw.Longs(sizes)], attributes);
    }
}
