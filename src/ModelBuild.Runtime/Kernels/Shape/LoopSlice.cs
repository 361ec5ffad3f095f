using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The slices that the iterations of a loop take from a tensor and put into one (ONNX Scan 9, Loop 11).</summary>
public static class LoopSlice
{
    /// <summary>Copies the slice of an iteration.</summary>
    /// <param name="x">The whole tensor, [outer, length, inner].</param>
    /// <param name="iteration">The number of the iteration, from 0.</param>
    /// <param name="y">Receives the slice, [outer, inner].</param>
    /// <param name="length">The number of slices.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="inner">The product of the sizes after it.</param>
    /// <param name="reverse">Whether the first iteration takes the last slice.</param>
    /// <exception cref="ArgumentException">A span is too short, or there is no such slice.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Take<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> iteration, Span<T> y, int length, int outer, int inner, bool reverse)
        where T : unmanaged
    {
        int place = Place(iteration, length, reverse);
        for (int o = 0; o < outer; o++)
        {
            x.Slice(((o * length) + place) * inner, inner).CopyTo(y.Slice(o * inner, inner));
        }
    }

    /// <summary>Writes the slice of an iteration.</summary>
    /// <param name="x">The slice, [outer, inner].</param>
    /// <param name="iteration">The number of the iteration, from 0.</param>
    /// <param name="y">The whole tensor, [outer, length, inner].</param>
    /// <param name="length">The number of slices.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="inner">The product of the sizes after it.</param>
    /// <param name="reverse">Whether the first iteration writes the last slice.</param>
    /// <exception cref="ArgumentException">A span is too short, or there is no such slice.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Put<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> iteration, Span<T> y, int length, int outer, int inner, bool reverse)
        where T : unmanaged
    {
        int place = Place(iteration, length, reverse);
        for (int o = 0; o < outer; o++)
        {
            x.Slice(o * inner, inner).CopyTo(y.Slice(((o * length) + place) * inner, inner));
        }
    }

    /// <summary>Notes how many iterations a loop has completed, at the end of each.</summary>
    /// <param name="iteration">The number of the iteration, from 0.</param>
    /// <param name="completed">Receives one more.</param>
    public static void Complete(ReadOnlySpan<long> iteration, Span<long> completed)
    {
        Throw.IfShorter(iteration.Length, 1, nameof(iteration));
        Throw.IfShorter(completed.Length, 1, nameof(completed));
        completed[0] = iteration[0] + 1;
    }

    private static int Place(ReadOnlySpan<long> iteration, int length, bool reverse)
    {
        long place = iteration[0];
        if (place < 0 || place >= length)
        {
            Throw.OutOfRange(nameof(iteration), place, $"There are {length} slices.");
        }

        return (int)(reverse ? length - 1 - place : place);
    }
}
