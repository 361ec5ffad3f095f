using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Sequences turned round (ONNX ReverseSequence 10).</summary>
public static class ReverseSequences
{
    /// <summary>The first elements of each sequence in reverse order.</summary>
    /// <param name="x">The sequences [first, second, inner].</param>
    /// <param name="lengths">How many steps of each sequence are reversed.</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="first">The first size.</param>
    /// <param name="second">The second size.</param>
    /// <param name="inner">The elements of one step.</param>
    /// <param name="timeFirst">Whether the steps stand along the first axis and the sequences along the second, else the other way.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or larger than a sequence.</exception>
    public static void Run<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> lengths, Span<T> y, int first, int second, int inner, bool timeFirst)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        (int steps, int sequences) = timeFirst ? (first, second) : (second, first);
        Throw.IfShorter(x.Length, (long)first * second * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)first * second * inner, nameof(y));
        Throw.IfShorter(lengths.Length, sequences, nameof(lengths));
        for (int s = 0; s < sequences; s++)
        {
            int length = int.CreateSaturating(lengths[s]);
            if (length < 0 || length > steps)
            {
                Throw.OutOfRange(nameof(lengths), length, $"A sequence has {steps} steps.");
            }

            for (int t = 0; t < steps; t++)
            {
                int from = t < length ? length - 1 - t : t;
                int source = timeFirst ? (from * second) + s : (s * second) + from;
                int target = timeFirst ? (t * second) + s : (s * second) + t;
                x.Slice(source * inner, inner).CopyTo(y.Slice(target * inner, inner));
            }
        }
    }
}
