using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// One row of few features through complete trees. The features stay in registers, where a permutation fetches those of 16 branches at once; all branches of a tree are compared, and the
/// outcomes are the bits of a word, in which the walk takes a few cycles for each level and waits for no memory.
/// </summary>
internal static unsafe class F32TreeRowAvx512
{
    /// <summary>Features that fit the registers.</summary>
    public const int MostFeatures = 64;

    /// <summary>Branches whose outcomes are one word.</summary>
    private const int Branches = 64;

    private const int Lanes = 16;
    private const int Depth = 6;

    /// <summary>Sums trees of at most 6 levels.</summary>
    /// <param name="x">The features, <see cref="MostFeatures"/> readable numbers.</param>
    /// <param name="features">The number of features that a branch may name.</param>
    /// <param name="columns">The feature of each branch, trees one after another, each in the order of a heap with one place unused.</param>
    /// <param name="bounds">The bound of each branch.</param>
    /// <param name="leaves">The leaves of each tree from left to right.</param>
    /// <param name="from">The first tree.</param>
    /// <param name="to">The tree behind the last.</param>
    /// <param name="depth">Branches from root to leaf, 1 to 6.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* x, int features, int* columns, float* bounds, float* leaves, int from, int to, int depth)
    {
        Vector512<float> x0 = Vector512.Load(x);
        Vector512<float> x1 = Vector512.Load(x + Lanes);
        Vector512<float> x2 = Vector512.Load(x + (2 * Lanes));
        Vector512<float> x3 = Vector512.Load(x + (3 * Lanes));
        bool isNarrow = features <= 2 * Lanes;
        int trees = Branches >> depth;
        int size = 1 << depth;
        float even = 0;
        float odd = 0;
        int t = from;
        for (; t <= to - trees; t += trees)
        {
            nint start = (nint)t << depth;
            int* column = columns + start;
            float* bound = bounds + start;
            ulong bits = isNarrow
                ? Narrow(column, bound, x0, x1) | (Narrow(column + Lanes, bound + Lanes, x0, x1) << Lanes)
                    | (Narrow(column + (2 * Lanes), bound + (2 * Lanes), x0, x1) << (2 * Lanes)) | (Narrow(column + (3 * Lanes), bound + (3 * Lanes), x0, x1) << (3 * Lanes))
                : Wide(column, bound, x0, x1, x2, x3) | (Wide(column + Lanes, bound + Lanes, x0, x1, x2, x3) << Lanes)
                    | (Wide(column + (2 * Lanes), bound + (2 * Lanes), x0, x1, x2, x3) << (2 * Lanes)) | (Wide(column + (3 * Lanes), bound + (3 * Lanes), x0, x1, x2, x3) << (3 * Lanes));

            // The numbers of the leaves continue those of the branches.
            float* leaf = leaves + start - size + 1;
            if (depth == Depth)
            {
                even += leaf[Next(bits, Next(bits, Next(bits, Next(bits, Next(bits, Next(bits, 0))))))];
                (even, odd) = (odd, even);
                continue;
            }

            for (int tree = 0; tree < trees; tree++)
            {
                nint node = 0;
                for (int level = depth; level > 0; level--)
                {
                    node = Next(bits, node);
                }

                even += leaf[node];
                leaf += size;
                bits >>= size;
            }
        }

        return even + odd + F32TreeRow.Sum(x, columns, bounds, leaves, t, to, depth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(ulong bits, nint node) => (2 * node) + 2 - (nint)((bits >> (int)node) & 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Narrow(int* columns, float* bounds, Vector512<float> x0, Vector512<float> x1) =>
        Vector512.LessThanOrEqual(Avx512F.PermuteVar16x32x2(x0, Vector512.Load(columns), x1), Vector512.Load(bounds)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Wide(int* columns, float* bounds, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3)
    {
        // The permutations read the lower five bits.
        Vector512<int> column = Vector512.Load(columns);
        Vector512<float> low = Avx512F.PermuteVar16x32x2(x0, column, x1);
        Vector512<float> high = Avx512F.PermuteVar16x32x2(x2, column, x3);
        Vector512<float> feature = Vector512.ConditionalSelect(Vector512.GreaterThan(column, Vector512.Create((2 * Lanes) - 1)).AsSingle(), high, low);
        return Vector512.LessThanOrEqual(feature, Vector512.Load(bounds)).ExtractMostSignificantBits();
    }
}
