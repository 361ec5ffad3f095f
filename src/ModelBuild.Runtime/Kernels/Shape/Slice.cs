using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Strided sub-tensors (ONNX Slice 13, Expand 13, Tile 13).</summary>
public static unsafe class Slice
{
    /// <summary>y[i_0, i_1, ...] = x[starts[0] + i_0 * steps[0], ...]; a step may be negative.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>.</param>
    /// <param name="starts">The first index per axis, inside of the axis.</param>
    /// <param name="steps">The distance of indices per axis.</param>
    /// <param name="outShape">The shape of <paramref name="y"/>.</param>
    /// <exception cref="ArgumentException">An index leaves its axis, or a span is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> starts, ReadOnlySpan<int> steps, ReadOnlySpan<int> outShape)
        where T : unmanaged
    {
        int rank = shape.Length;
        StridedCopy.CheckRank(rank, starts.Length, nameof(starts));
        StridedCopy.CheckRank(rank, steps.Length, nameof(steps));
        StridedCopy.CheckRank(rank, outShape.Length, nameof(outShape));
        Span<long> strides = stackalloc long[StridedCopy.MaxRank];
        Throw.IfShorter(y.Length, StridedCopy.DenseStrides(outShape, strides), nameof(y));
        Throw.IfShorter(x.Length, StridedCopy.DenseStrides(shape, strides), nameof(x));
        long offset = 0;
        for (int axis = 0; axis < rank; axis++)
        {
            if (outShape[axis] == 0)
            {
                return;
            }

            long last = starts[axis] + ((outShape[axis] - 1L) * steps[axis]);
            if ((uint)starts[axis] >= (uint)shape[axis] || last < 0 || last >= shape[axis])
            {
                Throw.Argument("The slice leaves the tensor.", nameof(starts));
            }

            offset += starts[axis] * strides[axis];
            strides[axis] *= steps[axis];
        }

        fixed (T* px = x)
        fixed (T* py = y)
        {
            StridedCopy.Gather(px + offset, py, outShape, strides[..rank]);
        }
    }

    /// <summary>Repeats axes of length 1 (Expand); <paramref name="xStrides"/> is 0 along a repeated axis.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="y"/>.</param>
    /// <param name="xStrides">The stride of <paramref name="x"/> per axis of <paramref name="y"/>, not negative.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expand<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> xStrides)
        where T : unmanaged
    {
        StridedCopy.CheckRank(shape.Length, xStrides.Length, nameof(xStrides));
        Span<long> strides = stackalloc long[StridedCopy.MaxRank];
        long count = StridedCopy.DenseStrides(shape, strides);
        Throw.IfShorter(y.Length, count, nameof(y));
        if (count == 0)
        {
            return;
        }

        long required = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (xStrides[axis] < 0)
            {
                Throw.Argument("Strides must not be negative.", nameof(xStrides));
            }

            strides[axis] = xStrides[axis];
            required += (shape[axis] - 1L) * xStrides[axis];
        }

        Throw.IfShorter(x.Length, required, nameof(x));
        fixed (T* px = x)
        fixed (T* py = y)
        {
            StridedCopy.Gather(px, py, shape, strides[..shape.Length]);
        }
    }

    /// <summary>Repeats the whole tensor (Tile). It is an Expand over twice the axes: [repeats[0], shape[0], repeats[1], shape[1], ...].</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>, at most 8 axes.</param>
    /// <param name="repeats">How often each axis is repeated.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> repeats)
        where T : unmanaged
    {
        int rank = shape.Length;
        StridedCopy.CheckRank(2 * rank, 2 * repeats.Length, nameof(repeats));
        Span<int> expanded = stackalloc int[StridedCopy.MaxRank];
        Span<int> strides = stackalloc int[StridedCopy.MaxRank];
        Span<long> dense = stackalloc long[StridedCopy.MaxRank];
        _ = StridedCopy.DenseStrides(shape, dense);
        for (int axis = 0; axis < rank; axis++)
        {
            expanded[2 * axis] = repeats[axis];
            expanded[(2 * axis) + 1] = shape[axis];
            strides[2 * axis] = 0;
            strides[(2 * axis) + 1] = checked((int)dense[axis]);
        }

        Expand(x, y, expanded[..(2 * rank)], strides[..(2 * rank)]);
    }
}
