using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Layers between QuantizeLinear and DequantizeLinear, as quantisers write them, that become integer kernels. Each ends in the quantised tensor, which is a result: behind it a step more or less would grow.
/// </summary>
internal static class QuantizedTemplates
{
    /// <summary>A convolution or product, with bias, activation and residual.</summary>
    public static Value? Linear(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        bool conv = rank == 4 || (rank == 3 && draw.Chance(0.5));
        if (rank < 2)
        {
            return null;
        }

        DType type = draw.Chance(0.6) ? DType.U8 : DType.I8;
        Value source = Fake(draw, x, type, 4f / 255);
        Value y;
        if (conv)
        {
            Value real = WindowTemplates.Conv(draw, source);
            Node node = real.Producer!;
            node.SetInput(1, WeightsOf(draw, node.Input(1).Constant!, 0));
            y = real;
        }
        else
        {
            long k = Drawing.Dims(x)[^1];
            y = draw.Add("MatMul", [source, WeightsOf(draw, draw.Weights(1.7f / MathF.Sqrt(k), k, draw.Channels()).Constant!, 1)]);
            y = draw.Chance(0.6) ? draw.Add("Add", [y, draw.Weights(0.5f, Drawing.Dims(y)[^1])]) : y;
        }

        if (draw.Chance(0.3))
        {
            y = draw.Add("Add", [Fake(draw, y, type, 6f / 255), Fake(draw, draw.Add("Relu", [y]), type, 5f / 255)]);
        }

        y = draw.Int(0, 3) switch
        {
            0 => draw.Add("Relu", [y]),
            1 => draw.Add("Clip", [y, draw.Scalar(0), draw.Scalar(draw.Pick(1f, 6))]),
            _ => y,
        };
        draw.Results.Add(Quantized(draw, y, type, 6f / 255));
        return null;
    }

    /// <summary>Operators that keep quantised elements or combine two of them.</summary>
    public static Value? Elementwise(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank < 2)
        {
            return null;
        }

        DType type = draw.Chance(0.6) ? DType.U8 : DType.I8;
        Value a = Fake(draw, x, type, 4f / 255);
        Value y = draw.Int(0, 4) switch
        {
            0 => draw.Add("Add", [a, Fake(draw, draw.Add("Tanh", [x]), type, 2f / 255)]),
            1 => draw.Add("Mul", [a, Fake(draw, draw.Add("Sigmoid", [x]), type, 1f / 255)]),
            2 when rank > 2 => WindowTemplates.Pool(draw, a),
            3 when rank > 2 => draw.Add("GlobalAveragePool", [a]),
            _ => draw.Add("Concat", [a, Fake(draw, draw.Add("Tanh", [x]), type, 2f / 255)], new AttributeMap { { "axis", 1L } }),
        };
        draw.Results.Add(Quantized(draw, y, type, 5f / 255));
        return null;
    }

    private static Value Fake(Drawing draw, Value x, DType type, float scale)
    {
        (Value s, Value z) = Parameters(draw, type, scale);
        return draw.Add("DequantizeLinear", [draw.Add("QuantizeLinear", [x, s, z]), s, z]);
    }

    private static Value Quantized(Drawing draw, Value x, DType type, float scale)
    {
        (Value s, Value z) = Parameters(draw, type, scale);
        return draw.Add("QuantizeLinear", [x, s, z]);
    }

    private static (Value Scale, Value Zero) Parameters(Drawing draw, DType type, float scale)
    {
        int zero = draw.Pick(0, draw.Int(-20, 20)) + (type == DType.U8 ? draw.Pick(0, 128) : 0);
        Value z = draw.Constant(type == DType.U8 ? Tensor.Scalar((byte)Math.Clamp(zero, 0, 255)) : Tensor.Scalar((sbyte)zero));
        return (draw.Scalar(scale * draw.Float(0.7f, 1.3f)), z);
    }

    private static Value WeightsOf(Drawing draw, Tensor w, int axis)
    {
        bool perChannel = draw.Chance(0.7);
        long channels = perChannel ? w.Dims[axis] : 1;
        float largest = w.Span<float>().ToArray().Max(MathF.Abs);
        sbyte[] values = [.. w.Span<float>().ToArray().Select(v => (sbyte)Math.Clamp(MathF.Round(v / largest * 127), -127, 127))];
        float[] scales = [.. Enumerable.Range(0, (int)channels).Select(_ => largest / 127 * draw.Float(0.5f, 1))];
        Value q = draw.Constant(Tensor.Create<sbyte>(values, w.Dims));
        return perChannel
            ? draw.Add("DequantizeLinear", [q, draw.Constant(Tensor.Vector<float>(scales)), draw.Constant(new Tensor(DType.I8, [channels]))], new AttributeMap { { "axis", (long)axis } })
            : draw.Add("DequantizeLinear", [q, draw.Scalar(scales[0]), draw.Constant(Tensor.Scalar((sbyte)0))]);
    }
}
