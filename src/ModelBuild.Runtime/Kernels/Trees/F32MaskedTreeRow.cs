using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>One row through masked trees, branch by branch. No comparison is a jump, as its outcome cannot be foretold.</summary>
internal static unsafe class F32MaskedTreeRow
{
    private const int Lanes = MaskedForest.Lanes;
    private const int WordBits = 32;

    /// <summary>Adds the leaves of all trees.</summary>
    /// <param name="forest">The trees.</param>
    /// <param name="x">The features.</param>
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
            int end = forest.SlotEnds[((g + 1) * forest.Words) - 1];
            for (int lane = 0; lane < Lanes; lane++)
            {
                int number = BitOperations.LeadingZeroCount(Remaining(forest, x, first, middle, lane));
                if (number == WordBits)
                {
                    number += BitOperations.LeadingZeroCount(Remaining(forest, x, middle, end, lane));
                }

                leaf[lane] = forest.LeafStarts[(g * Lanes) + lane] + number;
            }

            slot = end;
            forest.Add(g, leaf, 1, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Remaining(in MaskedForest forest, float* x, int from, int to, int lane)
    {
        uint remaining = uint.MaxValue;
        for (nint s = ((nint)from * Lanes) + lane; s < (nint)to * Lanes; s += Lanes)
        {
            float feature = x[forest.Columns[s]];
            uint left = (uint)-Unsafe.BitCast<bool, byte>(feature <= forest.Bounds[s]);
            uint kept = forest.NaNMasks is not null && float.IsNaN(feature) ? forest.NaNMasks[s] : forest.Masks[s];
            remaining &= left | kept;
        }

        return remaining;
    }
}
