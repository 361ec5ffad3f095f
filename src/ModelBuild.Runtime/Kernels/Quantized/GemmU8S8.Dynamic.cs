namespace ModelBuild.Kernels;

/// <content>Input scale and zero point known at run time only.</content>
public static unsafe partial class GemmU8S8
{
    /// <summary>y = activation(fp32(acc - xZeroPoint * columnSums[n]) * (xScale * scales[n]) + floatBias[n]): the input scale and zero point are known at run time only.</summary>
    /// <param name="x">[m][k].</param>
    /// <param name="w">Packed by <see cref="GemmU8S8Packing"/>.</param>
    /// <param name="scales">Per output channel: sw, finite.</param>
    /// <param name="floatBias">Added after scaling, per output channel; empty for none.</param>
    /// <param name="columnSums">The sum of the weights per output channel.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="xScale">One value: the scale of the input.</param>
    /// <param name="xZeroPoint">One value: the zero point of the input.</param>
    /// <param name="y">[m][n].</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Output columns.</param>
    /// <param name="k">The inner dimension, at least 1.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="alpha">The activation's first literal.</param>
    /// <param name="beta">The activation's second literal.</param>
    /// <exception cref="ArgumentException">A span is too short, or the activation is unknown.</exception>
    public static void ToF32Dynamic(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> floatBias,
        ReadOnlySpan<int> columnSums,
        ReadOnlySpan<int> weightZeroPoints,
        ReadOnlySpan<float> xScale,
        ReadOnlySpan<byte> xZeroPoint,
        Span<float> y,
        int m,
        int n,
        int k,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmU8S8Packing.PackedLength(n, k), nameof(w));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfPresentAndShorter(floatBias.Length, n, nameof(floatBias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, n, nameof(weightZeroPoints));
        Throw.IfShorter(scales.Length, n, nameof(scales));
        Throw.IfShorter(columnSums.Length, n, nameof(columnSums));
        Throw.IfShorter(xScale.Length, 1, nameof(xScale));
        Throw.IfShorter(xZeroPoint.Length, 1, nameof(xZeroPoint));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (float* scalesData = scales)
        fixed (float* floatBiasData = floatBias)
        fixed (int* columnSumsData = columnSums)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (float* yData = y)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Scales = scalesData;
            problem.FloatBias = floatBiasData;
            problem.ColumnSums = columnSumsData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint[0];
            problem.XScale = xScale[0];
            var epilogue = new DotToF32(yData, n, activation, alpha, beta);
            DotDriver.Run(&problem, ref epilogue);
        }

        DotToF32.Finish(y[..(m * n)], activation, alpha, beta);
    }

    /// <summary>y = acc - xZeroPoint * columnSums[n], modulo 2^32 (MatMulInteger whose zero point is known at run time only).</summary>
    /// <param name="x">[m][k].</param>
    /// <param name="w">Packed by <see cref="GemmU8S8Packing"/>.</param>
    /// <param name="columnSums">The sum of the weights per output channel.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="xZeroPoint">One value: the zero point of the input.</param>
    /// <param name="y">[m][n].</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Output columns.</param>
    /// <param name="k">The inner dimension, at least 1.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ToS32Dynamic(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> columnSums,
        ReadOnlySpan<int> weightZeroPoints,
        ReadOnlySpan<byte> xZeroPoint,
        Span<int> y,
        int m,
        int n,
        int k)
    {
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmU8S8Packing.PackedLength(n, k), nameof(w));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, n, nameof(weightZeroPoints));
        Throw.IfShorter(columnSums.Length, n, nameof(columnSums));
        Throw.IfShorter(xZeroPoint.Length, 1, nameof(xZeroPoint));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* columnSumsData = columnSums)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (int* yData = y)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.ColumnSums = columnSumsData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint[0];
            var epilogue = new DotToS32(yData, n);
            DotDriver.Run(&problem, ref epilogue);
        }
    }
}
