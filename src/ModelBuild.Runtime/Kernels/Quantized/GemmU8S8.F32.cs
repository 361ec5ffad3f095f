namespace ModelBuild.Kernels;

/// <content>Results in float.</content>
public static unsafe partial class GemmU8S8
{
    /// <summary>y = activation(fp32(acc) * scales[n] + floatBias[n]); product and sum are each rounded.</summary>
    /// <param name="x">[m][k].</param>
    /// <param name="w">Packed by <see cref="GemmU8S8Packing"/>.</param>
    /// <param name="bias">Per output channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="scales">Per output channel: sx * sw, finite.</param>
    /// <param name="floatBias">Added after scaling, per output channel; empty for none.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="y">[m][n].</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Output columns.</param>
    /// <param name="k">The inner dimension, at least 1.</param>
    /// <param name="xZeroPoint">The zero point of the input, which padding holds.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="alpha">The activation's first literal.</param>
    /// <param name="beta">The activation's second literal.</param>
    /// <exception cref="ArgumentException">A span is too short, or the activation is unknown.</exception>
    public static void ToF32(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> floatBias,
        ReadOnlySpan<int> weightZeroPoints,
        Span<float> y,
        int m,
        int n,
        int k,
        int xZeroPoint,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmU8S8Packing.PackedLength(n, k), nameof(w));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(floatBias.Length, n, nameof(floatBias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, n, nameof(weightZeroPoints));
        Throw.IfShorter(scales.Length, n, nameof(scales));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (float* scalesData = scales)
        fixed (float* floatBiasData = floatBias)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (float* yData = y)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Bias = biasData;
            problem.Scales = scalesData;
            problem.FloatBias = floatBiasData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint;
            var epilogue = new DotToF32(yData, n, activation, alpha, beta);
            DotDriver.Run(&problem, ref epilogue);
        }

        DotToF32.Finish(y[..(m * n)], activation, alpha, beta);
    }
}
