using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Matrix product of unsigned bytes with packed signed bytes: acc = bias[n] + sum(x * w), accumulated in 32 bits. The integers are the same on every machine.
/// </summary>
public static unsafe partial class GemmU8S8
{
    /// <summary>y = clamp(rne(fp32(acc) * scales[n]) + yZeroPoint, yMin, yMax): the bits of DequantizeLinear, the layer and QuantizeLinear with one float rounding.</summary>
    /// <param name="x">[m][k].</param>
    /// <param name="w">Packed by <see cref="GemmU8S8Packing"/>.</param>
    /// <param name="bias">Per output channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="scales">Per output channel: sx * sw / sy, finite.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="y">[m][n].</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Output columns.</param>
    /// <param name="k">The inner dimension, at least 1.</param>
    /// <param name="xZeroPoint">The zero point of the input, which padding holds.</param>
    /// <param name="yZeroPoint">The zero point of the output.</param>
    /// <param name="yMin">The smallest output, 0 to 255.</param>
    /// <param name="yMax">The largest output, 0 to 255.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToU8(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<int> weightZeroPoints,
        Span<byte> y,
        int m,
        int n,
        int k,
        int xZeroPoint,
        int yZeroPoint,
        int yMin,
        int yMax)
    {
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmU8S8Packing.PackedLength(n, k), nameof(w));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, n, nameof(weightZeroPoints));
        Throw.IfShorter(scales.Length, n, nameof(scales));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (float* scalesData = scales)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (byte* yData = y)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Bias = biasData;
            problem.Scales = scalesData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint;
            var epilogue = new DotToU8(yData, n, yZeroPoint, yMin, yMax);
            DotDriver.Run(&problem, ref epilogue);
        }
    }

    /// <summary>y = acc, modulo 2^32 (MatMulInteger).</summary>
    /// <param name="x">[m][k].</param>
    /// <param name="w">Packed by <see cref="GemmU8S8Packing"/>.</param>
    /// <param name="bias">Per output channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="y">[m][n].</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Output columns.</param>
    /// <param name="k">The inner dimension, at least 1.</param>
    /// <param name="xZeroPoint">The zero point of the input, which padding holds.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToS32(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<int> weightZeroPoints,
        Span<int> y,
        int m,
        int n,
        int k,
        int xZeroPoint)
    {
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmU8S8Packing.PackedLength(n, k), nameof(w));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, n, nameof(weightZeroPoints));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (int* yData = y)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Bias = biasData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint;
            var epilogue = new DotToS32(yData, n);
            DotDriver.Run(&problem, ref epilogue);
        }
    }
}
