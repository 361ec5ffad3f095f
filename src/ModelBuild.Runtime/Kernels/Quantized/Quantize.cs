namespace ModelBuild.Kernels;

/// <summary>
/// ONNX QuantizeLinear: y = saturate(rne(x / scale) + zeroPoint) with a true fp32 division. NaN becomes the zero point (real 0); infinities saturate. Same bits on every machine.
/// </summary>
public static unsafe class Quantize
{
    /// <summary>One scale for the tensor.</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="scale">The scale, above 0.</param>
    /// <param name="zeroPoint">The zero point, 0 to 255.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void F32ToU8(ReadOnlySpan<float> x, Span<byte> y, int length, float scale, int zeroPoint)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (float* xData = x)
        fixed (byte* yData = y)
        {
            QuantizeRows.Shared(xData, yData, length, scale, zeroPoint, 0);
        }
    }

    /// <summary>One scale for every position of an axis.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="scales">One per position of the axis, above 0.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">[outer][axisLength][inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void F32ToU8PerAxis(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scales, ReadOnlySpan<byte> zeroPoints, Span<byte> y, int outer, int axisLength, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(scales.Length, axisLength, nameof(scales));
        Throw.IfPresentAndShorter(zeroPoints.Length, axisLength, nameof(zeroPoints));
        Throw.IfShorter(y.Length, (long)outer * axisLength * inner, nameof(y));
        fixed (float* xData = x)
        fixed (float* scaleData = scales)
        fixed (byte* zeroData = zeroPoints)
        fixed (byte* yData = y)
        {
            QuantizeRows.PerAxis(xData, yData, outer, axisLength, inner, scaleData, zeroData, 0);
        }
    }

    /// <summary>One scale for the tensor.</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="scale">The scale, above 0.</param>
    /// <param name="zeroPoint">The zero point, -128 to 127.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void F32ToS8(ReadOnlySpan<float> x, Span<sbyte> y, int length, float scale, int zeroPoint)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (float* xData = x)
        fixed (sbyte* yData = y)
        {
            QuantizeRows.Shared(xData, (byte*)yData, length, scale, zeroPoint, -128);
        }
    }

    /// <summary>One scale for every position of an axis.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="scales">One per position of the axis, above 0.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">[outer][axisLength][inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void F32ToS8PerAxis(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scales, ReadOnlySpan<sbyte> zeroPoints, Span<sbyte> y, int outer, int axisLength, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(scales.Length, axisLength, nameof(scales));
        Throw.IfPresentAndShorter(zeroPoints.Length, axisLength, nameof(zeroPoints));
        Throw.IfShorter(y.Length, (long)outer * axisLength * inner, nameof(y));
        fixed (float* xData = x)
        fixed (float* scaleData = scales)
        fixed (sbyte* zeroData = zeroPoints)
        fixed (sbyte* yData = y)
        {
            QuantizeRows.PerAxis(xData, (byte*)yData, outer, axisLength, inner, scaleData, (byte*)zeroData, -128);
        }
    }
}
