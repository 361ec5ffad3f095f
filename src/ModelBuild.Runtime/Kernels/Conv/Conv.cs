using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Convolution (ONNX Conv 11) over NHWC: an implicit product, in which the kernelW * inC elements of a window's line are contiguous, so that the depth loop
/// of the GEMM micro-kernel runs kernelH times. Where there are pads, the image is first copied into a zero-bordered one.
/// </summary>
public static unsafe partial class Conv
{
    /// <summary>Tells the number of scratch elements of a convolution: 0 where no window leaves the image.</summary>
    /// <inheritdoc cref="F32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        int dilationW)
    {
        int height = ConvGeometry.Reach(outH, kernelH, strideH, dilationH);
        int width = ConvGeometry.Reach(outW, kernelW, strideW, dilationW);
        return padTop == 0 && padLeft == 0 && height <= inH && width <= inW ? 0 : checked(height * width * inC);
    }

    /// <summary>Computes y = activation(conv(x, w) + bias + residual).</summary>
    /// <param name="x">The images, [batch, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="ConvPacking.Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="inC">The channels of an image.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom is implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right is implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="groups">The number of groups of channels that are convolved apart.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
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
        int groups,
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckGroups(inC, outC, groups);
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        int scratchLength = ScratchLength(inH, inW, inC, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        Throw.IfShorter(x.Length, (long)batch * inH * inW * inC, nameof(x));
        Throw.IfShorter(w.Length, ConvPacking.PackedLength(outC, inC, kernelH, kernelW, groups), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outH * outW * outC, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * outC, nameof(y));
        Throw.IfShorter(scratch.Length, scratchLength, nameof(scratch));
        if (batch == 0)
        {
            return;
        }

        bool padded = scratchLength > 0;
        int height = padded ? ConvGeometry.Reach(outH, kernelH, strideH, dilationH) : inH;
        int width = padded ? ConvGeometry.Reach(outW, kernelW, strideW, dilationW) : inW;
        int inPerGroup = inC / groups;
        int outPerGroup = outC / groups;
        int depth = kernelH * kernelW * inPerGroup;
        int pixels = outH * outW;
        F32GemmTask task = F32ConvGroups.TaskOf(width, inC, outW, outC, kernelH, kernelW, strideH, strideW, dilationH, dilationW, groups, out bool contiguousWindow);
        task.SetActivation(activation, alpha, beta);
        if (task.LineRows == int.MaxValue && height * (long)width * inC == pixels * (long)task.RowStride && !padded)
        {
            // Images follow each other as lines do.
            pixels = checked(pixels * batch);
            batch = 1;
        }

        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y, scratchp = scratch)
        {
            for (int i = 0; i < batch; i++)
            {
                float* image = xp + ((nint)i * inH * inW * inC);
                if (padded)
                {
                    ZeroBorder.Copy(image, scratchp, inH, inW, inC, height, width, padTop, padLeft);
                    image = scratchp;
                }

                nint offset = (nint)i * pixels * outC;
                var products = new F32ConvGroups
                {
                    Task = &task,
                    X = image,
                    W = wp,
                    Bias = biasp,
                    Residual = residualp == null ? null : residualp + offset,
                    Y = yp + offset,
                    Groups = groups,
                    Pixels = pixels,
                    InPerGroup = inPerGroup,
                    OutPerGroup = outPerGroup,
                    Depth = depth,
                    IsContiguous = contiguousWindow,
                };
                products.Run();
            }
        }
    }
}
