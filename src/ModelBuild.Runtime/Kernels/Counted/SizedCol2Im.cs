using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Adds blocks to images whose sizes a call gives (ONNX Col2Im 18).</summary>
public static class SizedCol2Im
{
    /// <summary>The number of channels of the image.</summary>
    /// <param name="image">The sizes of the image.</param>
    /// <param name="block">The sizes of a block, as many.</param>
    /// <param name="channels">The elements of the middle axis of the operand: channels times elements of a block.</param>
    /// <param name="blocks">The number of blocks.</param>
    /// <param name="strides">The steps from a block to the next.</param>
    /// <param name="pads">The padding before all axes, then that behind them.</param>
    /// <param name="dilations">The steps from an element of a block to the next.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the operand.</exception>
    public static long Count<TIndex>(
        ReadOnlySpan<TIndex> image, ReadOnlySpan<TIndex> block, int channels, int blocks, ReadOnlySpan<int> strides, ReadOnlySpan<int> pads, ReadOnlySpan<int> dilations)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Span<int> counts = stackalloc int[StridedCopy.MaxRank];
        Span<int> sizes = stackalloc int[StridedCopy.MaxRank];
        if (Resolve(image, block, channels, blocks, strides, pads, dilations, sizes, counts, out long result) is { } fault)
        {
            Throw.Argument($"Col2Im: {fault}.", nameof(image));
        }

        return result;
    }

    /// <summary>Adds each element of each block where it lies in the image; what falls into the padding is dropped.</summary>
    /// <param name="x">The blocks [batch, channels, blocks].</param>
    /// <param name="y">The images [batch, outChannels, outImage]; of no meaning where these are not the sizes that are given.</param>
    /// <param name="image">As for <see cref="Count"/>.</param>
    /// <param name="block">As for <see cref="Count"/>.</param>
    /// <param name="channels">As for <see cref="Count"/>.</param>
    /// <param name="blocks">As for <see cref="Count"/>.</param>
    /// <param name="strides">As for <see cref="Count"/>.</param>
    /// <param name="pads">As for <see cref="Count"/>.</param>
    /// <param name="dilations">As for <see cref="Count"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="outChannels">The channels of <paramref name="y"/>.</param>
    /// <param name="outImage">The sizes of an image in <paramref name="y"/>.</param>
    public static void Run<T, TIndex>(
        ReadOnlySpan<T> x,
        Span<T> y,
        ReadOnlySpan<TIndex> image,
        ReadOnlySpan<TIndex> block,
        int channels,
        int blocks,
        ReadOnlySpan<int> strides,
        ReadOnlySpan<int> pads,
        ReadOnlySpan<int> dilations,
        int batch,
        int outChannels,
        ReadOnlySpan<int> outImage)
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Span<int> counts = stackalloc int[StridedCopy.MaxRank];
        Span<int> sizes = stackalloc int[StridedCopy.MaxRank];
        bool fits = Resolve(image, block, channels, blocks, strides, pads, dilations, sizes, counts, out long given) is null && given == outChannels && outImage.Length == image.Length;
        for (int axis = 0; fits && axis < image.Length; axis++)
        {
            fits = long.CreateSaturating(image[axis]) == outImage[axis];
        }

        if (fits)
        {
            Col2Im.Run(x, y, batch * outChannels, outImage, sizes[..outImage.Length], counts[..outImage.Length], strides, pads[..outImage.Length], dilations);
        }
        else
        {
            Counts.Repeat(x, y);
        }
    }

    /// <returns>What does not fit, or null.</returns>
    private static string? Resolve<TIndex>(
        ReadOnlySpan<TIndex> image,
        ReadOnlySpan<TIndex> block,
        int channels,
        int blocks,
        ReadOnlySpan<int> strides,
        ReadOnlySpan<int> pads,
        ReadOnlySpan<int> dilations,
        Span<int> sizes,
        Span<int> counts,
        out long outChannels)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        int axes = strides.Length;
        Throw.IfShorter(image.Length, axes, nameof(image));
        Throw.IfShorter(block.Length, axes, nameof(block));
        Throw.IfShorter(pads.Length, 2L * axes, nameof(pads));
        Throw.IfShorter(dilations.Length, axes, nameof(dilations));
        StridedCopy.CheckRank(axes, axes, nameof(strides));
        outChannels = 0;
        long elements = 1;
        long all = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            long size = long.CreateSaturating(block[axis]);
            long padded = long.CreateSaturating(image[axis]) + pads[axis] + pads[axis + axes];
            if (size < 1 || size > channels || image[axis] < TIndex.One || padded - 1 < (size - 1) * dilations[axis])
            {
                return $"a block of {size} does not fit an axis of {image[axis]} elements";
            }

            sizes[axis] = (int)size;
            counts[axis] = (int)Math.Min(int.MaxValue, ((padded - 1 - ((size - 1) * dilations[axis])) / strides[axis]) + 1);
            elements = Math.Min(int.MaxValue, elements * size);
            all = Math.Min(int.MaxValue, all * counts[axis]);
        }

        if (channels % elements != 0 || all != blocks)
        {
            return $"{channels} rows of {blocks} columns are not {all} blocks of {elements} elements";
        }

        outChannels = channels / elements;
        return null;
    }
}
