using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators whose sizes depend on values, for the bodies of If, Loop and Scan.</summary>
internal static class FlowCounts
{
    private static readonly Func<FlowDrawing, Value, Value?>[] s_all = [Positions, Chosen, ChosenSlices, Distinct, Counting, Part, Axes, Expanded];

    /// <summary>A value of floating-point numbers; null where the template drawn does not fit.</summary>
    public static Value? Any(FlowDrawing draw, Value x) => draw.Base.Pick<Func<FlowDrawing, Value, Value?>>(s_all)(draw, x);

    private static Value Above(FlowDrawing draw, Value x) => draw.Base.Add("Greater", [x, draw.Base.Scalar(draw.Base.Float(-0.5f, 0.5f))]);

    private static Value Cast(FlowDrawing draw, Value x, DType type) => draw.Base.Add("Cast", [x], new AttributeMap { { "to", (long)type } });

    private static Value List(FlowDrawing draw, Value scalar) => draw.Base.Add("Unsqueeze", [scalar, draw.Base.Longs(0)]);

    // Of a scalar ONNX Runtime says that it has one axis; the specification does not.
    private static Value? Positions(FlowDrawing draw, Value x) => Drawing.Rank(x) == 0 ? null : Cast(draw, draw.Base.Add("NonZero", [Above(draw, x)]), DType.F32);

    private static Value Chosen(FlowDrawing draw, Value x)
    {
        Value condition = draw.Base.Add("Reshape", [Above(draw, x), draw.Base.Longs(-1)]);
        return draw.Base.Add(draw.Base.Pick("Neg", "Sigmoid"), [draw.Base.Add("Compress", [x, condition])]);
    }

    private static Value? ChosenSlices(FlowDrawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0)
        {
            return null;
        }

        int axis = draw.Base.Int(0, rank - 1);
        long[] others = [.. Enumerable.Range(0, rank).Where(a => a != axis).Select(a => (long)a)];
        Value largest = others.Length == 0 ? x : draw.Base.Add("ReduceMax", [x, draw.Base.Longs(others)], new AttributeMap { { "keepdims", 0L } });
        return draw.Base.Add("Compress", [x, Above(draw, largest)], new AttributeMap { { "axis", (long)axis } });
    }

    private static Value Distinct(FlowDrawing draw, Value x) =>
        draw.Base.AddNode("Unique", [draw.Base.Add("Floor", [x])], new AttributeMap { { "sorted", (long)draw.Base.Int(0, 1) } }, 1).Output;

    private static Value Counting(FlowDrawing draw, Value x)
    {
        Value range = draw.Base.Add("Range", [draw.Base.Constant(Tensor.Scalar(0L)), draw.Trips(), draw.Base.Constant(Tensor.Scalar((long)draw.Base.Int(1, 2)))]);
        return Cast(draw, range, DType.F32);
    }

    private static Value? Part(FlowDrawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        return rank == 0 ? null : draw.Base.Add("Slice", [x, draw.Base.Longs(draw.Base.Int(0, 1)), List(draw, draw.CallInput(DType.I64)), draw.Base.Longs(draw.Base.Int(0, rank - 1))]);
    }

    private static Value? Axes(FlowDrawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        Value axis = draw.Base.Add("Mod", [draw.CallInput(DType.I64), draw.Base.Constant(Tensor.Scalar((long)Math.Max(1, rank)))]);
        return rank == 0 ? null : draw.Base.Add(draw.Base.Pick("ReduceSum", "ReduceMean"), [x, List(draw, axis)], new AttributeMap { { "keepdims", 1L } });
    }

    private static Value Expanded(FlowDrawing draw, Value x)
    {
        Value mean = draw.Base.Add("Reshape", [draw.Base.Add("ReduceMean", [x], new AttributeMap { { "keepdims", 0L } }), draw.Base.Longs(1, 1)]);
        Value sizes = draw.Base.Add("Concat", [draw.Base.Longs(draw.Base.Int(1, 3)), List(draw, draw.Trips())], new AttributeMap { { "axis", 0L } });
        return draw.Base.Add("Expand", [mean, sizes]);
    }
}
