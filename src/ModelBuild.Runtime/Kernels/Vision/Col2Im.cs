using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Adds blocks to the images that they were cut from (ONNX Col2Im 18).</summary>
public static class Col2Im
{
    /// <summary>Adds each element of each block where it lies in the image; what falls into the padding is dropped.</summary>
    /// <param name="x">The blocks [planes, elements of a block, blocks].</param>
    /// <param name="y">The images [planes, image].</param>
    /// <param name="planes">The number of images times that of channels.</param>
    /// <param name="image">The sizes of an image.</param>
    /// <param name="block">The sizes of a block.</param>
    /// <param name="counts">The number of blocks along each axis.</param>
    /// <param name="strides">The steps from a block to the next.</param>
    /// <param name="pads">The padding before each axis.</param>
    /// <param name="dilations">The steps from an element of a block to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<T> x, Span<T> y, int planes, ReadOnlySpan<int> image, ReadOnlySpan<int> block, ReadOnlySpan<int> counts, ReadOnlySpan<int> strides, ReadOnlySpan<int> pads,
        ReadOnlySpan<int> dilations)
        where T : unmanaged, INumber<T>
    {
        int imageLength = Product(image);
        int blockLength = Product(block);
        int blocks = Product(counts);
        Throw.IfShorter(x.Length, (long)planes * blockLength * blocks, nameof(x));
        Throw.IfShorter(y.Length, (long)planes * imageLength, nameof(y));
        y[..(planes * imageLength)].Clear();
        for (int element = 0; element < blockLength; element++)
        {
            for (int b = 0; b < blocks; b++)
            {
                int target = Target(element, b, image, block, counts, strides, pads, dilations);
                for (int plane = 0; target >= 0 && plane < planes; plane++)
                {
                    y[(plane * imageLength) + target] += x[(((plane * blockLength) + element) * blocks) + b];
                }
            }
        }
    }

    /// <summary>Where an element of a block lies in the image; -1 in the padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Target(
        int element, int index, ReadOnlySpan<int> image, ReadOnlySpan<int> block, ReadOnlySpan<int> counts, ReadOnlySpan<int> strides, ReadOnlySpan<int> pads, ReadOnlySpan<int> dilations)
    {
        int target = 0;
        int stride = 1;
        for (int axis = image.Length - 1; axis >= 0; axis--)
        {
            int at = (index % counts[axis] * strides[axis]) + (element % block[axis] * dilations[axis]) - pads[axis];
            if ((uint)at >= (uint)image[axis])
            {
                return -1;
            }

            target += at * stride;
            stride *= image[axis];
            index /= counts[axis];
            element /= block[axis];
        }

        return target;
    }

    private static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
        {
            product = checked(product * size);
        }

        return product;
    }
}
