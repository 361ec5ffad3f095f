using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The product of two quantised tensors.</summary>
public static class QuantizedMul
{
    /// <summary>
    /// y = clamp(rne((((a - aZeroPoint) * aScale) * ((b - bZeroPoint) * bScale)) / yScale) + yZeroPoint, 0, 255), every step one fp32 operation with a true division: the bits of DequantizeLinear, Mul and QuantizeLinear.
    /// </summary>
    /// <param name="a">The first operand, <paramref name="length"/> elements.</param>
    /// <param name="b">The second operand: <paramref name="bLength"/> elements that repeat along <paramref name="a"/>.</param>
    /// <param name="y">The output, <paramref name="length"/> elements; may be <paramref name="a"/>.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="bLength">Equal to <paramref name="length"/>, 1 (a scalar), or the length of the last axis (one value per channel); divides <paramref name="length"/>.</param>
    /// <param name="aScale">The scale of a.</param>
    /// <param name="aZeroPoint">The zero point of a.</param>
    /// <param name="bScale">The scale of b.</param>
    /// <param name="bZeroPoint">The zero point of b.</param>
    /// <param name="yScale">The scale of y, above 0.</param>
    /// <param name="yZeroPoint">The zero point of y, 0 to 255.</param>
    /// <exception cref="ArgumentException">A span is too short, or the lengths do not fit.</exception>
    public static void Run(
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b,
        Span<byte> y,
        int length,
        int bLength,
        float aScale,
        int aZeroPoint,
        float bScale,
        int bZeroPoint,
        float yScale,
        int yZeroPoint) =>
        new QuantizedBinary<Operator>(aScale, aZeroPoint, bScale, bZeroPoint, yScale, yZeroPoint).Run(a, b, y, length, bLength);

    private readonly struct Operator : IQuantizedBinary
    {
        public static bool IsSum => false;

        public static float Apply(float a, float b) => a * b;

        public static Vector128<float> Apply(Vector128<float> a, Vector128<float> b) => a * b;

        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a * b;

        public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a * b;
    }
}
