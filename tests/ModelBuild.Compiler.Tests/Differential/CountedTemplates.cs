using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators on values of a size that is only known at run time; what only holds for some sizes, such as the greatest of no elements, is left out.</summary>
internal static class CountedTemplates
{
    private const int MostRank = 4;
    private const long MostElements = 4000;

    /// <summary>Every template; one that does not fit its operand gives null.</summary>
    public static Func<CountedDrawing, Counted, Counted?>[] All { get; } =
    [
        Unary, Unary, WithConstant, WithConstant, WithEqual, WithEqual, Cast, Choice, Transpose, Unsqueeze, Squeeze, Slice, SliceUnknown, Concat, ConcatUnknown, Repeat, Reshape, Flatten,
        GatherRows, GatherKnown, Elements, Split, Pad, Expand, Reduce, ReduceUnknown, Softmax, LayerNorm, CumSum, Arg, TopK, MatMul, Gemm, Square, Conv, OneHot,
        .. CountedChains.List,
    ];

    private static Counted Unary(CountedDrawing draw, Counted x)
    {
        bool exact = draw.Base.Chance(0.7);
        string op = exact ? draw.Base.Pick("Neg", "Abs", "Sign") : draw.Base.Pick("Sigmoid", "Tanh", "Exp", "Erf", "LeakyRelu", "Softplus");
        Value value = exact && x.DType != DType.Bool ? x.Value : draw.As(x, DType.F32);
        return x with { Value = draw.Base.Add(op, [op == "Exp" ? draw.Base.Add("Sin", [value]) : value]), IsExact = x.IsExact && exact };
    }

    private static Counted WithConstant(CountedDrawing draw, Counted x)
    {
        long[] dims = [.. Enumerable.Range(0, x.Rank).Select(a => a == x.Axis || draw.Base.Chance(0.3) ? 1 : x.Length(a))];
        Value other = draw.Base.Weights(2, dims[draw.Base.Int(0, dims.Length)..]);
        string op = draw.Base.Pick("Add", "Mul", "Sub", "Max", "Min");
        Value value = draw.As(x, DType.F32);
        return x with { Value = draw.Base.Add(op, draw.Base.Chance(0.5) ? [value, other] : [other, value]) };
    }

    private static Counted WithEqual(CountedDrawing draw, Counted x)
    {
        Counted[] twins = [.. draw.Pool.Where(c => c.Size == x.Size && c.Axis == x.Axis && c.Value.Type.Shape!.Equals(x.Value.Type.Shape))];
        Counted twin = twins[draw.Base.Int(0, twins.Length - 1)];
        return x with { Value = draw.Base.Add(draw.Base.Pick("Add", "Mul", "Sub", "Max"), [draw.As(x, DType.F32), draw.As(twin, DType.F32)]), IsExact = x.IsExact && twin.IsExact };
    }

    private static Counted? Cast(CountedDrawing draw, Counted x)
    {
        DType to = draw.Base.Pick(DType.F32, DType.I64, DType.I32, DType.Bool);
        bool isSafe = x.IsExact || x.DType != DType.F32 || to == DType.F32;
        return isSafe && to != x.DType ? x with { Value = draw.As(x, to) } : null;
    }

    private static Counted? Choice(CountedDrawing draw, Counted x)
    {
        if (!x.IsExact)
        {
            return null;
        }

        Value value = draw.As(x, DType.F32);
        Value above = CountedSources.Above(draw, value);
        return x with { Value = draw.Base.Add("Where", [above, value, draw.Base.Scalar(draw.Base.Float(-1, 1))]) };
    }

    private static Counted Transpose(CountedDrawing draw, Counted x)
    {
        long[] perm = [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)];
        draw.Base.Shuffle<long>(perm);
        return x with { Value = draw.Base.Add("Transpose", [x.Value], new AttributeMap { { "perm", perm } }), Axis = Array.IndexOf(perm, x.Axis) };
    }

    private static Counted? Unsqueeze(CountedDrawing draw, Counted x)
    {
        int axis = draw.Base.Int(0, x.Rank);
        return x.Rank == MostRank ? null : x with { Value = draw.Base.Add("Unsqueeze", [x.Value, draw.Base.Longs(axis)]), Axis = x.Axis + (axis <= x.Axis ? 1 : 0) };
    }

    private static Counted? Squeeze(CountedDrawing draw, Counted x)
    {
        int[] ones = [.. x.Others.Where(a => x.Length(a) == 1)];
        if (ones.Length == 0)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(ones);
        return x with { Value = draw.Base.Add("Squeeze", [x.Value, draw.Base.Longs(axis)]), Axis = x.Axis - (axis < x.Axis ? 1 : 0) };
    }

    private static Counted? Slice(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(x.Others);
        int from = draw.Base.Int(0, (int)x.Length(axis) - 1);
        return x with { Value = draw.Base.Add("Slice", [x.Value, draw.Base.Longs(from), draw.Base.Longs(draw.Base.Int(from + 1, (int)x.Length(axis))), draw.Base.Longs(axis)]) };
    }

    private static Counted SliceUnknown(CountedDrawing draw, Counted x)
    {
        (long from, long to, long step) = draw.Base.Pick<(long, long, long)>((0, long.MaxValue, 1), (1, long.MaxValue, 1), (0, 3, 1), (-2, long.MaxValue, 1), (0, -1, 1), (0, long.MaxValue, 2), (-1, long.MinValue, -1), (1, -1, 3), (-1, 0, -2));
        return x with { Value = draw.Base.Add("Slice", [x.Value, draw.Base.Longs(from), draw.Base.Longs(to), draw.Base.Longs(x.Axis), draw.Base.Longs(step)]), Size = draw.NewSize() };
    }

    private static Counted? Concat(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0)
        {
            return null;
        }

        Counted[] twins = [.. draw.Pool.Where(c => c.Size == x.Size && c.Axis == x.Axis && c.DType == x.DType && c.Value.Type.Shape!.Equals(x.Value.Type.Shape))];
        Value other = draw.Base.Pick(twins).Value;
        return x with { Value = draw.Base.Add("Concat", draw.Base.Chance(0.5) ? [x.Value, other] : [other, x.Value, other], new AttributeMap { { "axis", (long)draw.Base.Pick<int>(x.Others) } }), IsExact = false };
    }

    private static Counted ConcatUnknown(CountedDrawing draw, Counted x)
    {
        Counted[] others = [.. draw.Pool.Where(c => c.Axis == x.Axis && c.Rank == x.Rank && x.Others.All(a => c.Length(a) == x.Length(a)))];
        Counted other = draw.Base.Pick(others);
        long[] dims = [.. Enumerable.Range(0, x.Rank).Select(a => a == x.Axis ? draw.Base.Int(1, 3) : x.Length(a))];
        Value[] parts = [draw.As(x, DType.F32), draw.Base.Chance(0.5) ? draw.As(other, DType.F32) : draw.Base.Weights(1, dims)];
        Value joined = draw.Base.Add("Concat", draw.Base.Chance(0.5) ? parts : [parts[1], parts[0]], new AttributeMap { { "axis", x.Axis - (draw.Base.Chance(0.3) ? x.Rank : 0L) } });
        return x with { Value = joined, Size = draw.NewSize(), IsExact = x.IsExact && other.IsExact };
    }

    private static Counted? Repeat(CountedDrawing draw, Counted x)
    {
        long[] repeats = [.. Enumerable.Range(0, x.Rank).Select(_ => (long)draw.Base.Pick(1, 1, 2, 3))];
        return Known(x) > MostElements / 9 ? null : x with { Value = draw.Base.Add("Tile", [x.Value, draw.Base.Longs(repeats)]), Size = repeats[x.Axis] == 1 ? x.Size : draw.NewSize() };
    }

    // 0 keeps a size where it stands; -1 takes what is left, which 0 elements do not tell unless nothing else is 0.
    private static Counted Reshape(CountedDrawing draw, Counted x)
    {
        if (x.Axis == 0 && draw.Base.Chance(0.5))
        {
            return x with { Value = draw.Base.Add("Reshape", [x.Value, draw.Base.Longs(0, Known(x))]) };
        }

        long[] known = [.. x.Others.Select(x.Length)];
        int axis = draw.Base.Int(0, known.Length);
        bool isMerged = draw.Base.Chance(0.4);
        long[] dims = isMerged ? [-1] : [.. known[..axis], -1, .. known[axis..]];
        return x with { Value = draw.Base.Add("Reshape", [x.Value, draw.Base.Longs(dims)]), Axis = isMerged ? 0 : axis, Size = isMerged && Known(x) != 1 ? draw.NewSize() : x.Size };
    }

    private static Counted Flatten(CountedDrawing draw, Counted x)
    {
        int axis = draw.Base.Int(0, x.Rank);
        Value flat = draw.Base.Add("Flatten", [x.Value], new AttributeMap { { "axis", (long)axis } });
        return new Counted(flat, x.Axis < axis ? 0 : 1, draw.NewSize(), x.IsExact);
    }

    private static Counted? GatherRows(CountedDrawing draw, Counted x)
    {
        if (x.DType is not (DType.I64 or DType.I32) || x.Rank > 2)
        {
            return null;
        }

        long rows = draw.Base.Int(1, 20);
        Value table = draw.Base.Weights(1, rows, draw.Base.Int(1, 5));
        Value index = draw.Base.Add("Mod", [x.Value, draw.Base.Constant(x.DType == DType.I64 ? Tensor.Scalar(rows) : Tensor.Scalar((int)rows))]);
        return x with { Value = draw.Base.Add("Gather", [table, index], new AttributeMap { { "axis", 0L } }), IsExact = x.IsExact };
    }

    private static Counted? GatherKnown(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(x.Others);
        long one = draw.Base.Int(0, (int)x.Length(axis) - 1);
        bool isScalar = draw.Base.Chance(0.5);
        Value gathered = draw.Base.Add("Gather", [x.Value, isScalar ? draw.Base.Constant(Tensor.Scalar(one)) : draw.Base.Longs(one, 0, -1)], new AttributeMap { { "axis", (long)axis } });
        return x with { Value = gathered, Axis = x.Axis - (isScalar && axis < x.Axis ? 1 : 0) };
    }

    private static Counted? Elements(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0 || x.DType == DType.Bool)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(x.Others);
        Value index = draw.Base.Add("ArgMax", [x.Value], new AttributeMap { { "axis", (long)axis } });
        return x.IsExact ? x with { Value = draw.Base.Add("GatherElements", [x.Value, index], new AttributeMap { { "axis", (long)axis } }) } : null;
    }

    private static Counted? Split(CountedDrawing draw, Counted x)
    {
        int[] long2 = [.. x.Others.Where(a => x.Length(a) > 1)];
        if (long2.Length == 0)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(long2);
        long first = draw.Base.Int(1, (int)x.Length(axis) - 1);
        Node split = draw.Base.AddNode("Split", [x.Value, draw.Base.Longs(first, x.Length(axis) - first)], new AttributeMap { { "axis", (long)axis } }, 2);
        draw.Pool.Add(x with { Value = split.Outputs[0]! });
        return x with { Value = split.Outputs[1]! };
    }

    private static Counted Pad(CountedDrawing draw, Counted x)
    {
        long[] pads = [.. Enumerable.Range(0, 2 * x.Rank).Select(_ => (long)draw.Base.Pick(0, 0, 1, 2))];
        Value padded = draw.Base.Add("Pad", [draw.As(x, DType.F32), draw.Base.Longs(pads), draw.Base.Scalar(0.5f)]);
        return x with { Value = padded, Size = pads[x.Axis] + pads[x.Rank + x.Axis] == 0 ? x.Size : draw.NewSize() };
    }

    private static Counted Expand(CountedDrawing draw, Counted x)
    {
        long[] sizes = [.. Enumerable.Range(0, x.Rank).Select(a => a == x.Axis ? -1 : (long)draw.Base.Int(1, 4))];
        bool isOwn = draw.Base.Chance(0.4) && x.Rank < MostRank;
        Value source = isOwn ? draw.As(x, DType.F32) : draw.Base.Weights(1, [.. sizes.Select(s => s < 0 || draw.Base.Chance(0.4) ? 1 : s)]);
        Value shape = isOwn ? draw.ShapeOf(x, [draw.Base.Int(1, 3), .. Enumerable.Range(0, x.Rank).Select(a => a == x.Axis ? -1 : x.Length(a))]) : draw.ShapeOf(x, sizes);
        return new Counted(draw.Base.Add("Expand", [source, shape]), x.Axis + (isOwn ? 1 : 0), x.Size, !isOwn || x.IsExact);
    }

    private static Counted? Reduce(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(x.Others);
        bool keeps = draw.Base.Chance(0.5);
        bool isExact = draw.Base.Chance(0.4);
        string op = isExact ? draw.Base.Pick("ReduceMax", "ReduceMin") : draw.Base.Pick("ReduceSum", "ReduceMean", "ReduceL2", "ReduceSumSquare");
        Value reduced = draw.Base.Add(op, [draw.As(x, DType.F32), draw.Base.Longs(axis)], new AttributeMap { { "keepdims", keeps ? 1L : 0L } });
        return x with { Value = reduced, Axis = x.Axis - (!keeps && axis < x.Axis ? 1 : 0), IsExact = x.IsExact && isExact };
    }

    private static Counted? ReduceUnknown(CountedDrawing draw, Counted x)
    {
        Value[] inputs = draw.Base.Chance(0.3) ? [draw.As(x, DType.F32)] : [draw.As(x, DType.F32), draw.Base.Longs(x.Axis)];
        draw.Base.Results.Add(draw.Base.Add(draw.Base.Pick("ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare"), inputs, new AttributeMap { { "keepdims", (long)draw.Base.Int(0, 1) } }));
        return null;
    }

    private static Counted Softmax(CountedDrawing draw, Counted x) =>
        x with { Value = draw.Base.Add(draw.Base.Pick("Softmax", "LogSoftmax"), [draw.As(x, DType.F32)], new AttributeMap { { "axis", (long)draw.Base.Int(0, x.Rank - 1) } }), IsExact = false };

    private static Counted? LayerNorm(CountedDrawing draw, Counted x)
    {
        int last = x.Rank - 1;
        return x.Axis == last ? null : x with { Value = draw.Base.Add("LayerNormalization", [draw.As(x, DType.F32), draw.Base.Between(0.5f, 1.5f, x.Length(last)), draw.Base.Weights(0.5f, x.Length(last))], new AttributeMap { { "epsilon", 0.1f } }), IsExact = false };
    }

    private static Counted CumSum(CountedDrawing draw, Counted x) => x with
    {
        Value = draw.Base.Add("CumSum", [draw.As(x, DType.F32), draw.Base.Constant(Tensor.Scalar((long)draw.Base.Int(0, x.Rank - 1)))], new AttributeMap { { "exclusive", (long)draw.Base.Int(0, 1) }, { "reverse", (long)draw.Base.Int(0, 1) } }),
        IsExact = false,
    };

    private static Counted? Arg(CountedDrawing draw, Counted x)
    {
        if (x.Others.Length == 0 || !x.IsExact)
        {
            return null;
        }

        int axis = draw.Base.Pick<int>(x.Others);
        return x with { Value = draw.Base.Add(draw.Base.Pick("ArgMax", "ArgMin"), [draw.As(x, DType.F32)], new AttributeMap { { "axis", (long)axis }, { "keepdims", 1L } }) };
    }

    private static Counted? TopK(CountedDrawing draw, Counted x)
    {
        if (!x.IsExact)
        {
            return null;
        }

        Value most = draw.Base.Add("Min", [draw.Length(x), draw.Base.Longs(draw.Base.Int(1, 9))]);
        Node top = draw.Base.AddNode("TopK", [draw.As(x, DType.F32), draw.Base.Chance(0.3) ? draw.Length(x) : most], new AttributeMap { { "axis", (long)x.Axis }, { "largest", (long)draw.Base.Int(0, 1) } }, 2);
        int size = draw.NewSize();
        draw.Pool.Add(new Counted(top.Outputs[1]!, x.Axis, size, true));
        return new Counted(top.Outputs[0]!, x.Axis, size, true);
    }

    private static Counted? MatMul(CountedDrawing draw, Counted x)
    {
        if (x.Rank < 2)
        {
            return null;
        }

        Value value = draw.As(x, DType.F32);
        bool isLast = x.Axis == x.Rank - 1;
        Value product = isLast
            ? draw.Base.Add("MatMul", [draw.Base.Weights(0.5f, draw.Base.Int(1, 9), x.Length(x.Rank - 2)), value])
            : draw.Base.Add("MatMul", [value, draw.Base.Weights(0.5f, x.Length(x.Rank - 1), draw.Base.Int(1, 9))]);
        return x with { Value = product, IsExact = false };
    }

    private static Counted? Gemm(CountedDrawing draw, Counted x)
    {
        if (x.Rank != 2)
        {
            return null;
        }

        long columns = draw.Base.Int(1, 20);
        AttributeMap attributes = new() { { "transA", x.Axis == 1 ? 1L : 0L }, { "alpha", draw.Base.Pick(1f, 0.5f) } };
        Value product = draw.Base.Add("Gemm", [draw.As(x, DType.F32), draw.Base.Weights(0.5f, x.Length(1 - x.Axis), columns), draw.Base.Weights(0.5f, columns)], attributes);
        return x with { Value = product, Axis = 0, IsExact = false };
    }

    /// <summary>Every row with every other: two axes of the same unknown size.</summary>
    private static Counted? Square(CountedDrawing draw, Counted x)
    {
        if (x.Rank != 2)
        {
            return null;
        }

        Value value = draw.As(x, DType.F32);
        Value turned = draw.Base.Add("Transpose", [value], new AttributeMap { { "perm", [1L, 0L] } });
        draw.Base.Results.Add(draw.Base.Add("MatMul", x.Axis == 0 ? [value, turned] : [turned, value]));
        return null;
    }

    private static Counted? Conv(CountedDrawing draw, Counted x)
    {
        if (x.Rank is not (3 or 4) || x.Axis < 2)
        {
            return null;
        }

        long[] kernel = [.. Enumerable.Range(2, x.Rank - 2).Select(_ => (long)draw.Base.Pick(1, 3))];
        long[] pads = [.. kernel.Select(k => k / 2), .. kernel.Select(k => k / 2)];
        Value w = draw.Base.Weights(0.4f, [draw.Base.Int(1, 9), x.Length(1), .. kernel]);
        return x with { Value = draw.Base.Add("Conv", [draw.As(x, DType.F32), w], new AttributeMap { { "kernel_shape", kernel }, { "pads", pads } }), IsExact = false };
    }

    private static Counted? OneHot(CountedDrawing draw, Counted x)
    {
        if (x.DType != DType.I64 || x.Rank == MostRank)
        {
            return null;
        }

        int axis = draw.Base.Int(0, x.Rank);
        Value hot = draw.Base.Add("OneHot", [x.Value, draw.Base.Longs(draw.Base.Int(1, 6)), draw.Base.Constant(Tensor.Vector<float>(0, 1))], new AttributeMap { { "axis", (long)axis } });
        return x with { Value = hot, Axis = x.Axis + (axis <= x.Axis ? 1 : 0) };
    }

    private static long Known(Counted x) => x.Others.Aggregate(1L, (product, a) => product * x.Length(a));
}
