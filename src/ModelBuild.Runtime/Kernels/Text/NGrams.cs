using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Counts sequences of tokens (ONNX TfIdfVectorizer 9).</summary>
public static class NGrams
{
    /// <summary>
    /// Adds for every place at which an n-gram begins, with 0 to maxSkip tokens left out between its own, the n-gram's weight to its column. Single tokens count once.
    /// </summary>
    /// <param name="x">The tokens [rows, tokens].</param>
    /// <param name="pool">The n-grams of each size one after another, in rising order within a size.</param>
    /// <param name="columns">The column of each n-gram.</param>
    /// <param name="weights">The weight of each n-gram.</param>
    /// <param name="y">The result [rows, width].</param>
    /// <param name="rows">The number of sequences.</param>
    /// <param name="tokens">The tokens of a sequence.</param>
    /// <param name="width">The columns of the result.</param>
    /// <param name="counts">The number of n-grams of size 1, 2, ....</param>
    /// <param name="maxSkip">The most tokens left out between two of an n-gram.</param>
    /// <param name="once">Whether an n-gram counts once, however often it appears.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<long> pool, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> y, int rows, int tokens, int width, ReadOnlySpan<int> counts, int maxSkip,
        bool once)
        where T : unmanaged, IBinaryInteger<T>
    {
        Throw.IfShorter(x.Length, (long)rows * tokens, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * width, nameof(y));
        y[..(rows * width)].Clear();
        int firstKey = 0;
        int firstGram = 0;
        for (int size = 1; size <= counts.Length; size++)
        {
            int count = counts[size - 1];
            ReadOnlySpan<long> keys = pool.Slice(firstKey, count * size);
            for (int distance = 1; distance <= (size == 1 ? 1 : maxSkip + 1); distance++)
            {
                for (int row = 0; row < rows; row++)
                {
                    for (int start = 0; start + ((size - 1) * (long)distance) < tokens; start++)
                    {
                        int gram = Find(x.Slice((row * tokens) + start), distance, keys, size, count);
                        if (gram >= 0)
                        {
                            ref float cell = ref y[(row * width) + columns[firstGram + gram]];
                            cell = once ? weights[firstGram + gram] : cell + weights[firstGram + gram];
                        }
                    }
                }
            }

            firstKey += count * size;
            firstGram += count;
        }
    }

    /// <summary>The n-gram that every distance-th token makes, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find<T>(ReadOnlySpan<T> x, int distance, ReadOnlySpan<long> keys, int size, int count)
        where T : unmanaged, IBinaryInteger<T>
    {
        int low = 0;
        int high = count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = 0;
            for (int k = 0; k < size && order == 0; k++)
            {
                order = keys[(middle * size) + k].CompareTo(long.CreateTruncating(x[k * distance]));
            }

            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
