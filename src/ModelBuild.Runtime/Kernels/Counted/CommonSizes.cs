namespace ModelBuild.Kernels;

/// <summary>Operands that are broadcast, where only the call tells their sizes.</summary>
public static class CommonSizes
{
    /// <summary>The size of an axis of the common shape.</summary>
    /// <param name="sizes">The size of the axis of each operand.</param>
    /// <exception cref="ArgumentException">Two of them differ, and neither is 1.</exception>
    public static long Count(ReadOnlySpan<int> sizes)
    {
        int common = 1;
        foreach (int size in sizes)
        {
            if (size != common && size != 1 && common != 1)
            {
                Throw.Argument($"Sizes of {common} and {size} cannot be broadcast.", nameof(sizes));
            }

            common = common == 1 ? size : common;
        }

        return common;
    }

    /// <summary>Repeats axes of length 1 where the result is longer. A result that is no such repetition is set to 0.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="outShape">The sizes of the result: as many.</param>
    public static void Expand<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> outShape)
        where T : unmanaged
    {
        StridedCopy.CheckRank(shape.Length, outShape.Length, nameof(outShape));
        Span<int> strides = stackalloc int[AxisList.MaxRank];
        strides = strides[..shape.Length];
        int stride = 1;
        bool fits = true;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            fits &= shape[axis] == 1 || shape[axis] == outShape[axis];
            strides[axis] = shape[axis] == 1 ? 0 : stride;
            stride = checked(stride * shape[axis]);
        }

        if (!fits)
        {
            y.Clear();
            return;
        }

        Slice.Expand(x, y, outShape, strides);
    }
}
