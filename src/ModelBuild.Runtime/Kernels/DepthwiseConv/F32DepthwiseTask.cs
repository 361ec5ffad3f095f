using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>What all lines of one depthwise convolution share. Strides are in elements.</summary>
internal struct F32DepthwiseTask
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

    /// <summary>The lower bound of the result; minus infinity for none.</summary>
    internal float Min;

    /// <summary>The upper bound of the result; infinity for none.</summary>
    internal float Max;

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
