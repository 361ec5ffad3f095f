using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Expand, Tile and Pad by lists of a call. A result that is not as long as its sizes make it is set to 0.</summary>
public static class Extents
{
    /// <summary>The size of an axis of a tensor that is broadcast to a shape (ONNX Expand 13).</summary>
    /// <param name="target">The shape.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis of the result.</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public static long ExpandedSize<TSize>(ReadOnlySpan<TSize> target, ReadOnlySpan<int> shape, int index)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], Math.Max(target.Length, shape.Length));
        Expanded(target, shape, sizes);
        return sizes[index];
    }

    /// <summary>Broadcasts a tensor to a shape.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="target">The shape.</param>
    /// <param name="y">The result; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public static void Expand<T, TSize>(ReadOnlySpan<T> x, ReadOnlySpan<TSize> target, Span<T> y, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], Math.Max(target.Length, shape.Length));
        Expanded(target, shape, sizes);
        Span<int> result = stackalloc int[AxisList.MaxRank];
        result = result[..sizes.Length];
        if (!ListedSizes.TryFit(sizes, y.Length, result))
        {
            y.Clear();
            return;
        }

        Span<int> strides = stackalloc int[AxisList.MaxRank];
        strides = strides[..sizes.Length];
        strides.Clear();
        int stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[sizes.Length - shape.Length + axis] = shape[axis] == 1 ? 0 : stride;
            stride = checked(stride * shape[axis]);
        }

        Slice.Expand(x, y, result, strides);
    }

    /// <summary>The size of an axis of a tensor that is repeated (ONNX Tile 13).</summary>
    /// <param name="repeats">How often each axis is repeated.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis.</param>
    /// <exception cref="ArgumentException">There is not one number for every axis, or one is negative.</exception>
    public static long TiledSize<TSize>(ReadOnlySpan<TSize> repeats, ReadOnlySpan<int> shape, int index)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length);
        Tiled(repeats, shape, sizes);
        return sizes[index];
    }

    /// <summary>Repeats a tensor along each axis.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="repeats">How often each axis is repeated.</param>
    /// <param name="y">The result; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The sizes of the operand, at most 8.</param>
    /// <exception cref="ArgumentException">There is not one number for every axis, or one is negative.</exception>
    public static void Tile<T, TSize>(ReadOnlySpan<T> x, ReadOnlySpan<TSize> repeats, Span<T> y, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length);
        Tiled(repeats, shape, sizes);
        Span<int> times = stackalloc int[AxisList.MaxRank];
        times = times[..shape.Length];
        if (!ListedSizes.TryFit(sizes, y.Length, times) || y.IsEmpty)
        {
            y.Clear();
            return;
        }

        for (int axis = 0; axis < times.Length; axis++)
        {
            times[axis] /= shape[axis];
        }

        Slice.Tile(x, y, shape, times);
    }

    /// <summary>The size of an axis of a padded tensor (ONNX Pad 21).</summary>
    /// <param name="pads">Elements before each axis, and then those after; negative ones crop.</param>
    /// <param name="axes">The axes that are padded; absent for all.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis.</param>
    /// <exception cref="ArgumentException">The pads do not fit the axes, or crop more than there is; an axis lies outside of the rank, or is named twice.</exception>
    public static long PaddedSize<TSize>(ReadOnlySpan<TSize> pads, ReadOnlySpan<TSize> axes, ReadOnlySpan<int> shape, int index)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length);
        Padded(pads, axes, shape, sizes, stackalloc int[AxisList.MaxRank]);
        return sizes[index];
    }

    /// <summary>Pads a tensor.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="value">One element for <see cref="PadMode.Constant"/>; empty for 0.</param>
    /// <param name="pads">Elements before each axis, and then those after; negative ones crop.</param>
    /// <param name="axes">The axes that are padded; absent for all.</param>
    /// <param name="y">The result; must not overlap <paramref name="x"/>.</param>
    /// <param name="mode">What lies around the operand.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">The pads do not fit the axes, or crop more than there is; an axis lies outside of the rank, or is named twice.</exception>
    public static void Pad<T, TSize>(ReadOnlySpan<T> x, ReadOnlySpan<T> value, ReadOnlySpan<TSize> pads, ReadOnlySpan<TSize> axes, Span<T> y, PadMode mode, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<long> sizes = ListedSizes.Room(stackalloc long[AxisList.MaxRank], shape.Length);
        Span<int> before = stackalloc int[AxisList.MaxRank];
        Padded(pads, axes, shape, sizes, before);
        Span<int> result = stackalloc int[AxisList.MaxRank];
        result = result[..shape.Length];
        if (!ListedSizes.TryFit(sizes, y.Length, result))
        {
            y.Clear();
            return;
        }

        Kernels.Pad.Run(x, value, y, mode, shape, before[..shape.Length], result);
    }

    private static void Expanded<TSize>(ReadOnlySpan<TSize> target, ReadOnlySpan<int> shape, Span<long> sizes)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            int mine = axis - (sizes.Length - shape.Length);
            int other = axis - (sizes.Length - target.Length);
            long a = mine >= 0 ? shape[mine] : 1;
            long b = other >= 0 ? long.CreateSaturating(target[other]) : 1;
            sizes[axis] = a == 1 ? b : a;
            if (b < 0 || (a != 1 && b != 1 && a != b))
            {
                ListedSizes.Refuse("Expand", "the shape", target, "is none for", shape);
            }
        }
    }

    private static void Tiled<TSize>(ReadOnlySpan<TSize> repeats, ReadOnlySpan<int> shape, Span<long> sizes)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        bool fits = repeats.Length == shape.Length;
        for (int axis = 0; axis < shape.Length && fits; axis++)
        {
            long times = long.CreateSaturating(repeats[axis]);
            fits = times >= 0;
            sizes[axis] = shape[axis] * Math.Clamp(times, 0, int.MaxValue);
        }

        if (!fits)
        {
            ListedSizes.Refuse("Tile", "the repeats", repeats, "do not fit", shape);
        }
    }

    private static void Padded<TSize>(ReadOnlySpan<TSize> pads, ReadOnlySpan<TSize> axes, ReadOnlySpan<int> shape, Span<long> sizes, Span<int> before)
        where TSize : unmanaged, IBinaryInteger<TSize>
    {
        Span<bool> isNamed = stackalloc bool[AxisList.MaxRank];
        AxisList.Mark(axes, isNamed[..shape.Length], "Pad");
        for (int axis = 0; axis < shape.Length; axis++)
        {
            sizes[axis] = shape[axis];
            before[axis] = 0;
        }

        int padded = axes.IsEmpty ? shape.Length : axes.Length;
        bool fits = pads.Length == 2 * padded;
        for (int i = 0; i < padded && fits; i++)
        {
            int axis = axes.IsEmpty ? i : (int)(TSize.IsNegative(axes[i]) ? long.CreateSaturating(axes[i]) + shape.Length : long.CreateSaturating(axes[i]));
            long first = long.CreateSaturating(pads[i]);
            long last = long.CreateSaturating(pads[padded + i]);
            fits = first is >= -int.MaxValue and <= int.MaxValue && last is >= -int.MaxValue and <= int.MaxValue && shape[axis] + first + last >= 0;
            before[axis] = fits ? (int)first : 0;
            sizes[axis] = fits ? shape[axis] + first + last : 0;
        }

        if (!fits)
        {
            ListedSizes.Refuse("Pad", "the pads", pads, "do not fit", shape);
        }
    }
}
