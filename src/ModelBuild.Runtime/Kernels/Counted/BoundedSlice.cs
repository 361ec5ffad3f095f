using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Slices whose bounds a call gives (ONNX Slice 13).</summary>
public static class BoundedSlice
{
    /// <summary>The number of elements that are taken along one axis.</summary>
    /// <param name="starts">The first index per sliced axis; negative ones count from the end.</param>
    /// <param name="ends">The index behind the last one.</param>
    /// <param name="axes">The sliced axes; absent for the first ones.</param>
    /// <param name="steps">The distances of indices; absent for 1.</param>
    /// <param name="shape">The shape of the operand.</param>
    /// <param name="axis">Which axis.</param>
    /// <exception cref="ArgumentException">The bounds differ in number, a step is 0, or an axis does not exist or is named twice.</exception>
    public static long Count<TIndex>(
        ReadOnlySpan<TIndex> starts, ReadOnlySpan<TIndex> ends, ReadOnlySpan<TIndex> axes, ReadOnlySpan<TIndex> steps, ReadOnlySpan<int> shape, int axis)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Span<int> first = stackalloc int[StridedCopy.MaxRank];
        Span<int> distance = stackalloc int[StridedCopy.MaxRank];
        Span<int> sizes = stackalloc int[StridedCopy.MaxRank];
        if (Resolve(starts, ends, axes, steps, shape, first, distance, sizes) is { } fault)
        {
            Throw.Argument($"Slice: {fault}.", nameof(starts));
        }

        return sizes[axis];
    }

    /// <summary>Copies what lies between the bounds.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; of no meaning where its shape is not the one that the bounds give.</param>
    /// <param name="starts">As for <see cref="Count"/>.</param>
    /// <param name="ends">As for <see cref="Count"/>.</param>
    /// <param name="axes">As for <see cref="Count"/>.</param>
    /// <param name="steps">As for <see cref="Count"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>.</param>
    /// <param name="outShape">The shape of <paramref name="y"/>.</param>
    public static void Run<T, TIndex>(
        ReadOnlySpan<T> x,
        Span<T> y,
        ReadOnlySpan<TIndex> starts,
        ReadOnlySpan<TIndex> ends,
        ReadOnlySpan<TIndex> axes,
        ReadOnlySpan<TIndex> steps,
        ReadOnlySpan<int> shape,
        ReadOnlySpan<int> outShape)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Span<int> first = stackalloc int[StridedCopy.MaxRank];
        Span<int> distance = stackalloc int[StridedCopy.MaxRank];
        Span<int> sizes = stackalloc int[StridedCopy.MaxRank];
        if (Resolve(starts, ends, axes, steps, shape, first, distance, sizes) is null && outShape.SequenceEqual(sizes[..shape.Length]))
        {
            Slice.Run(x, y, shape, first[..shape.Length], distance[..shape.Length], outShape);
        }
        else
        {
            Counts.Repeat(x, y);
        }
    }

    /// <returns>What is wrong with the bounds, or null.</returns>
    private static string? Resolve<TIndex>(
        ReadOnlySpan<TIndex> starts,
        ReadOnlySpan<TIndex> ends,
        ReadOnlySpan<TIndex> axes,
        ReadOnlySpan<TIndex> steps,
        ReadOnlySpan<int> shape,
        Span<int> first,
        Span<int> distance,
        Span<int> sizes)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        StridedCopy.CheckRank(shape.Length, shape.Length, nameof(shape));
        bool fits = ends.Length == starts.Length && (axes.IsEmpty || axes.Length == starts.Length) && (steps.IsEmpty || steps.Length == starts.Length) && starts.Length <= shape.Length;
        if (!fits)
        {
            return $"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps do not fit a tensor of rank {shape.Length}";
        }

        shape.CopyTo(sizes);
        first.Clear();
        distance.Fill(1);
        int named = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            long wanted = axes.IsEmpty ? i : long.CreateSaturating(axes[i]);
            if (wanted < -shape.Length || wanted >= shape.Length)
            {
                return $"a tensor of rank {shape.Length} has no axis {wanted}";
            }

            int axis = (int)(wanted < 0 ? wanted + shape.Length : wanted);
            if ((named & (1 << axis)) != 0)
            {
                return $"the axis {axis} is named twice";
            }

            named |= 1 << axis;

            // Steps beyond the axis take one element; the bound keeps the arithmetic within 64 bits.
            long step = steps.IsEmpty ? 1 : Math.Clamp(long.CreateSaturating(steps[i]), -int.MaxValue, int.MaxValue);
            if (step == 0)
            {
                return "a step is 0";
            }

            long length = shape[axis];
            long start = long.CreateSaturating(starts[i]);
            long end = long.CreateSaturating(ends[i]);
            start = start < 0 ? start + length : start;
            end = end < 0 ? end + length : end;
            start = step > 0 ? Math.Clamp(start, 0, length) : Math.Clamp(start, 0, Math.Max(0, length - 1));
            end = step > 0 ? Math.Clamp(end, 0, length) : Math.Clamp(end, -1, Math.Max(-1, length - 1));
            long size = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
            bool isEmpty = length == 0 || size <= 0;
            (first[axis], distance[axis], sizes[axis]) = isEmpty ? (0, 1, 0) : ((int)start, (int)step, (int)size);
        }

        return null;
    }
}
