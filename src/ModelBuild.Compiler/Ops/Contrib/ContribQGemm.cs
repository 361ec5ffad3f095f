using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>
/// Gemm of quantised operands: triples of tensor, scale and zero point for A and B, an int32 addend in steps of the product, and scale and zero point of the result, which is floating point without them.
/// It becomes DequantizeLinear, Gemm and QuantizeLinear, which fuse into an integer product.
/// </summary>
internal sealed class ContribQGemm() : ContribOp("QGemm", 6, 9)
{
    private const int Addend = 6;
    private const int Scale = 7;

    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        bool transB = parts.Attributes.GetInt("transB", 0) != 0;
        Value a = parts.Add("DequantizeLinear", [parts.Input(0), QuantizedScalars.Of(parts, 1), QuantizedScalars.Of(parts, 2)]);
        Value b = parts.Add("DequantizeLinear", [parts.Input(3), QuantizedScalars.Of(parts, 4), QuantizedScalars.Of(parts, 5)], new AttributeMap { { "axis", transB ? 0L : 1L } });
        float alpha = parts.Attributes.GetFloat("alpha", 1);
        AttributeMap attributes = new() { { "transA", parts.Attributes.GetInt("transA", 0) }, { "transB", transB ? 1L : 0L }, { "alpha", alpha } };
        Value y = parts.Add("Gemm", [a, b, parts.InputOrNull(Addend) is { } c ? Dequantized(parts, c, alpha) : null], attributes);
        return [parts.InputOrNull(Scale) is null ? y : parts.Add("QuantizeLinear", [y, QuantizedScalars.Of(parts, Scale), parts.InputOrNull(Scale + 1) is null ? null : QuantizedScalars.Of(parts, Scale + 1)])];
    }

    private static Value Dequantized(PartsBuilder parts, Value addend, float alpha)
    {
        if (parts.Input(1).Constant is not { } a || parts.Input(4).Constant is not { } b)
        {
            throw Unsupported(parts, "a_scale or b_scale", "computed", "Only constant scales are supported beside an addend.");
        }

        float[] scales = [.. b.ToDoubleArray().Select(s => (float)(alpha * a.ToDoubleArray()[0] * s))];
        Value scale = parts.Constant(scales.Length == 1 ? Tensor.Scalar(scales[0]) : Tensor.Vector<float>(scales));
        return parts.Add("DequantizeLinear", [addend, scale], new AttributeMap { { "axis", -1L } });
    }
}
