using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Sizes of results that follow from lists of a call.</summary>
internal static class ListedSizes
{
    /// <summary>The elements of a tensor; more than a span can hold where the product is larger.</summary>
    internal static long CountOf(ReadOnlySpan<long> sizes)
    {
        long count = 1;
        bool isEmpty = false;
        foreach (long size in sizes)
        {
            isEmpty |= size == 0;
            count = count > int.MaxValue ? count : count * Math.Min(size, 1L << 32);
        }

        return isEmpty ? 0 : count;
    }

    /// <summary>The sizes as 32-bit integers, where a result of these sizes has a given length; none where it has another one.</summary>
    /// <param name="sizes">The sizes, none negative.</param>
    /// <param name="length">The elements of the result.</param>
    /// <param name="into">Receives the sizes.</param>
    internal static bool TryFit(ReadOnlySpan<long> sizes, int length, Span<int> into)
    {
        bool fits = CountOf(sizes) == length;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            fits &= sizes[axis] <= int.MaxValue;
            into[axis] = (int)Math.Min(sizes[axis], int.MaxValue);
        }

        return fits;
    }

    /// <summary>Room for the sizes of a result.</summary>
    /// <exception cref="ArgumentException">There are more axes than kernels have.</exception>
    internal static Span<long> Room(Span<long> room, int rank)
    {
        StridedCopy.CheckRank(rank, rank, "rank");
        return room[..rank];
    }

    /// <summary>Refuses what a list asks for.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="what">What the list is.</param>
    /// <param name="list">The list.</param>
    /// <param name="why">What is wrong with it.</param>
    /// <param name="shape">The sizes of the operand.</param>
    [DoesNotReturn]
    internal static void Refuse<T>(string op, string what, ReadOnlySpan<T> list, string why, ReadOnlySpan<int> shape)
        where T : unmanaged, IBinaryInteger<T> =>
        throw new ArgumentException($"{op}: {what} [{string.Join(',', list.ToArray())}] {why} a tensor of [{string.Join(',', shape.ToArray())}].");
}
