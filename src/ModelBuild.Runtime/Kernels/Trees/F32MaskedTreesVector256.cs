using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>16 rows at once through masked trees, one tree after another, in two vectors; needs <see cref="Avx2"/>.</summary>
internal static unsafe class F32MaskedTreesVector256
{
    private const int Rows = MaskedForest.Rows;
    private const int Half = Rows / 2;
    private const int Lanes = MaskedForest.Lanes;

    /// <summary>Adds the leaves of all trees.</summary>
    /// <param name="forest">The trees.</param>
    /// <param name="x">The features of the block [features][16].</param>
    /// <param name="sums">The sums of each row, with <see cref="MaskedForest.Width"/> numbers of room behind the last.</param>
    /// <param name="stride">Numbers from one row's sums to those of the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in MaskedForest forest, float* x, float* sums, int stride)
    {
        int* leaf = stackalloc int[Lanes * Rows];
        int slot = 0;
        for (int g = 0; g < forest.Groups; g++)
        {
            int first = slot;
            int middle = forest.SlotEnds[g * forest.Words];
            slot = forest.SlotEnds[((g + 1) * forest.Words) - 1];
            for (int lane = 0; lane < Lanes; lane++)
            {
                Remaining(forest, x, first, middle, lane, out Vector256<float> lower, out Vector256<float> upper);
                Vector256<int> lowerNumber;
                Vector256<int> upperNumber;
                if (forest.Words == 2)
                {
                    Remaining(forest, x, middle, slot, lane, out Vector256<float> lowerSecond, out Vector256<float> upperSecond);
                    lowerNumber = MaskedLeavesVector256.First(lower, lowerSecond);
                    upperNumber = MaskedLeavesVector256.First(upper, upperSecond);
                }
                else
                {
                    lowerNumber = MaskedLeavesVector256.First(lower);
                    upperNumber = MaskedLeavesVector256.First(upper);
                }

                Vector256<int> start = Vector256.Create(forest.LeafStarts[(g * Lanes) + lane]);
                (lowerNumber + start).Store(leaf + (lane * Rows));
                (upperNumber + start).Store(leaf + (lane * Rows) + Half);
            }

            for (int r = 0; r < Rows; r++)
            {
                forest.Add(g, leaf + r, Rows, sums + (r * stride));
            }
        }
    }

    /// <summary>The leaves of one tree that remain behind all branches of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Remaining(in MaskedForest forest, float* x, int from, int to, int lane, out Vector256<float> lower, out Vector256<float> upper)
    {
        Vector256<float> first = Vector256<int>.AllBitsSet.AsSingle();
        Vector256<float> second = first;
        nint at = ((nint)from * Lanes) + lane;
        int* column = forest.Columns + at;
        float* bounds = forest.Bounds + at;
        float* masks = (float*)forest.Masks + at;
        float* nanMasks = (float*)forest.NaNMasks + at;
        if (forest.NaNMasks is null)
        {
            for (int slot = from; slot < to; slot++)
            {
                float* feature = x + ((nint)(uint)*column * Rows);
                Vector256<float> bound = Vector256.Create(*bounds);
                Vector256<float> mask = Vector256.Create(*masks);
                first = MaskedLeavesVector256.Keep(first, Vector256.Load(feature), bound, mask);
                second = MaskedLeavesVector256.Keep(second, Vector256.Load(feature + Half), bound, mask);
                column += Lanes;
                bounds += Lanes;
                masks += Lanes;
            }
        }
        else
        {
            for (int slot = from; slot < to; slot++)
            {
                float* feature = x + ((nint)(uint)*column * Rows);
                Vector256<float> bound = Vector256.Create(*bounds);
                Vector256<float> mask = Vector256.Create(*masks);
                Vector256<float> nanMask = Vector256.Create(*nanMasks);
                first = MaskedLeavesVector256.Keep(first, Vector256.Load(feature), bound, mask, nanMask);
                second = MaskedLeavesVector256.Keep(second, Vector256.Load(feature + Half), bound, mask, nanMask);
                column += Lanes;
                bounds += Lanes;
                masks += Lanes;
                nanMasks += Lanes;
            }
        }

        lower = first;
        upper = second;
    }
}
