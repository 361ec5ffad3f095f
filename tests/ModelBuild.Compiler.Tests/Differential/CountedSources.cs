using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators whose sizes depend on values.</summary>
internal static class CountedSources
{
    private static readonly Action<CountedDrawing>[] s_all = [NonZero, NonZero, CompressAll, CompressAxis, Unique, NonMaxSuppression, Range, ConstantOfShape];

    /// <summary>Adds one of them, with inputs of its own.</summary>
    public static void Draw(CountedDrawing draw) => draw.Base.Pick<Action<CountedDrawing>>(s_all)(draw);

    /// <summary>What a comparison finds in a value, where both sides compute the value alike.</summary>
    public static Value Above(CountedDrawing draw, Value x) => draw.Base.Add("Greater", [x, draw.Base.Scalar(draw.Base.Float(-0.5f, 0.5f))]);

    private static Value Input(CountedDrawing draw, params long[] dims) => draw.Base.Input(DType.F32, dims);

    private static Value Cast(CountedDrawing draw, Value x, DType type) => draw.Base.Add("Cast", [x], new AttributeMap { { "to", (long)type } });

    private static long[] Sizes(CountedDrawing draw) => [.. Enumerable.Range(0, draw.Base.Int(1, 3)).Select(_ => (long)draw.Base.Pick(1, 2, 3, 4, 5, 7, 8, 9, 17))];

    private static void NonZero(CountedDrawing draw)
    {
        Value x = Input(draw, Sizes(draw));
        Value some = draw.Base.Int(0, 3) switch
        {
            0 => draw.Base.Add("Relu", [x]),
            1 => Cast(draw, draw.Base.Add("Relu", [x]), draw.Base.Pick(DType.I64, DType.I32)),
            _ => Above(draw, x),
        };
        Value found = draw.Base.Add("NonZero", [some]);
        int size = draw.NewSize();
        draw.Pool.Add(new Counted(found, 1, size, true));
        if (draw.Base.Chance(0.6))
        {
            Value indices = draw.Base.Add("Transpose", [found]);
            draw.Pool.Add(new Counted(draw.Base.Add("GatherND", [x, indices]), 0, size, true));
            if (draw.Base.Chance(0.4))
            {
                Value updates = draw.Base.Add("Neg", [draw.Pool[^1].Value]);
                draw.Base.Results.Add(draw.Base.Add("ScatterND", [x, indices, updates], new AttributeMap { { "reduction", draw.Base.Pick("none", "add", "max") } }));
            }
        }
    }

    private static void CompressAll(CountedDrawing draw)
    {
        Value x = Input(draw, Sizes(draw));
        Value condition = draw.Base.Add("Reshape", [Above(draw, x), draw.Base.Longs(-1)]);
        draw.Pool.Add(new Counted(draw.Base.Add("Compress", [x, condition]), 0, draw.NewSize(), true));
    }

    private static void CompressAxis(CountedDrawing draw)
    {
        long[] dims = Sizes(draw);
        Value x = Input(draw, dims);
        int axis = draw.Base.Int(0, dims.Length - 1);
        Value condition = Above(draw, Input(draw, dims[axis]));
        draw.Pool.Add(new Counted(draw.Base.Add("Compress", [x, condition], new AttributeMap { { "axis", (long)axis - (draw.Base.Chance(0.3) ? dims.Length : 0) } }), axis, draw.NewSize(), true));
    }

    private static void Unique(CountedDrawing draw)
    {
        long[] dims = Sizes(draw);
        Value x = draw.Base.Add("Floor", [draw.Base.Add("Mul", [Input(draw, dims), draw.Base.Scalar(1.5f)])]);
        x = draw.Base.Chance(0.5) ? Cast(draw, x, DType.I64) : x;
        int axis = draw.Base.Int(-1, dims.Length - 1);
        AttributeMap attributes = new() { { "sorted", (long)draw.Base.Int(0, 1) } };
        if (axis >= 0)
        {
            attributes.Add("axis", (long)axis);
        }

        Node unique = draw.Base.AddNode("Unique", [x], attributes, draw.Base.Int(1, 4));
        int size = draw.NewSize();
        for (int i = 0; i < unique.Outputs.Count; i++)
        {
            if (i == 2)
            {
                draw.Base.Results.Add(unique.Outputs[i]!);
                continue;
            }

            draw.Pool.Add(new Counted(unique.Outputs[i]!, i == 0 ? Math.Max(axis, 0) : 0, size, true));
        }
    }

    private static void NonMaxSuppression(CountedDrawing draw)
    {
        long batch = draw.Base.Int(1, 2);
        long boxes = draw.Base.Int(1, 12);
        Value places = Input(draw, batch, boxes, 4);
        Value scores = Input(draw, batch, draw.Base.Int(1, 3), boxes);
        bool isCentered = draw.Base.Chance(0.3);
        places = isCentered ? draw.Base.Add("Abs", [places]) : places;
        Value?[] inputs = [places, scores, draw.Base.Longs(draw.Base.Int(1, 6)), draw.Base.Between(0.1f, 0.9f, 1), draw.Base.Chance(0.7) ? draw.Base.Between(-0.5f, 1, 1) : null];
        Value selected = draw.Base.Add("NonMaxSuppression", inputs, new AttributeMap { { "center_point_box", isCentered ? 1L : 0L } });
        int size = draw.NewSize();
        draw.Pool.Add(new Counted(selected, 0, size, true));
        if (draw.Base.Chance(0.5))
        {
            draw.Pool.Add(new Counted(draw.Base.Add("GatherND", [scores, selected]), 0, size, true));
        }
    }

    private static Value Number(CountedDrawing draw) => draw.Base.Add("ReduceSum", [Cast(draw, Above(draw, Input(draw, Sizes(draw))), DType.I64)], new AttributeMap { { "keepdims", 0L } });

    private static void Range(CountedDrawing draw)
    {
        Value limit = Number(draw);
        DType type = draw.Base.Pick(DType.I64, DType.I64, DType.I32, DType.F32);
        limit = type == DType.I64 ? limit : Cast(draw, limit, type);
        int start = draw.Base.Int(-2, 2);
        int delta = draw.Base.Pick(1, 1, 2, -1);
        Value Constant(int value) => draw.Base.Constant(type switch { DType.I64 => Tensor.Scalar((long)value), DType.I32 => Tensor.Scalar(value), _ => Tensor.Scalar((float)value) });
        draw.Pool.Add(new Counted(draw.Base.Add("Range", [Constant(start), limit, Constant(delta)]), 0, draw.NewSize(), true));
    }

    private static void ConstantOfShape(CountedDrawing draw)
    {
        long[] dims = [.. Enumerable.Range(0, draw.Base.Int(0, 2)).Select(_ => (long)draw.Base.Int(1, 5))];
        int axis = draw.Base.Int(0, dims.Length);
        List<Value> parts = [.. dims.Select(d => draw.Base.Longs(d))];
        parts.Insert(axis, draw.Base.Add("Unsqueeze", [Number(draw), draw.Base.Longs(0)]));
        Value shape = parts.Count == 1 ? parts[0] : draw.Base.Add("Concat", [.. parts], new AttributeMap { { "axis", 0L } });
        AttributeMap attributes = draw.Base.Chance(0.6) ? new() { { "value", new TensorAttribute(Tensor.Vector<long>(draw.Base.Int(-3, 3))) } } : [];
        draw.Pool.Add(new Counted(draw.Base.Add("ConstantOfShape", [shape], attributes), axis, draw.NewSize(), true));
    }
}
