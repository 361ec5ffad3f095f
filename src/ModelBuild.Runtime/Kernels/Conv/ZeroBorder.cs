using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies an image between zero borders.</summary>
internal static unsafe class ZeroBorder
{
    /// <summary>Copies the part of an image that fits into a larger or smaller one, and clears the rest of that.</summary>
    /// <param name="x">The image, [inH, inW, channels].</param>
    /// <param name="y">The result, [height, width, channels].</param>
    /// <param name="inH">The height of the image.</param>
    /// <param name="inW">The width of the image.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The height of the result.</param>
    /// <param name="width">The width of the result.</param>
    /// <param name="padTop">The zero rows above.</param>
    /// <param name="padLeft">The zero columns at the left.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(float* x, float* y, int inH, int inW, int channels, int height, int width, int padTop, int padLeft)
    {
        int left = Math.Min(padLeft, width);
        int copied = Math.Min(inW, width - left);
        nint leftElements = (nint)left * channels;
        nint copiedElements = (nint)copied * channels;
        nint rightElements = (nint)(width - left - copied) * channels;
        for (int row = 0; row < height; row++)
        {
            int source = row - padTop;
            if ((uint)source >= (uint)inH)
            {
                Clear(y, (nint)width * channels);
                y += (nint)width * channels;
                continue;
            }

            Clear(y, leftElements);
            y += leftElements;
            float* line = x + ((nint)source * inW * channels);
            Buffer.MemoryCopy(line, y, copiedElements * sizeof(float), copiedElements * sizeof(float));
            y += copiedElements;
            Clear(y, rightElements);
            y += rightElements;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* y, nint count) => new Span<float>(y, (int)count).Clear();
}
