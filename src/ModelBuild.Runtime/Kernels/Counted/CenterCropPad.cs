using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Cuts or pads both sides of axes to sizes that a call gives (ONNX CenterCropPad 18).</summary>
public static class CenterCropPad
{
    /// <summary>The size of an axis.</summary>
    /// <param name="sizes">The wanted sizes.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="ArgumentException">It is negative.</exception>
    public static long Count<TIndex>(ReadOnlySpan<TIndex> sizes, int index)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(sizes.Length, index + 1L, nameof(sizes));
        long size = long.CreateSaturating(sizes[index]);
        if (size < 0)
        {
            Throw.Argument($"CenterCropPad: a size is {size}.", nameof(sizes));
        }

        return size;
    }

    /// <summary>Copies the middle of the operand to the middle of the result; the rest is 0.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>.</param>
    /// <param name="outShape">The shape of <paramref name="y"/>, of the same rank.</param>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> outShape)
        where T : unmanaged
    {
        int rank = shape.Length;
        StridedCopy.CheckRank(rank, outShape.Length, nameof(outShape));
        Span<long> from = stackalloc long[StridedCopy.MaxRank];
        Span<long> to = stackalloc long[StridedCopy.MaxRank];
        Throw.IfShorter(x.Length, StridedCopy.DenseStrides(shape, from), nameof(x));
        Throw.IfShorter(y.Length, StridedCopy.DenseStrides(outShape, to), nameof(y));
        y.Clear();
        long source = 0;
        long target = 0;
        long rows = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            int common = Math.Min(shape[axis], outShape[axis]);
            source += (shape[axis] - common) / 2 * from[axis];
            target += (outShape[axis] - common) / 2 * to[axis];
            rows *= axis == rank - 1 ? Math.Min(1, common) : common;
        }

        int length = rank == 0 ? 1 : Math.Min(shape[rank - 1], outShape[rank - 1]);
        Span<int> index = stackalloc int[StridedCopy.MaxRank];
        index.Clear();
        for (long row = 0; row < rows; row++)
        {
            x.Slice((int)source, length).CopyTo(y[(int)target..]);
            for (int axis = rank - 2; axis >= 0; axis--)
            {
                int common = Math.Min(shape[axis], outShape[axis]);
                source += from[axis];
                target += to[axis];
                if (++index[axis] < common)
                {
                    break;
                }

                source -= common * from[axis];
                target -= common * to[axis];
                index[axis] = 0;
            }
        }
    }
}
