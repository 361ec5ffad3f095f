using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Reshape, Squeeze and Unsqueeze by lists of a call: the elements stay, in their order.</summary>
public static class Reshapes
{
    /// <summary>The size of an axis of a reshaped tensor (ONNX Reshape 14).</summary>
    /// <param name="target">The sizes: one may be -1, for what is left; 0 copies, unless told otherwise.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis.</param>
    /// <param name="allowZero">Whether 0 is a size.</param>
    /// <exception cref="ArgumentException">The target does not hold as many elements as the operand.</exception>
    public static long ReshapedSize<TSize>(ReadOnlySpan<TSize> target, ReadOnlySpan<int> shape, int index, bool allowZero)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], target.Length);
        Reshaped(target, shape, allowZero, sizes);
        return sizes[index];
    }

    /// <summary>Refuses a target that does not give the sizes that something else has counted, and so made the result as large.</summary>
    /// <param name="target">As for <see cref="ReshapedSize"/>.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="allowZero">Whether 0 is a size.</param>
    /// <param name="expected">The sizes of the result.</param>
    /// <returns>The number of elements.</returns>
    /// <exception cref="ArgumentException">The target does not hold as many elements as the operand, or its sizes are others.</exception>
    public static long SameReshape<TSize>(ReadOnlySpan<TSize> target, ReadOnlySpan<int> shape, bool allowZero, ReadOnlySpan<int> expected)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], target.Length);
        Reshaped(target, shape, allowZero, sizes);
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] != expected[axis])
            {
                ListedSizes.Refuse("Reshape", "the target", target, "is not that of", expected);
            }
        }

        return ListedSizes.CountOf(sizes);
    }

    /// <summary>Reshapes a tensor.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="target">As for <see cref="ReshapedSize"/>.</param>
    /// <param name="y">The result; what it has beyond the operand is 0.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="allowZero">Whether 0 is a size.</param>
    /// <exception cref="ArgumentException">The target does not hold as many elements as the operand.</exception>
    public static void Reshape<T, TSize>(ReadOnlySpan<T> x, ReadOnlySpan<TSize> target, Span<T> y, ReadOnlySpan<int> shape, bool allowZero)
        where T : unmanaged
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Reshaped(target, shape, allowZero, ListedSizes.Room(stackalloc long[AxisList.MaxRank], target.Length));
        Counts.Take(x, y);
    }

    /// <summary>The size of an axis of a tensor without axes of length 1 (ONNX Squeeze 13).</summary>
    /// <param name="axes">The axes to leave out.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis of the result.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, is named twice or is longer.</exception>
    public static long SqueezedSize<TAxis>(ReadOnlySpan<TAxis> axes, ReadOnlySpan<int> shape, int index)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Span<long> sizes = stackalloc long[AxisList.MaxRank];
        return Squeezed(axes, shape, sizes)[index];
    }

    /// <summary>Leaves out axes of length 1.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="axes">The axes to leave out.</param>
    /// <param name="y">The result; what it has beyond the operand is 0.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, is named twice or is longer.</exception>
    public static void Squeeze<T, TAxis>(ReadOnlySpan<T> x, ReadOnlySpan<TAxis> axes, Span<T> y, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        _ = Squeezed(axes, shape, stackalloc long[AxisList.MaxRank]);
        Counts.Take(x, y);
    }

    /// <summary>The size of an axis of a tensor with axes of length 1 in between (ONNX Unsqueeze 13).</summary>
    /// <param name="axes">The new axes, as numbers of axes of the result.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis of the result.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, or is named twice.</exception>
    public static long UnsqueezedSize<TAxis>(ReadOnlySpan<TAxis> axes, ReadOnlySpan<int> shape, int index)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length + axes.Length);
        Unsqueezed(axes, shape, sizes);
        return sizes[index];
    }

    /// <summary>Puts axes of length 1 in between.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="axes">The new axes, as numbers of axes of the result.</param>
    /// <param name="y">The result; what it has beyond the operand is 0.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, or is named twice.</exception>
    public static void Unsqueeze<T, TAxis>(ReadOnlySpan<T> x, ReadOnlySpan<TAxis> axes, Span<T> y, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Unsqueezed(axes, shape, ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length + axes.Length));
        Counts.Take(x, y);
    }

    private static void Reshaped<TSize>(ReadOnlySpan<TSize> target, ReadOnlySpan<int> shape, bool allowZero, Span<long> sizes)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        // Sizes that are copied stand on both sides, so that what is left is known even where one of them is 0.
        Int128 left = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            bool isCopied = axis < target.Length && TSize.IsZero(target[axis]) && !allowZero;
            left *= isCopied ? 1 : shape[axis];
        }

        Int128 given = 1;
        int free = -1;
        bool fits = true;
        bool hasZero = false;
        for (int axis = 0; axis < target.Length; axis++)
        {
            long size = long.CreateSaturating(target[axis]);
            if (size == 0 && !allowZero)
            {
                fits &= axis < shape.Length;
                sizes[axis] = axis < shape.Length ? shape[axis] : 0;
            }
            else if (size == -1)
            {
                fits &= free < 0;
                free = axis;
            }
            else
            {
                hasZero |= size == 0;
                fits &= size >= 0 && size <= int.MaxValue;
                sizes[axis] = size;

                // Beyond what any tensor holds the product says no more.
                given = given > long.MaxValue ? given : given * Math.Clamp(size, 0, int.MaxValue);
            }
        }

        if (free >= 0)
        {
            fits &= given != 0 && !hasZero && left % Int128.Max(1, given) == 0;
            sizes[free] = (long)(left / Int128.Max(1, given));
        }
        else
        {
            fits &= left == given || (shape.Contains(0) && ListedSizes.CountOf(sizes) == 0);
        }

        if (!fits)
        {
            ListedSizes.Refuse("Reshape", "the target", target, "does not fit", shape);
        }
    }

    private static Span<long> Squeezed<TAxis>(ReadOnlySpan<TAxis> axes, ReadOnlySpan<int> shape, Span<long> sizes)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        StridedCopy.CheckRank(shape.Length, shape.Length, nameof(shape));
        Span<bool> isNamed = stackalloc bool[AxisList.MaxRank];
        AxisList.Mark(axes, isNamed[..shape.Length], "Squeeze");
        int rank = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (!isNamed[axis])
            {
                sizes[rank++] = shape[axis];
            }
            else if (shape[axis] != 1)
            {
                ListedSizes.Refuse("Squeeze", "the axes", axes, "are not all 1 of", shape);
            }
        }

        return sizes[..rank];
    }

    private static void Unsqueezed<TAxis>(ReadOnlySpan<TAxis> axes, ReadOnlySpan<int> shape, Span<long> sizes)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Span<bool> isNamed = stackalloc bool[AxisList.MaxRank];
        AxisList.Mark(axes, isNamed[..sizes.Length], "Unsqueeze");
        int next = 0;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = isNamed[axis] ? 1 : shape[next++];
        }
    }
}
