using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>What fusions look for, and what only looks like it: another constant, another operand, a part that somebody else reads too.</summary>
internal static class PatternTemplates
{
    private const double NearMiss = 0.35;

    /// <summary>Convolution, then batch normalisation, bias, residual and activation in any selection.</summary>
    public static Value? ConvBlock(Drawing draw, Value x)
    {
        if (!WindowTemplates.IsImage(x))
        {
            return null;
        }

        Value source = draw.Chance(0.3) ? MovementTemplates.Pad(draw, x)! : x;
        Value y = WindowTemplates.Conv(draw, source);
        Leak(draw, y);
        if (draw.Chance(0.4))
        {
            y = ReductionTemplates.BatchNorm(draw, y);
        }

        if (draw.Chance(0.3))
        {
            long channels = Drawing.Dims(y)[1];
            long[] perChannel = [channels, .. Enumerable.Repeat(1L, Drawing.Rank(y) - 2)];
            y = draw.Add(draw.Pick("Add", "Mul"), [y, draw.Between(0.5f, 1.5f, draw.Chance(NearMiss) ? Drawing.Dims(y)[^1..] : perChannel)]);
        }

        if (draw.Chance(0.4))
        {
            Value? twin = draw.Any(v => v.Type.Equals(y.Type) && v != y);
            y = draw.Add("Add", draw.Chance(0.5) ? [y, twin ?? y] : [twin ?? y, y]);
        }

        Leak(draw, y);
        return draw.Chance(0.8) ? Activation(draw, y) : y;
    }

    /// <summary>Every second row and column four times, joined by rows, by columns or in some other order, in front of a convolution.</summary>
    public static Value? Focus(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        if (dims.Length != 4 || dims[2] < 4 || dims[3] < 4 || dims[1] > 8)
        {
            return null;
        }

        bool columnsFirst = draw.Chance(0.5);
        bool miss = draw.Chance(NearMiss);
        Value[] parts = [.. Enumerable.Range(0, 4).Select(k => columnsFirst ? Part(k % 2, k / 2) : Part(k / 2, k % 2))];
        if (miss)
        {
            (parts[1], parts[3]) = (parts[3], parts[1]);
        }

        Value joined = draw.Add("Concat", parts, new AttributeMap { { "axis", draw.Pick(1L, -3) } });
        return WindowTemplates.Conv(draw, joined);

        Value Part(int row, int column)
        {
            Value rows = draw.Add("Slice", [x, draw.Longs(row), draw.Longs(dims[2] & ~1L), draw.Longs(2), draw.Longs(2)]);
            return draw.Add("Slice", [rows, draw.Longs(column), draw.Longs(dims[3] & ~1L), draw.Longs(3), draw.Longs(2)]);
        }
    }

    /// <summary>A product, then bias, residual and activation.</summary>
    public static Value? Dense(Drawing draw, Value x)
    {
        if (Drawing.Rank(x) < 1)
        {
            return null;
        }

        long k = Drawing.Dims(x)[^1];
        long n = draw.Channels();
        Value y = draw.Add("MatMul", [x, draw.Weights(1.7f / MathF.Sqrt(k), k, n)]);
        Leak(draw, y);
        if (draw.Chance(0.7))
        {
            Value bias = draw.Weights(0.5f, draw.Chance(NearMiss) ? draw.Broadcastable(Drawing.Dims(y)) : [n]);
            y = draw.Add("Add", draw.Chance(0.5) ? [y, bias] : [bias, y]);
        }

        if (draw.Chance(0.3) && draw.Any(v => v.Type.Equals(y.Type) && v != y) is { } twin)
        {
            y = draw.Add("Add", [y, twin]);
        }

        return draw.Chance(0.7) ? Activation(draw, y) : y;
    }

    /// <summary>An activation as one operator or spelled out.</summary>
    public static Value Activation(Drawing draw, Value x)
    {
        switch (draw.Int(0, 9))
        {
            case 0:
                return draw.Add("Mul", draw.Chance(0.5) ? [x, draw.Add("Sigmoid", [x])] : [draw.Add("Sigmoid", [x]), x]);
            case 1:
                Value scaled = draw.Add("Mul", [x, draw.Scalar(draw.Chance(NearMiss) ? 1.702f : 1)]);
                return draw.Add("Mul", [x, draw.Add("Sigmoid", [scaled])]);
            case 2:
                return HardSwish(draw, x);
            case 3:
                return Gelu(draw, x);
            case 4:
                return draw.Add("Mul", [x, draw.Add("HardSigmoid", [x], new AttributeMap { { "alpha", draw.Chance(NearMiss) ? 0.2f : 1f / 6 }, { "beta", 0.5f } })]);
            case 5:
                return draw.Add("Clip", [x, draw.Scalar(0), draw.Scalar(draw.Chance(NearMiss) ? 5 : 6)]);
            case 6:
                return draw.Add("Mul", [x, draw.Add("Tanh", [draw.Add("Softplus", [x])])]);
            default:
                return ElementwiseTemplates.Unary(draw, x);
        }
    }

    public static Value HardSwish(Drawing draw, Value x)
    {
        float three = draw.Chance(NearMiss) ? 2.5f : 3;
        float six = draw.Chance(NearMiss) ? 5 : 6;
        Value gate = draw.Add("Clip", [draw.Add("Add", [x, draw.Scalar(three)]), draw.Scalar(0), draw.Scalar(six)]);
        Leak(draw, gate);
        return draw.Chance(0.5)
            ? draw.Add("Div", [draw.Add("Mul", [x, gate]), draw.Scalar(six)])
            : draw.Add("Mul", [x, draw.Add("Mul", [gate, draw.Scalar(1 / six)])]);
    }

    /// <summary>By the error function, or by tanh.</summary>
    public static Value Gelu(Drawing draw, Value x)
    {
        float two = draw.Chance(NearMiss) ? 1.5f : MathF.Sqrt(2);
        float half = draw.Chance(NearMiss) ? 0.4f : 0.5f;
        if (draw.Chance(0.5))
        {
            Value inner = draw.Chance(0.5) ? draw.Add("Div", [x, draw.Scalar(two)]) : draw.Add("Mul", [x, draw.Scalar(1 / two)]);
            Value erf = draw.Add("Add", [draw.Add("Erf", [inner]), draw.Scalar(draw.Chance(NearMiss) ? 0.9f : 1)]);
            Leak(draw, erf);
            return draw.Chance(0.5)
                ? draw.Add("Mul", [draw.Add("Mul", [x, erf]), draw.Scalar(half)])
                : draw.Add("Mul", [draw.Add("Mul", [x, draw.Scalar(half)]), erf]);
        }

        Value cube = draw.Add("Mul", [draw.Chance(0.5) ? draw.Add("Pow", [x, draw.Scalar(3)]) : draw.Add("Mul", [draw.Add("Mul", [x, x]), x]), draw.Scalar(0.044715f)]);
        Value tanh = draw.Add("Tanh", [draw.Add("Mul", [draw.Add("Add", [x, cube]), draw.Scalar(draw.Chance(NearMiss) ? 0.8f : 0.7978846f)])]);
        return draw.Add("Mul", [draw.Add("Mul", [x, draw.Scalar(half)]), draw.Add("Add", [tanh, draw.Scalar(1)])]);
    }

    /// <summary>Layer normalisation as exporters of old opsets write it.</summary>
    public static Value? LayerNorm(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0 || Drawing.Dims(x)[^1] < 2)
        {
            return null;
        }

        Value axes = draw.Longs(draw.Chance(NearMiss) ? draw.Int(0, rank - 1) : -1);
        AttributeMap keep = new() { { "keepdims", 1L } };
        Value centred = draw.Add("Sub", [x, draw.Add("ReduceMean", [x, axes], keep)]);
        Value square = draw.Chance(0.5) ? draw.Add("Pow", [centred, draw.Scalar(2)]) : draw.Add("Mul", [centred, centred]);
        Value variance = draw.Add("ReduceMean", [square, draw.Chance(0.9) ? axes : draw.Longs(-1)], keep);
        Value deviation = draw.Add("Sqrt", [draw.Add("Add", [variance, draw.Scalar(1e-3f)])]);
        Leak(draw, deviation);
        Value y = draw.Add("Div", [centred, deviation]);
        y = draw.Add("Mul", [y, draw.Between(0.5f, 1.5f, draw.Chance(NearMiss) ? draw.Broadcastable(Drawing.Dims(x)) : [Drawing.Dims(x)[^1]])]);
        return draw.Chance(0.7) ? draw.Add("Add", [y, draw.Weights(0.5f, Drawing.Dims(x)[^1])]) : y;
    }

    /// <summary>To channels last, a function of elements, and back, or nearly back.</summary>
    public static Value? Sandwich(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank < 3)
        {
            return null;
        }

        long[] there = [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i), 1];
        long[] back = [0, rank - 1, .. Enumerable.Range(1, rank - 2).Select(i => (long)i)];
        Value y = draw.Add("Transpose", [x], new AttributeMap { { "perm", there } });
        Leak(draw, y);
        y = draw.Int(0, 3) switch
        {
            0 => ElementwiseTemplates.Unary(draw, y),
            1 => ElementwiseTemplates.WithConstant(draw, y),
            2 => ReductionTemplates.Softmax(draw, y)!,
            _ => draw.Add("Add", [y, draw.Add("Transpose", [draw.Add("Tanh", [x])], new AttributeMap { { "perm", there } })]),
        };
        return draw.Add("Transpose", [y], new AttributeMap { { "perm", draw.Chance(NearMiss) ? there : back } });
    }

    /// <summary>The same computation twice.</summary>
    public static Value Duplicate(Drawing draw, Value x)
    {
        Value c = draw.Scalar(draw.Float(0.5f, 1.5f));
        Value a = draw.Add("Mul", [x, c]);
        Value b = draw.Add("Mul", [x, draw.Chance(NearMiss) ? draw.Scalar(0.75f) : c]);
        return draw.Add("Sub", [draw.Add("Sigmoid", [a]), draw.Add("Tanh", [b])]);
    }

    /// <summary>Lets somebody else read a part of a pattern.</summary>
    private static void Leak(Drawing draw, Value value)
    {
        if (draw.Chance(0.12))
        {
            draw.Pool.Add(draw.Add("Relu", [value]));
        }
        else if (draw.Chance(0.06))
        {
            draw.Results.Add(value);
        }
    }
}
