namespace ModelBuild.Kernels;

/// <content>Input scale and zero point known at run time only.</content>
public static unsafe partial class ConvU8S8
{
    /// <summary>y = activation(fp32(acc - xZeroPoint * columnSums[n]) * (xScale * scales[n]) + floatBias[n]): the input scale and zero point are known at run time only.</summary>
    /// <param name="x">[batch][inH][inW][inC].</param>
    /// <param name="w">Packed by <see cref="ConvU8S8Packing"/>.</param>
    /// <param name="scales">Per output channel: sw, finite.</param>
    /// <param name="floatBias">Added after scaling, per output channel; empty for none.</param>
    /// <param name="columnSums">The sum of the weights per output channel.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="xScale">One value: the scale of the input.</param>
    /// <param name="xZeroPoint">One value: the zero point of the input.</param>
    /// <param name="y">[batch][outH][outW][outC].</param>
    /// <param name="scratch"><see cref="ScratchLength"/> bytes.</param>
    /// <param name="batch">Images.</param>
    /// <param name="inH">Input height.</param>
    /// <param name="inW">Input width.</param>
    /// <param name="inC">Input channels.</param>
    /// <param name="outH">Output height.</param>
    /// <param name="outW">Output width.</param>
    /// <param name="outC">Output channels.</param>
    /// <param name="kernelH">Kernel height.</param>
    /// <param name="kernelW">Kernel width.</param>
    /// <param name="strideH">Vertical stride.</param>
    /// <param name="strideW">Horizontal stride.</param>
    /// <param name="padTop">Padding above.</param>
    /// <param name="padLeft">Padding at the left.</param>
    /// <param name="dilationH">Vertical dilation.</param>
    /// <param name="dilationW">Horizontal dilation.</param>
    /// <param name="groups">Groups; divides both channel counts.</param>
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
        Span<byte> scratch,
        int batch,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int groups,
        Activation activation,
        float alpha,
        float beta)
    {
        var shape = new ConvShape(batch, inH, inW, inC, outH, outW, outC, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, groups);
        Throw.IfShorter(x.Length, shape.InputLength, nameof(x));
        Throw.IfShorter(w.Length, shape.WeightsLength, nameof(w));
        Throw.IfShorter(y.Length, shape.OutputLength, nameof(y));
        Throw.IfShorter(scratch.Length, shape.ScratchLength, nameof(scratch));
        Throw.IfPresentAndShorter(floatBias.Length, outC, nameof(floatBias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, outC, nameof(weightZeroPoints));
        Throw.IfShorter(scales.Length, outC, nameof(scales));
        Throw.IfShorter(columnSums.Length, outC, nameof(columnSums));
        Throw.IfShorter(xScale.Length, 1, nameof(xScale));
        Throw.IfShorter(xZeroPoint.Length, 1, nameof(xZeroPoint));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (float* scalesData = scales)
        fixed (float* floatBiasData = floatBias)
        fixed (int* columnSumsData = columnSums)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (float* yData = y)
        fixed (byte* scratchData = scratch)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.Scales = scalesData;
            problem.FloatBias = floatBiasData;
            problem.ColumnSums = columnSumsData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint[0];
            problem.XScale = xScale[0];
            var epilogue = new DotToF32(yData, outC, activation, alpha, beta);
            Run(in shape, &problem, ref epilogue, scratchData);
        }

        DotToF32.Finish(y[..(int)shape.OutputLength], activation, alpha, beta);
    }

    /// <summary>y = acc - xZeroPoint * columnSums[n], modulo 2^32 (ConvInteger whose zero point is known at run time only).</summary>
    /// <param name="x">[batch][inH][inW][inC].</param>
    /// <param name="w">Packed by <see cref="ConvU8S8Packing"/>.</param>
    /// <param name="columnSums">The sum of the weights per output channel.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
    /// <param name="xZeroPoint">One value: the zero point of the input.</param>
    /// <param name="y">[batch][outH][outW][outC].</param>
    /// <param name="scratch"><see cref="ScratchLength"/> bytes.</param>
    /// <param name="batch">Images.</param>
    /// <param name="inH">Input height.</param>
    /// <param name="inW">Input width.</param>
    /// <param name="inC">Input channels.</param>
    /// <param name="outH">Output height.</param>
    /// <param name="outW">Output width.</param>
    /// <param name="outC">Output channels.</param>
    /// <param name="kernelH">Kernel height.</param>
    /// <param name="kernelW">Kernel width.</param>
    /// <param name="strideH">Vertical stride.</param>
    /// <param name="strideW">Horizontal stride.</param>
    /// <param name="padTop">Padding above.</param>
    /// <param name="padLeft">Padding at the left.</param>
    /// <param name="dilationH">Vertical dilation.</param>
    /// <param name="dilationW">Horizontal dilation.</param>
    /// <param name="groups">Groups; divides both channel counts.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ToS32Dynamic(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> columnSums,
        ReadOnlySpan<int> weightZeroPoints,
        ReadOnlySpan<byte> xZeroPoint,
        Span<int> y,
        Span<byte> scratch,
        int batch,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int groups)
    {
        var shape = new ConvShape(batch, inH, inW, inC, outH, outW, outC, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, groups);
        Throw.IfShorter(x.Length, shape.InputLength, nameof(x));
        Throw.IfShorter(w.Length, shape.WeightsLength, nameof(w));
        Throw.IfShorter(y.Length, shape.OutputLength, nameof(y));
        Throw.IfShorter(scratch.Length, shape.ScratchLength, nameof(scratch));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, outC, nameof(weightZeroPoints));
        Throw.IfShorter(columnSums.Length, outC, nameof(columnSums));
        Throw.IfShorter(xZeroPoint.Length, 1, nameof(xZeroPoint));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* columnSumsData = columnSums)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (int* yData = y)
        fixed (byte* scratchData = scratch)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.ColumnSums = columnSumsData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint[0];
            var epilogue = new DotToS32(yData, outC);
            Run(in shape, &problem, ref epilogue, scratchData);
        }
    }
}
