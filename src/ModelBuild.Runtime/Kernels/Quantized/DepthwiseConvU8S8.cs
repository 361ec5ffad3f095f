namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise 2-D convolution (one filter per channel) of unsigned bytes (NHWC) with signed bytes: acc = bias[c] + sum(x * w), where padding holds the input's zero point,
/// accumulated in 32 bits. The integers are the same on every machine.
/// </summary>
public static unsafe partial class DepthwiseConvU8S8
{
    /// <summary>y = clamp(rne(fp32(acc) * scales[c]) + yZeroPoint, yMin, yMax).</summary>
    /// <param name="x">[batch][inH][inW][channels].</param>
    /// <param name="w">Packed by <see cref="DepthwiseConvU8S8Packing"/>: [kernelH * kernelW][channels].</param>
    /// <param name="bias">Per channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="scales">Per channel: sx * sw / sy, finite.</param>
    /// <param name="weightZeroPoints">Per channel; empty where all are 0.</param>
    /// <param name="y">[batch][outH][outW][channels].</param>
    /// <param name="batch">Images.</param>
    /// <param name="inH">Input height.</param>
    /// <param name="inW">Input width.</param>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="outH">Output height.</param>
    /// <param name="outW">Output width.</param>
    /// <param name="kernelH">Kernel height.</param>
    /// <param name="kernelW">Kernel width.</param>
    /// <param name="strideH">Vertical stride.</param>
    /// <param name="strideW">Horizontal stride.</param>
    /// <param name="padTop">Padding above.</param>
    /// <param name="padLeft">Padding at the left.</param>
    /// <param name="dilationH">Vertical dilation.</param>
    /// <param name="dilationW">Horizontal dilation.</param>
    /// <param name="xZeroPoint">The zero point of the input, which padding holds.</param>
    /// <param name="yZeroPoint">The zero point of the output.</param>
    /// <param name="yMin">The smallest output, 0 to 255.</param>
    /// <param name="yMax">The largest output, 0 to 255.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ToU8(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<int> weightZeroPoints,
        Span<byte> y,
        int batch,
        int inH,
        int inW,
        int channels,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int xZeroPoint,
        int yZeroPoint,
        int yMin,
        int yMax)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(w.Length, (long)kernelH * kernelW * channels, nameof(w));
        Throw.IfPresentAndShorter(bias.Length, channels, nameof(bias));
        Throw.IfShorter(scales.Length, channels, nameof(scales));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, channels, nameof(weightZeroPoints));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (float* scalesData = scales)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (byte* yData = y)
        {
            var problem = new DepthwiseProblem
            {
                X = xData,
                W = wData,
                Bias = biasData,
                Scales = scalesData,
                WeightZeroPoints = weightZeroPointsData,
                Batch = batch,
                InH = inH,
                InW = inW,
                Channels = channels,
                OutH = outH,
                OutW = outW,
                KernelH = kernelH,
                KernelW = kernelW,
                StrideH = strideH,
                StrideW = strideW,
                PadTop = padTop,
                PadLeft = padLeft,
                DilationH = dilationH,
                DilationW = dilationW,
                XZeroPoint = xZeroPoint,
            };
            var epilogue = new DotToU8(yData, channels, yZeroPoint, yMin, yMax);
            DepthwiseDriver.Run(&problem, ref epilogue);
        }
    }

    /// <summary>y = acc, modulo 2^32.</summary>
    /// <param name="x">[batch][inH][inW][channels].</param>
    /// <param name="w">Packed by <see cref="DepthwiseConvU8S8Packing"/>: [kernelH * kernelW][channels].</param>
    /// <param name="bias">Per channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="y">[batch][outH][outW][channels].</param>
    /// <param name="batch">Images.</param>
    /// <param name="inH">Input height.</param>
    /// <param name="inW">Input width.</param>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="outH">Output height.</param>
    /// <param name="outW">Output width.</param>
    /// <param name="kernelH">Kernel height.</param>
    /// <param name="kernelW">Kernel width.</param>
    /// <param name="strideH">Vertical stride.</param>
    /// <param name="strideW">Horizontal stride.</param>
    /// <param name="padTop">Padding above.</param>
    /// <param name="padLeft">Padding at the left.</param>
    /// <param name="dilationH">Vertical dilation.</param>
    /// <param name="dilationW">Horizontal dilation.</param>
    /// <param name="xZeroPoint">The zero point of the input, which padding holds.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ToS32(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<sbyte> w,
        ReadOnlySpan<int> bias,
        Span<int> y,
        int batch,
        int inH,
        int inW,
        int channels,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int xZeroPoint)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(w.Length, (long)kernelH * kernelW * channels, nameof(w));
        Throw.IfPresentAndShorter(bias.Length, channels, nameof(bias));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (int* yData = y)
        {
            var problem = new DepthwiseProblem
            {
                X = xData,
                W = wData,
                Bias = biasData,
                Batch = batch,
                InH = inH,
                InW = inW,
                Channels = channels,
                OutH = outH,
                OutW = outW,
                KernelH = kernelH,
                KernelW = kernelW,
                StrideH = strideH,
                StrideW = strideW,
                PadTop = padTop,
                PadLeft = padLeft,
                DilationH = dilationH,
                DilationW = dilationW,
                XZeroPoint = xZeroPoint,
            };
            var epilogue = new DotToS32(yData, channels);
            DepthwiseDriver.Run(&problem, ref epilogue);
        }
    }
}
