namespace ModelBuild.Kernels;

/// <content>Results in float.</content>
public static unsafe partial class DepthwiseConvU8S8
{
    /// <summary>y = activation(fp32(acc) * scales[c] + floatBias[c]); product and sum are each rounded.</summary>
    /// <param name="x">[batch][inH][inW][channels].</param>
    /// <param name="w">Packed by <see cref="DepthwiseConvU8S8Packing"/>: [kernelH * kernelW][channels].</param>
    /// <param name="bias">Per channel, with the input zero point folded in: <c>bias - xZeroPoint * sum(w)</c>; empty for none.</param>
    /// <param name="scales">Per channel: sx * sw, finite.</param>
    /// <param name="floatBias">Added after scaling, per channel; empty for none.</param>
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
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(w.Length, (long)kernelH * kernelW * channels, nameof(w));
        Throw.IfPresentAndShorter(bias.Length, channels, nameof(bias));
        Throw.IfShorter(scales.Length, channels, nameof(scales));
        Throw.IfPresentAndShorter(weightZeroPoints.Length, channels, nameof(weightZeroPoints));
        Throw.IfPresentAndShorter(floatBias.Length, channels, nameof(floatBias));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (byte* xData = x)
        fixed (sbyte* wData = w)
        fixed (int* biasData = bias)
        fixed (float* scalesData = scales)
        fixed (int* weightZeroPointsData = weightZeroPoints)
        fixed (float* floatBiasData = floatBias)
        fixed (float* yData = y)
        {
            var problem = new DepthwiseProblem
            {
                X = xData,
                W = wData,
                Bias = biasData,
                Scales = scalesData,
                WeightZeroPoints = weightZeroPointsData,
                FloatBias = floatBiasData,
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
            var epilogue = new DotToF32(yData, channels, activation, alpha, beta);
            DepthwiseDriver.Run(&problem, ref epilogue);
        }

        DotToF32.Finish(y[..(batch * outH * outW * channels)], activation, alpha, beta);
    }
}
