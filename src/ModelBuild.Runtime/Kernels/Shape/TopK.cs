using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The k largest or smallest elements along an axis (ONNX TopK 24).</summary>
public static class TopK
{
    /// <summary>
    /// The k extreme elements over the middle axis of [outer, axisLength, inner], in order, with their indices; of equal ones the lower index comes
    /// first. NaN counts as larger than every number. The result is sorted in every case, which "sorted = 0" allows.
    /// </summary>
    /// <param name="x">The operand.</param>
    /// <param name="values">The elements [outer, k, inner].</param>
    /// <param name="indices">Their indices [outer, k, inner].</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="k">The number of elements taken, at most <paramref name="axisLength"/>.</param>
    /// <param name="largest">Whether the largest are taken, else the smallest.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> values, Span<long> indices, int outer, int axisLength, int inner, int k, bool largest)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(values.Length, (long)outer * k * inner, nameof(values));
        Throw.IfShorter(indices.Length, (long)outer * k * inner, nameof(indices));
        Throw.IfShorter(axisLength, k, nameof(k));
        if (k == 0)
        {
            return;
        }

        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                ReadOnlySpan<T> column = x[((o * axisLength * inner) + i)..];
                int result = (o * k * inner) + i;
                Select(column, values[Math.Min(result, values.Length)..], indices[Math.Min(result, indices.Length)..], axisLength, inner, k, largest);
            }
        }
    }

    /// <summary>The number of elements to take.</summary>
    /// <param name="k">One element.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <exception cref="ArgumentException">It is negative, or there are not as many.</exception>
    public static long Count<TIndex>(ReadOnlySpan<TIndex> k, int axisLength)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(k.Length, 1, nameof(k));
        long count = long.CreateSaturating(k[0]);
        if (count < 0 || count > axisLength)
        {
            Throw.Argument($"TopK: k is {count}, but the axis has {axisLength} elements.", nameof(k));
        }

        return count;
    }

    /// <summary>Keeps the elements seen so far in a binary heap whose root is the worst of them, then empties the heap from the back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select<T>(ReadOnlySpan<T> x, Span<T> values, Span<long> indices, int length, int stride, int k, bool largest)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < length && k > 0; i++)
        {
            T value = x[i * stride];
            if (i < k)
            {
                int child = i;
                while (child > 0)
                {
                    int parent = (child - 1) / 2;
                    if (!Before(values[parent * stride], indices[parent * stride], value, i, largest))
                    {
                        break;
                    }

                    values[child * stride] = values[parent * stride];
                    indices[child * stride] = indices[parent * stride];
                    child = parent;
                }

                values[child * stride] = value;
                indices[child * stride] = i;
            }
            else if (Before(value, i, values[0], indices[0], largest))
            {
                Sink(values, indices, stride, k, value, i, largest);
            }
        }

        for (int last = k - 1; last > 0; last--)
        {
            T value = values[last * stride];
            long index = indices[last * stride];
            values[last * stride] = values[0];
            indices[last * stride] = indices[0];
            Sink(values, indices, stride, last, value, index, largest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sink<T>(Span<T> values, Span<long> indices, int stride, int count, T value, long index, bool largest)
        where T : unmanaged, INumber<T>
    {
        int parent = 0;
        while ((2 * parent) + 1 < count)
        {
            int child = (2 * parent) + 1;
            int other = child + 1;
            if (other < count && Before(values[child * stride], indices[child * stride], values[other * stride], indices[other * stride], largest))
            {
                child = other;
            }

            if (!Before(value, index, values[child * stride], indices[child * stride], largest))
            {
                break;
            }

            values[parent * stride] = values[child * stride];
            indices[parent * stride] = indices[child * stride];
            parent = child;
        }

        values[parent * stride] = value;
        indices[parent * stride] = index;
    }

    private static bool Before<T>(T a, long aIndex, T b, long bIndex, bool largest)
        where T : unmanaged, INumber<T>
    {
        bool greater = a > b || (T.IsNaN(a) && !T.IsNaN(b));
        bool less = a < b || (T.IsNaN(b) && !T.IsNaN(a));
        return greater ? largest : less ? !largest : aIndex < bIndex;
    }
}
