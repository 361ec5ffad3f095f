namespace ModelBuild.Kernels;

/// <summary>
/// Convolution (ONNX Conv 11) from planes [N,C,H,W] of few channels to pixels [N,H,W,C], as the first layer of a network for pictures: vectors hold neighbouring pixels, so that few output
/// channels leave no lane empty, and no copy of the picture with interleaved channels is made. Works by bands of rows that stay in the first-level cache.
/// </summary>
public static unsafe class PlanarConv
{
    /// <summary>The least width of a result: a vector of pixels on every processor.</summary>
    public const int LeastWidth = 16;

    /// <summary>The most weights of an output channel.</summary>
    public const int MostTaps = 1024;

    /// <summary>The elements of a band of the picture: 32 KB.</summary>
    private const int BandElements = 8 * 1024;

    /// <summary>Tells the number of scratch elements of a convolution.</summary>
    /// <inheritdoc cref="F32"/>
    public static int ScratchLength(int inC, int outH, int outW, int kernelH, int kernelW, int strideH, int strideW, int dilationH, int dilationW)
    {
        int line = PlanarLines.LengthOf(outW, kernelW, strideW, dilationW);
        return checked(inC * ConvGeometry.Reach(BandRows(inC * line, outH, kernelH, strideH, dilationH), kernelH, strideH, dilationH) * line);
    }

    /// <summary>Computes y = activation(conv(x, w) + bias).</summary>
    /// <param name="x">The images, [batch, inC, inH, inW].</param>
    /// <param name="w">The weights, packed by <see cref="PlanarConvPacking.Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="y">The result, [batch, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="inC">The channels of an image.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom is implied.</param>
    /// <param name="outW">The width of a result, at least <see cref="LeastWidth"/>; with it the pad at the right is implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        Span<float> y,
        Span<float> scratch,
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
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        Throw.IfBelow(inC, 1, nameof(inC));
        Throw.IfBelow(outC, 1, nameof(outC));
        Throw.IfBelow(outW, LeastWidth, nameof(outW));
        if ((long)inC * kernelH * kernelW > MostTaps)
        {
            TooManyTaps(kernelH, kernelW, inC);
        }

        Throw.IfShorter(x.Length, (long)batch * inC * inH * inW, nameof(x));
        Throw.IfShorter(w.Length, PlanarConvPacking.PackedLength(outC, inC, kernelH, kernelW), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * outC, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(inC, outH, outW, kernelH, kernelW, strideH, strideW, dilationH, dilationW), nameof(scratch));
        F32GemmTask range = F32GemmTask.Contiguous(1, 1, 1, activation, alpha, beta);
        int line = PlanarLines.LengthOf(outW, kernelW, strideW, dilationW);
        fixed (float* xp = x, wp = w, biasp = bias, yp = y, scratchp = scratch)
        {
            var rows = new PlanarConvRows
            {
                Lines = new PlanarLines { X = xp, InH = inH, InW = inW, InC = inC, StrideW = strideW, PadTop = padTop, PadLeft = padLeft, Length = line, Read = PlanarLines.ReadOf(outW, kernelW, strideW, dilationW) },
                W = wp,
                Bias = biasp,
                Y = yp,
                Scratch = scratchp,
                BandRows = BandRows(inC * line, outH, kernelH, strideH, dilationH),
                OutH = outH,
                OutW = outW,
                OutC = outC,
                KernelH = kernelH,
                KernelW = kernelW,
                StrideH = strideH,
                DilationH = dilationH,
                DilationW = dilationW,
                Min = range.Min,
                Max = range.Max,
                Activation = range.Activation,
                Alpha = alpha,
                Beta = beta,
            };
            long work = (long)batch * outH * outW * outC * inC * kernelH * kernelW;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, rows, (nint)batch * outH, 1, work);
            }
            else
            {
                rows.Run(0, (nint)batch * outH);
            }
        }
    }

    /// <summary>Not in the entry, where the JIT would take milliseconds for the message.</summary>
    private static void TooManyTaps(int kernelH, int kernelW, int inC) =>
        Throw.Argument($"A window of {kernelH} x {kernelW} over {inC} channels has more than {MostTaps} elements.", nameof(kernelH));

    /// <summary>The rows of a result whose band of the picture stays in the first-level cache, 1 at least.</summary>
    private static int BandRows(int pictureRow, int outH, int kernelH, int strideH, int dilationH) =>
        Math.Clamp(((BandElements / pictureRow) - ConvGeometry.Reach(1, kernelH, strideH, dilationH)) / strideH, 0, outH - 1) + 1;
}
