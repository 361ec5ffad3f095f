namespace ModelBuild.Kernels;

/// <summary>The distinct elements, or slices along an axis, of a tensor (ONNX Unique 11).</summary>
public static class Unique
{
    /// <summary>Groups equal slices of x [outer, length, inner] and returns the number of groups.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="order">Receives the numbers of the slices, in the order of their contents; <paramref name="length"/> elements.</param>
    /// <param name="groups">Receives for each group, in the order of the result, the place in <paramref name="order"/> where it begins in its lower 32 bits; <paramref name="length"/> elements, the rest is 0.</param>
    /// <param name="sizes">Receives the number of slices of each group, at the place where it begins; <paramref name="length"/> elements.</param>
    /// <param name="outer">Elements before the axis.</param>
    /// <param name="length">Elements of the axis.</param>
    /// <param name="inner">Elements after it.</param>
    /// <param name="sorted">Whether groups are in the order of their contents, else of their first slices.</param>
    public static long Count<T>(ReadOnlySpan<T> x, Span<int> order, Span<long> groups, Span<int> sizes, int outer, int length, int inner, bool sorted)
        where T : unmanaged, IComparable<T>
    {
        Throw.IfShorter(x.Length, (long)outer * length * inner, nameof(x));
        Throw.IfShorter(order.Length, length, nameof(order));
        Throw.IfShorter(groups.Length, length, nameof(groups));
        Throw.IfShorter(sizes.Length, length, nameof(sizes));
        for (int i = 0; i < length; i++)
        {
            order[i] = i;
        }

        Sort(x, order[..length], sizes[..length], outer, length, inner);
        groups.Clear();
        sizes.Clear();
        int count = 0;
        int begin = 0;
        for (int i = 0; i < length; i++)
        {
            if (i == 0 || Compare(x, order[i - 1], order[i], outer, length, inner) != 0)
            {
                begin = i;
                groups[count++] = ((long)(sorted ? count : order[i]) << 32) | (uint)i;
            }

            sizes[begin]++;
        }

        groups[..count].Sort();
        return count;
    }

    /// <summary>Writes the result of <see cref="Count"/>; each of the outputs may be absent.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="order">From <see cref="Count"/>.</param>
    /// <param name="groups">From <see cref="Count"/>.</param>
    /// <param name="sizes">From <see cref="Count"/>.</param>
    /// <param name="y">Receives a slice of each group: [outer, count, inner].</param>
    /// <param name="indices">Receives the number of the first slice of each group.</param>
    /// <param name="inverse">Receives the group of each slice.</param>
    /// <param name="counts">Receives the number of slices of each group.</param>
    /// <param name="outer">Elements before the axis.</param>
    /// <param name="length">Elements of the axis.</param>
    /// <param name="inner">Elements after it.</param>
    /// <param name="count">The number of groups.</param>
    public static void Write<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> order, ReadOnlySpan<long> groups, ReadOnlySpan<int> sizes, Span<T> y, Span<long> indices, Span<long> inverse, Span<long> counts, int outer, int length, int inner, int count)
        where T : unmanaged
    {
        y.Clear();
        indices.Clear();
        inverse.Clear();
        counts.Clear();
        for (int g = 0; g < Math.Min(count, length); g++)
        {
            int begin = (int)(uint)groups[g];
            for (int o = 0; o < outer && !y.IsEmpty; o++)
            {
                x.Slice(((o * length) + order[begin]) * inner, inner).CopyTo(y[(((o * count) + g) * inner)..]);
            }

            if (!indices.IsEmpty)
            {
                indices[g] = order[begin];
            }

            if (!counts.IsEmpty)
            {
                counts[g] = sizes[begin];
            }

            for (int i = begin; i < begin + sizes[begin] && !inverse.IsEmpty; i++)
            {
                inverse[order[i]] = g;
            }
        }
    }

    // Merging from below keeps equal slices in their order.
    private static void Sort<T>(ReadOnlySpan<T> x, Span<int> order, Span<int> spare, int outer, int length, int inner)
        where T : unmanaged, IComparable<T>
    {
        for (long width = 1; width < length; width *= 2)
        {
            for (long from = 0; from < length; from += 2 * width)
            {
                int middle = (int)Math.Min(from + width, length);
                int end = (int)Math.Min(from + (2 * width), length);
                (int a, int b) = ((int)from, middle);
                for (int to = (int)from; to < end; to++)
                {
                    bool isLeft = a < middle && (b >= end || Compare(x, order[a], order[b], outer, length, inner) <= 0);
                    spare[to] = isLeft ? order[a++] : order[b++];
                }
            }

            spare.CopyTo(order);
        }
    }

    private static int Compare<T>(ReadOnlySpan<T> x, int a, int b, int outer, int length, int inner)
        where T : unmanaged, IComparable<T>
    {
        for (int o = 0; o < outer; o++)
        {
            ReadOnlySpan<T> left = x.Slice(((o * length) + a) * inner, inner);
            ReadOnlySpan<T> right = x.Slice(((o * length) + b) * inner, inner);
            for (int i = 0; i < inner; i++)
            {
                int result = left[i].CompareTo(right[i]);
                if (result != 0)
                {
                    return result;
                }
            }
        }

        return 0;
    }
}
