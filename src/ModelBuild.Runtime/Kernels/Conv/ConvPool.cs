using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// A convolution and a pool after each other over NHWC, by bands of rows: what lies between them stays in the second-level cache. The results are those of the
/// two kernels alone, to the bit.
/// </summary>
public static unsafe class ConvPool
{
    /// <summary>Tells the number of scratch elements: the image with its border, and the rows of the first result that a band reads.</summary>
    /// <inheritdoc cref="MaxF32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ScratchLength(
        int inH,
        int inW,
        int inC,
        int innerH,
        int innerW,
        int channels,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int neighbours,
        int poolH,
        int poolStrideH,
        int bandRows) =>
        checked(F32ConvLines.BorderLength(inH, inW, inC, innerH, innerW / neighbours, kernelH, kernelW, strideH, strideW, padTop, padLeft)
            + (Math.Min(innerH, ConvGeometry.Reach(bandRows, poolH, poolStrideH, 1)) * innerW * channels));

    /// <summary>Computes y = maxPool(activation(conv(x, w) + bias)).</summary>
    /// <param name="x">The image, [inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="ConvPacking.Pack"/>.</param>
    /// <param name="bias">One value per channel, [channels * neighbours], or empty.</param>
    /// <param name="y">The result, [outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="inH">The height of the image.</param>
    /// <param name="inW">The width of the image.</param>
    /// <param name="inC">The channels of the image.</param>
    /// <param name="innerH">The height of the convolution's result.</param>
    /// <param name="innerW">The width of the convolution's result.</param>
    /// <param name="channels">The channels of both results.</param>
    /// <param name="outH">The height of the result.</param>
    /// <param name="outW">The width of the result.</param>
    /// <param name="kernelH">The height of the kernel.</param>
    /// <param name="kernelW">The width of the kernel.</param>
    /// <param name="strideH">The vertical stride of the convolution.</param>
    /// <param name="strideW">Its horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="neighbours">The columns of the convolution's result that its weights compute as channels of one.</param>
    /// <param name="poolH">The rows of a window of the pool.</param>
    /// <param name="poolW">The columns of a window.</param>
    /// <param name="poolStrideH">The rows from a window to the next.</param>
    /// <param name="poolStrideW">The columns from a window to the next.</param>
    /// <param name="poolPadTop">The rows of padding above, fewer than those of a window.</param>
    /// <param name="poolPadLeft">The columns of padding on the left.</param>
    /// <param name="bandRows">The rows of the result that are computed together, at least 1.</param>
    /// <param name="activation">The function applied to the convolution's result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxF32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        Span<float> y,
        Span<float> scratch,
        int inH,
        int inW,
        int inC,
        int innerH,
        int innerW,
        int channels,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int neighbours,
        int poolH,
        int poolW,
        int poolStrideH,
        int poolStrideW,
        int poolPadTop,
        int poolPadLeft,
        int bandRows,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfBelow(bandRows, 1, nameof(bandRows));
        F32ConvLines.Check(x, w, bias, inH, inW, inC, innerH, innerW, channels, kernelH, kernelW, strideH, strideW, padTop, padLeft, neighbours);
        ConvGeometry.CheckWindow(1, innerH, innerW, outH, outW, poolH, poolW, poolStrideH, poolStrideW, poolPadTop, poolPadLeft, 1, 1);
        ConvGeometry.CheckRows(innerH, outH, poolH, poolStrideH, poolPadTop);
        Throw.IfShorter(y.Length, (long)outH * outW * channels, nameof(y));
        int scratchLength = ScratchLength(inH, inW, inC, innerH, innerW, channels, kernelH, kernelW, strideH, strideW, padTop, padLeft, neighbours, poolH, poolStrideH, bandRows);
        Throw.IfShorter(scratch.Length, scratchLength, nameof(scratch));
        fixed (float* xp = x, wp = w, biasp = bias, yp = y, scratchp = scratch)
        {
            var bands = new RowBands<Chain>
            {
                Lines = innerH,
                LineLength = innerW * channels,
                Rows = outH,
                BandRows = bandRows,
                Reach = poolH,
                Stride = poolStrideH,
                PadTop = poolPadTop,
            };
            float* memory = scratchp;
            bands.Chain = new Chain
            {
                Conv = F32ConvLines.Of(
                    xp, wp, biasp, ref memory, inH, inW, inC, innerH, innerW / neighbours, channels * neighbours, kernelH, kernelW, strideH, strideW, padTop, padLeft, activation, alpha, beta),
                Pool = new MaxPool.Rows<float>
                {
                    Y = yp,
                    InH = innerH,
                    InW = innerW,
                    Channels = channels,
                    OutH = outH,
                    OutW = outW,
                    KernelH = poolH,
                    KernelW = poolW,
                    StrideH = poolStrideH,
                    StrideW = poolStrideW,
                    PadTop = poolPadTop,
                    PadLeft = poolPadLeft,
                    DilationH = 1,
                    DilationW = 1,
                },
            };
            bands.Run(memory, (long)innerH * innerW * channels * inC * kernelH * kernelW);
        }
    }

    private struct Chain : IBandedChain
    {
        public F32ConvLines Conv;
        public MaxPool.Rows<float> Pool;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Inner(int first, int end, float* lines) => Conv.Run(first, end, lines);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Outer(int row, int rows, float* lines, int first, int end, float* memory)
        {
            MaxPool.Rows<float> pool = Pool;
            pool.X = lines - ((nint)first * pool.InW * pool.Channels);
            pool.Run(row, row + rows);
        }
    }
}
