using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Cuts a tensor into parts whose sizes a call gives (ONNX Split 18).</summary>
public static class SizedSplit
{
    /// <summary>The size of one part.</summary>
    /// <param name="sizes">The sizes of all parts.</param>
    /// <param name="parts">The number of parts.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="length">The elements of the axis.</param>
    /// <exception cref="ArgumentException">A size is negative, or they do not add up to the axis.</exception>
    public static long Count<TIndex>(ReadOnlySpan<TIndex> sizes, int parts, int index, int length)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(sizes.Length, parts, nameof(sizes));
        long sum = 0;
        foreach (TIndex element in sizes[..parts])
        {
            long size = long.CreateSaturating(element);
            if (size < 0 || size > length)
            {
                Throw.Argument($"Split: a part of {size} elements cannot be cut from an axis of {length}.", nameof(sizes));
            }

            sum += size;
        }

        if (sum != length)
        {
            Throw.Argument($"Split: the sizes of the parts add up to {sum}, but the axis has {length} elements.", nameof(sizes));
        }

        return long.CreateSaturating(sizes[index]);
    }

    /// <summary>Copies one part.</summary>
    /// <param name="x">The operand [outer, length, inner].</param>
    /// <param name="sizes">The sizes of all parts.</param>
    /// <param name="y">The part; of no meaning where it is not as long as its size says.</param>
    /// <param name="index">Which part.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="length">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    public static void Run<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> sizes, Span<T> y, int index, int outer, int length, int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(x.Length, (long)outer * length * inner, nameof(x));
        Throw.IfShorter(sizes.Length, index + 1L, nameof(sizes));
        long start = 0;
        foreach (TIndex before in sizes[..index])
        {
            start += Math.Clamp(long.CreateSaturating(before), 0, length);
        }

        long size = long.CreateSaturating(sizes[index]);
        if (size < 0 || start + size > length || outer * size * inner != y.Length)
        {
            Counts.Repeat(x, y);
            return;
        }

        int row = (int)size * inner;
        for (int o = 0; o < outer; o++)
        {
            x.Slice(((o * length) + (int)start) * inner, row).CopyTo(y[(o * row)..]);
        }
    }
}
