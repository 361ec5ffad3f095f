using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>One row of few features through masked trees, 16 trees at once. The features stay in registers, where a permutation fetches those of 16 branches.</summary>
internal static unsafe class F32MaskedTreeRowAvx512
{
    /// <summary>Features that fit the registers.</summary>
    public const int MostFeatures = 64;

    private const int Lanes = MaskedForest.Lanes;
    private const int WordBits = 32;

    /// <summary>Adds the leaves of all trees.</summary>
    /// <param name="forest">The trees.</param>
    /// <param name="x">The features, <see cref="MostFeatures"/> readable numbers.</param>
    /// <param name="sums">The sums, with <see cref="MaskedForest.Width"/> numbers of room behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in MaskedForest forest, float* x, float* sums)
    {
        int* leaf = stackalloc int[Lanes];
        int slot = 0;
        for (int g = 0; g < forest.Groups; g++)
        {
            Vector512<uint> remaining = Remaining(forest, x, slot, slot = forest.SlotEnds[g * forest.Words]);
            Vector512<uint> number = Avx512CD.LeadingZeroCount(remaining);
            if (forest.Words == 2)
            {
                Vector512<uint> high = Avx512CD.LeadingZeroCount(Remaining(forest, x, slot, slot = forest.SlotEnds[(g * forest.Words) + 1]));
                number += Vector512.ConditionalSelect(Vector512.Equals(number, Vector512.Create((uint)WordBits)), high, Vector512<uint>.Zero);
            }

            Vector512.Store(number.AsInt32() + Vector512.Load(forest.LeafStarts + (g * Lanes)), leaf);
            forest.Add(g, leaf, 1, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Remaining(in MaskedForest forest, float* x, int from, int to)
    {
        Vector512<float> x0 = Vector512.Load(x);
        Vector512<float> x1 = Vector512.Load(x + Lanes);
        if (forest.NaNMasks is not null)
        {
            return WithMissing(forest, x, from, to);
        }

        Vector512<uint> remaining = Vector512<uint>.AllBitsSet;
        if (forest.Features <= 2 * Lanes)
        {
            for (nint s = (nint)from * Lanes; s < (nint)to * Lanes; s += Lanes)
            {
                Vector512<float> feature = Avx512F.PermuteVar16x32x2(x0, Vector512.Load(forest.Columns + s), x1);
                Vector512<uint> right = Avx512F.CompareNotLessThanOrEqual(feature, Vector512.Load(forest.Bounds + s)).AsUInt32();
                remaining = Vector512.ConditionalSelect(right, remaining & Vector512.Load(forest.Masks + s), remaining);
            }

            return remaining;
        }

        Vector512<float> x2 = Vector512.Load(x + (2 * Lanes));
        Vector512<float> x3 = Vector512.Load(x + (3 * Lanes));
        for (nint s = (nint)from * Lanes; s < (nint)to * Lanes; s += Lanes)
        {
            Vector512<float> feature = Feature(Vector512.Load(forest.Columns + s), x0, x1, x2, x3);
            Vector512<uint> right = Avx512F.CompareNotLessThanOrEqual(feature, Vector512.Load(forest.Bounds + s)).AsUInt32();
            remaining = Vector512.ConditionalSelect(right, remaining & Vector512.Load(forest.Masks + s), remaining);
        }

        return remaining;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<uint> WithMissing(in MaskedForest forest, float* x, int from, int to)
    {
        Vector512<float> x0 = Vector512.Load(x);
        Vector512<float> x1 = Vector512.Load(x + Lanes);
        Vector512<float> x2 = Vector512.Load(x + (2 * Lanes));
        Vector512<float> x3 = Vector512.Load(x + (3 * Lanes));
        Vector512<uint> remaining = Vector512<uint>.AllBitsSet;
        for (nint s = (nint)from * Lanes; s < (nint)to * Lanes; s += Lanes)
        {
            Vector512<float> feature = Feature(Vector512.Load(forest.Columns + s), x0, x1, x2, x3);
            Vector512<uint> right = Vector512.GreaterThan(feature, Vector512.Load(forest.Bounds + s)).AsUInt32();
            Vector512<uint> missing = Avx512F.CompareUnordered(feature, feature).AsUInt32();
            remaining = Vector512.ConditionalSelect(right, remaining & Vector512.Load(forest.Masks + s), remaining);
            remaining = Vector512.ConditionalSelect(missing, remaining & Vector512.Load(forest.NaNMasks + s), remaining);
        }

        return remaining;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Feature(Vector512<int> column, Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3)
    {
        // The permutations read the lower five bits.
        Vector512<float> low = Avx512F.PermuteVar16x32x2(x0, column, x1);
        Vector512<float> high = Avx512F.PermuteVar16x32x2(x2, column, x3);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(column, Vector512.Create((2 * Lanes) - 1)).AsSingle(), high, low);
    }
}
