namespace ModelBuild.Kernels;

/// <summary>ONNX DequantizeLinear: the difference is an exact integer, the product is one fp32 multiplication. Same bits on every machine.</summary>
public static unsafe class Dequantize
{
    /// <summary>y = (x - zeroPoint) * scale, with one scale for the tensor.</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="zeroPoint">The zero point.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void U8ToF32(ReadOnlySpan<byte> x, Span<float> y, int length, float scale, int zeroPoint)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (byte* xData = x)
        fixed (float* yData = y)
        {
            DequantizeRows.Bytes(xData, yData, length, scale, zeroPoint);
        }
    }

    /// <summary>y = (x - zeroPoint) * scale, with one scale for every position of an axis.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="scales">One per position of the axis.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">[outer][axisLength][inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void U8ToF32PerAxis(
        ReadOnlySpan<byte> x, ReadOnlySpan<float> scales, ReadOnlySpan<byte> zeroPoints, Span<float> y, int outer, int axisLength, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(scales.Length, axisLength, nameof(scales));
        Throw.IfPresentAndShorter(zeroPoints.Length, axisLength, nameof(zeroPoints));
        Throw.IfShorter(y.Length, (long)outer * axisLength * inner, nameof(y));
        fixed (byte* xData = x)
        fixed (float* yData = y)
        {
            byte* source = xData;
            float* target = yData;
            for (int o = 0; o < outer; o++)
            {
                if (inner == 1)
                {
                    for (int axis = 0; axis < axisLength; axis++)
                    {
                        target[axis] = (source[axis] - (zeroPoints.IsEmpty ? 0 : zeroPoints[axis])) * scales[axis];
                    }

                    source += axisLength;
                    target += axisLength;
                    continue;
                }

                for (int axis = 0; axis < axisLength; axis++, source += inner, target += inner)
                {
                    DequantizeRows.Bytes(source, target, inner, scales[axis], zeroPoints.IsEmpty ? 0 : zeroPoints[axis]);
                }
            }
        }
    }

    /// <summary>y = (x - zeroPoint) * scale, with one scale for the tensor.</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="zeroPoint">The zero point.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void S8ToF32(ReadOnlySpan<sbyte> x, Span<float> y, int length, float scale, int zeroPoint)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (sbyte* xData = x)
        fixed (float* yData = y)
        {
            DequantizeRows.SignedBytes(xData, yData, length, scale, zeroPoint);
        }
    }

    /// <summary>y = (x - zeroPoint) * scale, with one scale for every position of an axis.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="scales">One per position of the axis.</param>
    /// <param name="zeroPoints">One per position of the axis, or empty for 0.</param>
    /// <param name="y">[outer][axisLength][inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void S8ToF32PerAxis(
        ReadOnlySpan<sbyte> x, ReadOnlySpan<float> scales, ReadOnlySpan<sbyte> zeroPoints, Span<float> y, int outer, int axisLength, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(scales.Length, axisLength, nameof(scales));
        Throw.IfPresentAndShorter(zeroPoints.Length, axisLength, nameof(zeroPoints));
        Throw.IfShorter(y.Length, (long)outer * axisLength * inner, nameof(y));
        fixed (sbyte* xData = x)
        fixed (float* yData = y)
        {
            sbyte* source = xData;
            float* target = yData;
            for (int o = 0; o < outer; o++)
            {
                if (inner == 1)
                {
                    for (int axis = 0; axis < axisLength; axis++)
                    {
                        target[axis] = (source[axis] - (zeroPoints.IsEmpty ? 0 : zeroPoints[axis])) * scales[axis];
                    }

                    source += axisLength;
                    target += axisLength;
                    continue;
                }

                for (int axis = 0; axis < axisLength; axis++, source += inner, target += inner)
                {
                    DequantizeRows.SignedBytes(source, target, inner, scales[axis], zeroPoints.IsEmpty ? 0 : zeroPoints[axis]);
                }
            }
        }
    }

    /// <summary>y = fp32(x) * scale; 32-bit integers have no zero point, with one scale for the tensor.</summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="scale">The scale.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void S32ToF32(ReadOnlySpan<int> x, Span<float> y, int length, float scale)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        fixed (int* xData = x)
        fixed (float* yData = y)
        {
            DequantizeRows.Ints(xData, yData, length, scale);
        }
    }

    /// <summary>y = fp32(x) * scale; 32-bit integers have no zero point, with one scale for every position of an axis.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="scales">One per position of the axis.</param>
    /// <param name="y">[outer][axisLength][inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void S32ToF32PerAxis(
        ReadOnlySpan<int> x, ReadOnlySpan<float> scales, Span<float> y, int outer, int axisLength, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(scales.Length, axisLength, nameof(scales));
        Throw.IfShorter(y.Length, (long)outer * axisLength * inner, nameof(y));
        fixed (int* xData = x)
        fixed (float* yData = y)
        {
            int* source = xData;
            float* target = yData;
            for (int o = 0; o < outer; o++)
            {
                if (inner == 1)
                {
                    for (int axis = 0; axis < axisLength; axis++)
                    {
                        target[axis] = source[axis] * scales[axis];
                    }

                    source += axisLength;
                    target += axisLength;
                    continue;
                }

                for (int axis = 0; axis < axisLength; axis++, source += inner, target += inner)
                {
                    DequantizeRows.Ints(source, target, inner, scales[axis]);
                }
            }
        }
    }
}
