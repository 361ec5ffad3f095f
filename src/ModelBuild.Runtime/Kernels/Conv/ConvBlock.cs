using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// A convolution, a depthwise one and a 1x1 one after each other over NHWC, by bands of rows: what lies between them stays in the second-level cache. The
/// results are those of the three kernels alone, to the bit.
/// </summary>
public static unsafe class ConvBlock
{
    /// <summary>Tells the number of scratch elements: the image with its border, the rows of the first result that a band reads, and those of the second.</summary>
    /// <inheritdoc cref="F32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ScratchLength(
        int inH,
        int inW,
        int inC,
        int innerH,
        int innerW,
        int innerC,
        int outW,
        int expandKernelH,
        int expandKernelW,
        int expandStrideH,
        int expandStrideW,
        int expandPadTop,
        int expandPadLeft,
        int neighbours,
        int kernelH,
        int strideH,
        int bandRows) =>
        checked(F32ConvLines.BorderLength(inH, inW, inC, innerH, innerW / neighbours, expandKernelH, expandKernelW, expandStrideH, expandStrideW, expandPadTop, expandPadLeft)
            + (Math.Min(innerH, ConvGeometry.Reach(bandRows, kernelH, strideH, 1)) * innerW * innerC) + (bandRows * outW * innerC));

    /// <summary>Computes y = project(depthwise(expand(x))) + residual, each with bias and activation function; that of the last is applied behind the residual.</summary>
    /// <param name="x">The image, [inH, inW, inC].</param>
    /// <param name="expandW">The weights of the first convolution, packed by <see cref="ConvPacking.Pack"/>.</param>
    /// <param name="expandBias">One value per channel, [innerC * neighbours], or empty.</param>
    /// <param name="depthwiseW">The weights of the second, packed by <see cref="DepthwiseConvPacking.Pack"/>.</param>
    /// <param name="depthwiseBias">One value per channel, [innerC], or empty.</param>
    /// <param name="projectW">The weights of the third, packed by <see cref="ConvPacking.Pack"/>.</param>
    /// <param name="projectBias">One value per channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty.</param>
    /// <param name="y">The result, [outH, outW, outC]; must not overlap <paramref name="x"/>.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="inH">The height of the image.</param>
    /// <param name="inW">The width of the image.</param>
    /// <param name="inC">The channels of the image.</param>
    /// <param name="innerH">The height of the first result.</param>
    /// <param name="innerW">The width of the first result.</param>
    /// <param name="innerC">The channels between the convolutions.</param>
    /// <param name="outH">The height of the result.</param>
    /// <param name="outW">The width of the result.</param>
    /// <param name="outC">The channels of the result.</param>
    /// <param name="expandKernelH">The height of the first kernel.</param>
    /// <param name="expandKernelW">The width of the first kernel.</param>
    /// <param name="expandStrideH">The vertical stride of the first convolution.</param>
    /// <param name="expandStrideW">Its horizontal stride.</param>
    /// <param name="expandPadTop">The zero rows above its image.</param>
    /// <param name="expandPadLeft">The zero columns left of its image.</param>
    /// <param name="neighbours">The columns of its result that its weights compute as channels of one.</param>
    /// <param name="kernelH">The height of the depthwise kernel.</param>
    /// <param name="kernelW">The width of the depthwise kernel.</param>
    /// <param name="strideH">The vertical stride of the depthwise convolution.</param>
    /// <param name="strideW">Its horizontal stride.</param>
    /// <param name="padTop">The zero rows above its image, fewer than those of the kernel.</param>
    /// <param name="padLeft">The zero columns left of its image.</param>
    /// <param name="bandRows">The rows of the result that are computed together, at least 1.</param>
    /// <param name="expandActivation">The function applied to the first result.</param>
    /// <param name="expandAlpha">Its first parameter.</param>
    /// <param name="expandBeta">Its second parameter.</param>
    /// <param name="depthwiseActivation">The function applied to the second result.</param>
    /// <param name="depthwiseAlpha">Its first parameter.</param>
    /// <param name="depthwiseBeta">Its second parameter.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> expandW,
        ReadOnlySpan<float> expandBias,
        ReadOnlySpan<float> depthwiseW,
        ReadOnlySpan<float> depthwiseBias,
        ReadOnlySpan<float> projectW,
        ReadOnlySpan<float> projectBias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        Span<float> scratch,
        int inH,
        int inW,
        int inC,
        int innerH,
        int innerW,
        int innerC,
        int outH,
        int outW,
        int outC,
        int expandKernelH,
        int expandKernelW,
        int expandStrideH,
        int expandStrideW,
        int expandPadTop,
        int expandPadLeft,
        int neighbours,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int bandRows,
        Activation expandActivation,
        float expandAlpha,
        float expandBeta,
        Activation depthwiseActivation,
        float depthwiseAlpha,
        float depthwiseBeta,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfBelow(innerC, 1, nameof(innerC));
        Throw.IfBelow(outC, 1, nameof(outC));
        Throw.IfBelow(bandRows, 1, nameof(bandRows));
        F32ConvLines.Check(x, expandW, expandBias, inH, inW, inC, innerH, innerW, innerC, expandKernelH, expandKernelW, expandStrideH, expandStrideW, expandPadTop, expandPadLeft, neighbours);
        ConvGeometry.CheckWindow(1, innerH, innerW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, 1, 1);
        ConvGeometry.CheckRows(innerH, outH, kernelH, strideH, padTop);
        Throw.IfShorter(depthwiseW.Length, DepthwiseConvPacking.PackedLength(innerC, kernelH, kernelW), nameof(depthwiseW));
        Throw.IfPresentAndShorter(depthwiseBias.Length, innerC, nameof(depthwiseBias));
        Throw.IfShorter(projectW.Length, GemmPacking.PackedLength(outC, innerC), nameof(projectW));
        Throw.IfPresentAndShorter(projectBias.Length, outC, nameof(projectBias));
        Throw.IfShorter(y.Length, (long)outH * outW * outC, nameof(y));
        Throw.IfPresentAndShorter(residual.Length, (long)outH * outW * outC, nameof(residual));
        int scratchLength = ScratchLength(
            inH, inW, inC, innerH, innerW, innerC, outW, expandKernelH, expandKernelW, expandStrideH, expandStrideW, expandPadTop, expandPadLeft, neighbours, kernelH, strideH, bandRows);
        Throw.IfShorter(scratch.Length, scratchLength, nameof(scratch));
        fixed (float* xp = x, expandWp = expandW, expandBiasp = expandBias, depthwiseWp = depthwiseW, depthwiseBiasp = depthwiseBias)
        fixed (float* projectWp = projectW, projectBiasp = projectBias, residualp = residual, yp = y, scratchp = scratch)
        {
            var bands = new RowBands<F32ConvBlockChain>
            {
                Lines = innerH,
                LineLength = innerW * innerC,
                Rows = outH,
                BandRows = bandRows,
                Reach = kernelH,
                Stride = strideH,
                PadTop = padTop,
                MemoryLength = bandRows * outW * innerC,
            };
            float* memory = scratchp;
            bands.Chain = new F32ConvBlockChain
            {
                Expand = F32ConvLines.Of(
                    xp, expandWp, expandBiasp, ref memory, inH, inW, inC, innerH, innerW / neighbours, innerC * neighbours, expandKernelH, expandKernelW, expandStrideH, expandStrideW,
                    expandPadTop, expandPadLeft, expandActivation, expandAlpha, expandBeta),
                DepthwiseW = depthwiseWp,
                DepthwiseBias = depthwiseBiasp,
                ProjectW = projectWp,
                ProjectBias = projectBiasp,
                Residual = residualp,
                Y = yp,
                Depthwise = F32DepthwiseTask.Of(
                    innerH, innerW, innerC, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, 1, 1, depthwiseActivation, depthwiseAlpha, depthwiseBeta),
                DepthwiseActivation = depthwiseActivation,
                DepthwiseAlpha = depthwiseAlpha,
                DepthwiseBeta = depthwiseBeta,
                Project = F32GemmTask.Contiguous(int.MaxValue, outC, innerC, activation, alpha, beta),
            };
            long expandWork = (long)innerH * innerW * innerC * inC * expandKernelH * expandKernelW;
            bands.Run(memory, expandWork + ((long)outH * outW * innerC * ((DepthwiseConv.Cost * kernelH * kernelW) + outC)));
        }
    }
}
