using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>16 rows at once through masked trees, one tree after another.</summary>
internal static unsafe class F32MaskedTreesVector512
{
    private const int Rows = MaskedForest.Rows;
    private const int Lanes = MaskedForest.Lanes;
    private const int WordBits = 32;

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
            int end = forest.SlotEnds[((g + 1) * forest.Words) - 1];
            for (int lane = 0; lane < Lanes; lane++)
            {
                Vector512<uint> number = LeadingZeroCount(Remaining(forest, x, first, middle, lane));
                if (forest.Words == 2)
                {
                    Vector512<uint> high = LeadingZeroCount(Remaining(forest, x, middle, end, lane));
                    number += Vector512.ConditionalSelect(Vector512.Equals(number, Vector512.Create((uint)WordBits)), high, Vector512<uint>.Zero);
                }

                Vector512.Store(number.AsInt32() + Vector512.Create(forest.LeafStarts[(g * Lanes) + lane]), leaf + (lane * Rows));
            }

            slot = end;
            for (int r = 0; r < Rows; r++)
            {
                forest.Add(g, leaf + r, Rows, sums + (r * stride));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> LeadingZeroCount(Vector512<uint> value) => Avx512CD.LeadingZeroCount(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Remaining(in MaskedForest forest, float* x, int from, int to, int lane)
    {
        Vector512<uint> remaining = Vector512<uint>.AllBitsSet;
        if (forest.NaNMasks is not null)
        {
            for (nint s = ((nint)from * Lanes) + lane; s < (nint)to * Lanes; s += Lanes)
            {
                Vector512<float> feature = Vector512.Load(x + (forest.Columns[s] * Rows));
                Vector512<uint> right = Vector512.GreaterThan(feature, Vector512.Create(forest.Bounds[s])).AsUInt32();
                Vector512<uint> missing = Avx512F.CompareUnordered(feature, feature).AsUInt32();
                remaining = Vector512.ConditionalSelect(right, remaining & Vector512.Create(forest.Masks[s]), remaining);
                remaining = Vector512.ConditionalSelect(missing, remaining & Vector512.Create(forest.NaNMasks[s]), remaining);
            }

            return remaining;
        }

        for (nint s = ((nint)from * Lanes) + lane; s < (nint)to * Lanes; s += Lanes)
        {
            Vector512<float> feature = Vector512.Load(x + (forest.Columns[s] * Rows));
            Vector512<uint> right = Avx512F.CompareNotLessThanOrEqual(feature, Vector512.Create(forest.Bounds[s])).AsUInt32();
            remaining = Vector512.ConditionalSelect(right, remaining & Vector512.Create(forest.Masks[s]), remaining);
        }

        return remaining;
    }
}
