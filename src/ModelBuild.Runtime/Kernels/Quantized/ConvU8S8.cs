using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// 2-D convolution of unsigned bytes (NHWC) with packed signed bytes: acc = bias[n] + sum(x * w) over the window, where padding holds the input's zero point,
/// accumulated in 32 bits. The integers are the same on every machine.
/// </summary>
public static unsafe partial class ConvU8S8
{
    /// <summary>y = clamp(rne(fp32(acc) * scales[n]) + yZeroPoint, yMin, yMax): the bits of DequantizeLinear, the layer and QuantizeLinear with one float rounding.</summary>
    /// <param name="x">[batch][inH][inW][inC].</param>
    /// <param name="w">Packed by <see cref="ConvU8S8Packing"/>.</param>
    /// <param name="bias">Per output channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="scales">Per output channel: sx * sw / sy, finite.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
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
        int xZeroPoint,
        int yZeroPoint,
        int yMin,
        int yMax)
    {
        var shape = new ConvShape(batch, inH, inW, inC, outH, outW, outC, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, groups);
        Throw.IfShorter(x.Length, shape.InputLength, nameof(x));
        Throw.IfShorter(w.Length, shape.WeightsLength, nameof(w));
        Throw.IfShorter(y.Length, shape.OutputLength, nameof(y));
        Throw.IfShorter(scratch.Length, shape.ScratchLength, nameof(scratch));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, outC, nameof(weightZeroPoints));
        Throw.IfShorter(scales.Length, outC, nameof(scales));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (float* scalesData = scales)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (byte* yData = y)
        fixed (byte* scratchData = scratch)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.Bias = biasData;
            problem.Scales = scalesData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint;
            var epilogue = new DotToU8(yData, outC, yZeroPoint, yMin, yMax);
            Run(in shape, &problem, ref epilogue, scratchData);
        }
    }

    /// <summary>y = acc, modulo 2^32 (ConvInteger).</summary>
    /// <param name="x">[batch][inH][inW][inC].</param>
    /// <param name="w">Packed by <see cref="ConvU8S8Packing"/>.</param>
    /// <param name="bias">Per output channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="weightZeroPoints">Per output channel; empty where all are zero. Subtracts <c>wz * (sum(x) - k * xZeroPoint)</c>, the sum over the row or window.</param>
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
        int xZeroPoint)
    {
        var shape = new ConvShape(batch, inH, inW, inC, outH, outW, outC, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, groups);
        Throw.IfShorter(x.Length, shape.InputLength, nameof(x));
        Throw.IfShorter(w.Length, shape.WeightsLength, nameof(w));
        Throw.IfShorter(y.Length, shape.OutputLength, nameof(y));
        Throw.IfShorter(scratch.Length, shape.ScratchLength, nameof(scratch));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, outC, nameof(weightZeroPoints));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (int* yData = y)
        fixed (byte* scratchData = scratch)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.Bias = biasData;
            problem.WeightZeroPoints = weightZeroPointsData;
            problem.XZeroPoint = xZeroPoint;
            var epilogue = new DotToS32(yData, outC);
            Run(in shape, &problem, ref epilogue, scratchData);
        }
    }

    /// <summary>The number of bytes of scratch that an entry needs: one padded image, or 0 where no window leaves the input.</summary>
    public static int ScratchLength(
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW) =>
        new ConvShape(1, inH, inW, inC, outH, outW, 1, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, 1).ScratchLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TEpilogue>(in ConvShape shape, DotProblem* problem, ref TEpilogue epilogue, byte* scratch)
        where TEpilogue : struct, IDotEpilogue
    {
        if (!shape.IsPadded)
        {
            RunGroups(in shape, problem, ref epilogue);
            return;
        }

        byte* x = problem->X;
        problem->Images = 1;
        problem->XEnd = scratch + shape.ScratchLength;
        for (int image = 0; image < shape.Batch; image++)
        {
            shape.CopyPadded(x + (image * shape.ImageLength), scratch, (byte)problem->XZeroPoint);
            problem->X = scratch;
            problem->FirstRow = (nint)image * shape.OutH * shape.OutW;
            RunGroups(in shape, problem, ref epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunGroups<TEpilogue>(in ConvShape shape, DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if (shape.Groups == 1)
        {
            DotDriver.Run(problem, ref epilogue);
            return;
        }

        nint panels = (nint)DotPanel.Count(problem->N) * DotPanel.Length(problem->Runs.Count, problem->Runs.Length);
        for (int group = 0; group < shape.Groups; group++)
        {
            int channel = group * problem->N;
            DotProblem part = *problem;
            part.X += group * (shape.InC / shape.Groups);
            part.W += group * panels;
            part.FirstColumn = channel;
            part.Bias = part.Bias == null ? null : part.Bias + channel;
            part.Scales = part.Scales == null ? null : part.Scales + channel;
            part.FloatBias = part.FloatBias == null ? null : part.FloatBias + channel;
            part.ColumnSums = part.ColumnSums == null ? null : part.ColumnSums + channel;
            part.WeightZeroPoints = part.WeightZeroPoints == null ? null : part.WeightZeroPoints + channel;
            DotDriver.Run(&part, ref epilogue);
        }
    }
}
