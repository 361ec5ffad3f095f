using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Functions of one element, and binary operators with every kind of broadcasting.</summary>
internal static class ElementwiseTemplates
{
    private static readonly string[] s_plain =
    [
        "Relu", "Sigmoid", "Tanh", "HardSwish", "Softplus", "Softsign", "Abs", "Neg", "Erf", "Mish", "Identity", "Sin", "Cos", "Atan", "Gelu", "Selu", "Elu", "Celu", "LeakyRelu",
        "HardSigmoid", "ThresholdedRelu", "Dropout",
    ];

    public static Value Unary(Drawing draw, Value x)
    {
        string op = draw.Pick<string>(s_plain);
        AttributeMap attributes = [];
        if (op is "Elu" or "Celu" or "LeakyRelu" or "HardSigmoid" or "ThresholdedRelu" && draw.Chance(0.7))
        {
            attributes.Add("alpha", draw.Float(0.05f, 0.9f));
        }

        if (op == "HardSigmoid" && draw.Chance(0.5))
        {
            attributes.Add("beta", draw.Float(0.1f, 0.9f));
        }

        if (op == "Gelu" && draw.Chance(0.5))
        {
            attributes.Add("approximate", "tanh");
        }

        return draw.Add(op, [x], attributes);
    }

    /// <summary>Functions whose operand must lie in a range, which Clip or Abs sees to.</summary>
    public static Value Ranged(Drawing draw, Value x) => draw.Int(0, 5) switch
    {
        0 => draw.Add("Sqrt", [draw.Add("Abs", [x])]),
        1 => draw.Add("Exp", [draw.Add("Clip", [x, draw.Scalar(-4), draw.Scalar(2)])]),
        2 => draw.Add("Log", [draw.Add("Clip", [x, draw.Scalar(0.1f)])]),
        3 => draw.Add("Reciprocal", [draw.Add("Clip", [x, draw.Scalar(0.25f), null])]),
        4 => draw.Add("Pow", [draw.Add("Abs", [x]), draw.Scalar(draw.Pick(0.5f, 1, 2, 3, -1))]),
        _ => draw.Add("Clip", [x, draw.Chance(0.7) ? draw.Scalar(draw.Float(-2, 0)) : null, draw.Chance(0.7) ? draw.Scalar(draw.Pick(0.5f, 6)) : null]),
    };

    public static Value WithConstant(Drawing draw, Value x)
    {
        Value c = draw.Between(0.3f, 1.7f, draw.Broadcastable(Drawing.Dims(x)));
        string op = draw.Pick("Add", "Sub", "Mul", "Div", "Min", "Max", "PRelu", "Mul", "Add");
        return op == "PRelu" || draw.Chance(0.7) ? draw.Add(op, [x, c]) : op == "Div" ? draw.Add("Mul", [c, x]) : draw.Add(op, [c, x]);
    }

    /// <summary>A constant with more axes or larger ones than the operand.</summary>
    public static Value WithLargerConstant(Drawing draw, Value x)
    {
        long[] dims = [.. Drawing.Dims(x).Select(d => d == 1 && draw.Chance(0.5) ? draw.Int(2, 3) : d)];
        if (dims.Length < 4 && draw.Chance(0.3))
        {
            dims = [draw.Int(1, 3), .. dims];
        }

        return draw.Add(draw.Pick("Add", "Sub", "Mul", "Max"), [x, draw.Weights(1, dims)]);
    }

    public static Value? WithTwin(Drawing draw, Value x)
    {
        Value? twin = draw.Any(v => v.Type.Equals(x.Type) && (v != x || draw.Chance(0.2)));
        return twin is null ? null : draw.Add(draw.Pick("Add", "Add", "Sub", "Mul", "Min", "Max"), [x, twin]);
    }

    /// <summary>An operand that broadcasts along axes that another computed value has.</summary>
    public static Value WithReduced(Drawing draw, Value x)
    {
        if (Drawing.Rank(x) == 0)
        {
            return draw.Add("Add", [x, x]);
        }

        Value reduced = draw.Add("ReduceMean", [x, draw.Longs(draw.Int(0, Drawing.Rank(x) - 1))], new AttributeMap { { "keepdims", 1L } });
        return draw.Add(draw.Pick("Add", "Sub", "Mul"), draw.Chance(0.5) ? [x, reduced] : [reduced, x]);
    }

    public static Value Variadic(Drawing draw, Value x)
    {
        Value?[] inputs = [x, .. Enumerable.Range(0, draw.Int(0, 2)).Select(_ => draw.Weights(1, draw.Broadcastable(Drawing.Dims(x))))];
        return draw.Add(draw.Pick("Sum", "Mean", "Max", "Min"), inputs);
    }

    public static Value Choice(Drawing draw, Value x)
    {
        Value other = draw.Weights(1, draw.Broadcastable(Drawing.Dims(x)));
        long[] dims = draw.Broadcastable(Drawing.Dims(x));
        Tensor condition = new(DType.Bool, dims);
        foreach (ref byte b in condition.MutableBytes())
        {
            b = (byte)draw.Int(0, 1);
        }

        return draw.Add("Where", draw.Chance(0.5) ? [draw.Constant(condition), x, other] : [draw.Constant(condition), other, x]);
    }
}
