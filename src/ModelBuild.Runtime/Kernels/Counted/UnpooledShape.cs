using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>The shape of an unpooled image (ONNX MaxUnpool 22) that a call gives.</summary>
public static class UnpooledShape
{
    /// <summary>The size of an axis.</summary>
    /// <param name="shape">The whole shape.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="axis">Which axis.</param>
    /// <param name="least">What the indices need.</param>
    /// <exception cref="ArgumentException">It is too small, or the images or channels are others.</exception>
    public static long Count<TIndex>(ReadOnlySpan<TIndex> shape, int batch, int channels, int axis, int least)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(shape.Length, axis + 1L, nameof(shape));
        long images = long.CreateSaturating(shape[0]);
        long planes = long.CreateSaturating(shape[1]);
        if (images != batch || planes != channels)
        {
            Throw.Argument($"MaxUnpool: the shape has {images} images of {planes} channels, the operand {batch} of {channels}.", nameof(shape));
        }

        long size = long.CreateSaturating(shape[axis]);
        if (size < least)
        {
            Throw.Argument($"MaxUnpool: a size is {size}, and must be at least {least}.", nameof(shape));
        }

        return size;
    }
}
