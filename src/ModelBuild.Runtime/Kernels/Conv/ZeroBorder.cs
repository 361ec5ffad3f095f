using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Copies an image between zero borders.</summary>
internal static unsafe class ZeroBorder
{
    /// <summary>Lines of so few elements take longer to call for than to copy.</summary>
    private const int ShortLine = 128;

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
        var copy = new Copied(x, y, inH, inW, channels, width, padTop, padLeft);
        long work = 2L * height * width * channels * sizeof(float);
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, copy, height, 1, work);
        }
        else
        {
            copy.Run(0, height);
        }
    }

    /// <summary>The rows of a copy.</summary>
    private readonly struct Copied(float* x, float* y, int inH, int inW, int channels, int width, int padTop, int padLeft) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            nint step = channels;
            int left = Math.Min(padLeft, width);
            int copied = Math.Min(inW, width - left);
            nint leftElements = left * step;
            nint copiedElements = copied * step;
            nint rightElements = (width - left - copied) * step;
            float* target = y + (first * width * step);
            if (width * step <= ShortLine)
            {
                Clear(target, (end - first) * width * step);
                nint start = Math.Clamp(padTop, first, end);
                nint last = Math.Clamp((nint)padTop + inH, start, end);
                for (nint row = start; row < last; row++)
                {
                    CopyShort(x + ((row - padTop) * inW * step), y + (row * width * step) + leftElements, copiedElements);
                }

                return;
            }

            for (nint row = first; row < end; row++)
            {
                nint source = row - padTop;
                if (source < 0 || source >= inH)
                {
                    Clear(target, width * step);
                    target += width * step;
                    continue;
                }

                Clear(target, leftElements);
                target += leftElements;
                Buffer.MemoryCopy(x + (source * inW * step), target, copiedElements * sizeof(float), copiedElements * sizeof(float));
                target += copiedElements;
                Clear(target, rightElements);
                target += rightElements;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyShort(float* x, float* y, nint count)
        {
            nint i = 0;
            for (; i + 4 <= count; i += 4)
            {
                Vector128.Load(x + i).Store(y + i);
            }

            for (; i < count; i++)
            {
                y[i] = x[i];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Clear(float* y, nint count) => new Span<float>(y, (int)count).Clear();
    }
}
