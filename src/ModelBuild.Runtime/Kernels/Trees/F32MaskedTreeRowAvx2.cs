using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>One row through masked trees, eight trees at once. Few features stay in registers, where permutations fetch those of eight branches; more are gathered.</summary>
internal static unsafe class F32MaskedTreeRowAvx2
{
    /// <summary>Features that fit the registers.</summary>
    public const int MostFeatures = 32;

    private const int Lanes = MaskedForest.Lanes;
    private const int Half = Lanes / 2;

    /// <summary>Adds the leaves of all trees.</summary>
    /// <param name="forest">The trees.</param>
    /// <param name="x">The features, <see cref="MostFeatures"/> readable numbers or more.</param>
    /// <param name="sums">The sums, with <see cref="MaskedForest.Width"/> numbers of room behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in MaskedForest forest, float* x, float* sums)
    {
        int* leaf = stackalloc int[Lanes];
        int slot = 0;
        for (int g = 0; g < forest.Groups; g++)
        {
            int first = slot;
            int middle = forest.SlotEnds[g * forest.Words];
            slot = forest.SlotEnds[((g + 1) * forest.Words) - 1];
            for (int half = 0; half < Lanes; half += Half)
            {
                Vector256<float> remaining = Remaining(forest, x, first, middle, half);
                Vector256<int> number = forest.Words == 2
                    ? MaskedLeavesVector256.First(remaining, Remaining(forest, x, middle, slot, half))
                    : MaskedLeavesVector256.First(remaining);
                (number + Vector256.Load(forest.LeafStarts + (g * Lanes) + half)).Store(leaf + half);
            }

            forest.Add(g, leaf, 1, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Remaining(in MaskedForest forest, float* x, int from, int to, int half)
    {
        Vector256<float> remaining = Vector256<int>.AllBitsSet.AsSingle();
        nint at = ((nint)from * Lanes) + half;
        nint end = (nint)to * Lanes;
        int* columns = forest.Columns;
        float* bounds = forest.Bounds;
        float* masks = (float*)forest.Masks;
        float* nanMasks = (float*)forest.NaNMasks;
        if (nanMasks is not null || forest.Features > MostFeatures)
        {
            for (; at < end; at += Lanes)
            {
                Vector256<float> feature = Avx2.GatherVector256(x, Vector256.Load(columns + at), sizeof(float));
                Vector256<float> mask = Vector256.Load(masks + at);
                Vector256<float> nanMask = nanMasks is null ? mask : Vector256.Load(nanMasks + at);
                remaining = MaskedLeavesVector256.Keep(remaining, feature, Vector256.Load(bounds + at), mask, nanMask);
            }

            return remaining;
        }

        Vector256<float> x0 = Vector256.Load(x);
        Vector256<float> x1 = Vector256.Load(x + 8);
        if (forest.Features <= 16)
        {
            for (; at < end; at += Lanes)
            {
                remaining = MaskedLeavesVector256.Keep(remaining, Of16(Vector256.Load(columns + at), x0, x1), Vector256.Load(bounds + at), Vector256.Load(masks + at));
            }

            return remaining;
        }

        Vector256<float> x2 = Vector256.Load(x + 16);
        Vector256<float> x3 = Vector256.Load(x + 24);
        for (; at < end; at += Lanes)
        {
            Vector256<int> column = Vector256.Load(columns + at);
            Vector256<float> feature = Avx.BlendVariable(Of16(column, x0, x1), Of16(column, x2, x3), (column << 27).AsSingle());
            remaining = MaskedLeavesVector256.Keep(remaining, feature, Vector256.Load(bounds + at), Vector256.Load(masks + at));
        }

        return remaining;
    }

    // The permutations read the lower three bits; a blend reads the sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Of16(Vector256<int> column, Vector256<float> x0, Vector256<float> x1) =>
        Avx.BlendVariable(Avx2.PermuteVar8x32(x0, column), Avx2.PermuteVar8x32(x1, column), (column << 28).AsSingle());
}
