using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>ONNX DynamicQuantizeLinear 11.</summary>
public static unsafe class DynamicQuantize
{
    private const float Levels = 255f;

    /// <summary>
    /// scale = (max(0, max x) - min(0, min x)) / 255, zeroPoint = rne(clamp(0 - min / scale, 0, 255)), y = clamp(rne(x / scale) + zeroPoint, 0, 255), all in fp32.
    /// An input of zeros only (and an empty one) has scale 1 and zero point 0. NaN takes no part in the range and becomes the zero point.
    /// </summary>
    /// <param name="x">The input, <paramref name="length"/> elements.</param>
    /// <param name="y">The output, <paramref name="length"/> elements.</param>
    /// <param name="scale">The scale that was found: one value.</param>
    /// <param name="zeroPoint">The zero point that was found: one value.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void F32(ReadOnlySpan<float> x, Span<byte> y, Span<float> scale, Span<byte> zeroPoint, int length)
    {
        Throw.IfShorter(x.Length, length, nameof(x));
        Throw.IfShorter(y.Length, length, nameof(y));
        Throw.IfShorter(scale.Length, 1, nameof(scale));
        Throw.IfShorter(zeroPoint.Length, 1, nameof(zeroPoint));
        fixed (float* xData = x)
        fixed (byte* yData = y)
        {
            (float min, float max) = Range(xData, length);
            float step = max == min ? 1f : (max - min) / Levels;
            float start = MathF.Round(MathF.Min(MathF.Max(0f - (min / step), 0f), Levels));
            byte zero = float.IsNaN(start) ? (byte)0 : (byte)(int)start;
            scale[0] = step;
            zeroPoint[0] = zero;
            QuantizeRows.Shared(xData, yData, length, step, zero, 0);
        }
    }

    /// <summary>The smallest and the largest of the values and 0. Comparisons with NaN are false, so NaN changes neither.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Min, float Max) Range(float* x, int length)
    {
        float min = 0f;
        float max = 0f;
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<float> lower = Vector512<float>.Zero;
            Vector512<float> upper = Vector512<float>.Zero;
            for (; i + 16 <= length; i += 16)
            {
                Vector512<float> value = Vector512.Load(x + i);
                lower = Vector512.ConditionalSelect(Vector512.LessThan(value, lower), value, lower);
                upper = Vector512.ConditionalSelect(Vector512.GreaterThan(value, upper), value, upper);
            }

            for (int lane = 0; lane < 16; lane++)
            {
                min = MathF.Min(min, lower[lane]);
                max = MathF.Max(max, upper[lane]);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector128<float> lower = Vector128<float>.Zero;
            Vector128<float> upper = Vector128<float>.Zero;
            for (; i + 4 <= length; i += 4)
            {
                Vector128<float> value = Vector128.Load(x + i);
                lower = Vector128.ConditionalSelect(Vector128.LessThan(value, lower), value, lower);
                upper = Vector128.ConditionalSelect(Vector128.GreaterThan(value, upper), value, upper);
            }

            for (int lane = 0; lane < 4; lane++)
            {
                min = MathF.Min(min, lower[lane]);
                max = MathF.Max(max, upper[lane]);
            }
        }

        for (; i < length; i++)
        {
            min = x[i] < min ? x[i] : min;
            max = x[i] > max ? x[i] : max;
        }

        return (min, max);
    }
}
