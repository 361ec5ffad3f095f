using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>What all lines of one depthwise convolution share. Strides are in elements.</summary>
internal unsafe struct F32DepthwiseTask
{
    /// <summary>The number of channels: from a pixel to the next, in images, results and weights.</summary>
    internal int Channels;

    /// <summary>The columns of an image.</summary>
    internal int InW;

    /// <summary>The rows of an image.</summary>
    internal int InH;

    /// <summary>The rows of a result.</summary>
    internal int OutH;

    /// <summary>The columns of a result.</summary>
    internal int OutW;

    /// <summary>The rows of the kernel.</summary>
    internal int KernelH;

    /// <summary>The vertical stride in rows.</summary>
    internal int StrideH;

    /// <summary>The vertical dilation in rows.</summary>
    internal int DilationH;

    /// <summary>The zero rows above the image.</summary>
    internal int PadTop;

    /// <summary>The columns of the kernel.</summary>
    internal int KernelW;

    /// <summary>The horizontal stride in columns.</summary>
    internal int StrideW;

    /// <summary>The horizontal dilation in columns.</summary>
    internal int DilationW;

    /// <summary>The zero columns left of the image.</summary>
    internal int PadLeft;

    /// <summary>The first column of the result whose window lies inside the image.</summary>
    internal int InteriorStart;

    /// <summary>The end of the columns whose windows lie inside the image.</summary>
    internal int InteriorEnd;

    /// <summary>The window of the last column reaches out of the image.</summary>
    internal bool HasRightEdge;

    /// <summary>From the window of a column to that of the next.</summary>
    internal nint ColumnStride;

    /// <summary>From a kernel element to the next of its line, in the image.</summary>
    internal nint TapStride;

    /// <summary>From a line of the window to the next, in the image.</summary>
    internal nint LineStride;

    /// <summary>From a row of the image to the next.</summary>
    internal nint ImageStride;

    /// <summary>The elements of the left pad.</summary>
    internal nint LeftOffset;

    /// <summary>Which micro-kernel.</summary>
    internal F32DepthwiseForm Form;

    /// <summary>Whether the kernel that holds the weights in registers computes it; decided for the whole image, as parts of it are summed in the same order.</summary>
    internal bool HoldsWeights;

    /// <summary>The lower bound of the result; minus infinity for none.</summary>
    internal float Min;

    /// <summary>The upper bound of the result; infinity for none.</summary>
    internal float Max;

    /// <summary>Makes the task of a convolution; the parameters are those of <see cref="DepthwiseConv.F32"/>.</summary>
    internal static F32DepthwiseTask Of(
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
        Activation activation,
        float alpha,
        float beta)
    {
        int interiorStart = Math.Min(outW, (padLeft + strideW - 1) / strideW);
        int lastLeft = inW - 1 - ((kernelW - 1) * dilationW) + padLeft;
        int lastColumn = ((outW - 1) * strideW) - padLeft + ((kernelW - 1) * dilationW);
        var task = new F32DepthwiseTask
        {
            Channels = channels,
            InH = inH,
            InW = inW,
            OutH = outH,
            OutW = outW,
            KernelH = kernelH,
            KernelW = kernelW,
            StrideH = strideH,
            StrideW = strideW,
            DilationH = dilationH,
            DilationW = dilationW,
            PadTop = padTop,
            PadLeft = padLeft,
            InteriorStart = interiorStart,
            InteriorEnd = lastLeft < 0 ? interiorStart : Math.Clamp((lastLeft / strideW) + 1, interiorStart, outW),
            HasRightEdge = lastColumn >= inW,
            ColumnStride = (nint)strideW * channels,
            TapStride = (nint)dilationW * channels,
            LineStride = (nint)dilationH * inW * channels,
            ImageStride = (nint)inW * channels,
            LeftOffset = (nint)padLeft * channels,
            Form = (kernelW, strideW, dilationW) switch
            {
                (3, 1 or 2, 1) when padLeft <= 1 && lastColumn <= inW => F32DepthwiseForm.Width3,
                (5, 1, 1) => F32DepthwiseForm.Width5Stride1,
                _ => F32DepthwiseForm.Any,
            },
            Min = activation switch { Activation.Relu => 0f, Activation.Clip => alpha, _ => float.NegativeInfinity },
            Max = activation == Activation.Clip ? beta : float.PositiveInfinity,
        };
        task.HoldsWeights = !Avx512F.IsSupported && F32Depthwise3x3Vector256.Fits(&task);
        return task;
    }

    /// <summary>Tells which columns of the kernel lie inside the image for a column of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly (int From, int To) Taps(int ox) => Inside((ox * StrideW) - PadLeft, InW, KernelW, DilationW);

    /// <summary>Tells which rows of the kernel lie inside the image for a row of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly (int From, int To) Lines(int oy) => Inside((oy * StrideH) - PadTop, InH, KernelH, DilationH);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int From, int To) Inside(int first, int size, int kernel, int dilation)
    {
        if (dilation == 1)
        {
            return (Math.Max(0, -first), Math.Min(kernel, size - first));
        }

        int from = first >= 0 ? 0 : (-first + dilation - 1) / dilation;
        int to = first >= size ? 0 : Math.Min(kernel, ((size - 1 - first) / dilation) + 1);
        return (from, to);
    }
}
