using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

public static unsafe partial class Trees
{
    /// <summary>Trees of one group of <see cref="SumMasked"/> and <see cref="SumLeaves"/>.</summary>
    public const int GroupTrees = LeafSums.Leaves;

    /// <summary>Sums of a row of <see cref="SumMasked"/> and <see cref="SumLeaves"/>, at most.</summary>
    public const int MostLeafTargets = 256;

    /// <summary>Leaves of a tree of <see cref="SumMasked"/>, at most: two words of bits.</summary>
    public const int MostMaskedLeaves = 64;

    /// <summary>
    /// Sums trees of few leaves without walking: every branch is compared, and one that leads to the right crosses out the leaves to its left. The first leaf that is left is the one
    /// that a walk would reach (Lucchese et al., QuickScorer, SIGIR 2015). Trees stand in groups of 16, the branches of a group in slots of one branch per tree.
    /// </summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="slotEnds">For each group, and in it for each of the words of 32 leaves, the number of slots up to and with its own.</param>
    /// <param name="columns">The feature that each branch compares [slots][16].</param>
    /// <param name="bounds">The bound of each branch [slots][16]; a branch leads to the left where the feature is at most the bound.</param>
    /// <param name="masks">The leaves that remain where a branch leads to the right [slots][16], the first leaf in the highest bit; all where a tree has no branch in the slot.</param>
    /// <param name="nanMasks">The leaves that remain where the feature is NaN [slots][16]; empty where NaN always leads to the right.</param>
    /// <param name="leafStarts">The first leaf of each tree [groups][16].</param>
    /// <param name="leaves">The values of the leaves [leaves][width].</param>
    /// <param name="groupTargets">The first target of each group.</param>
    /// <param name="work">Room for features * <see cref="BatchRows"/> numbers; may be empty for fewer rows.</param>
    /// <param name="y">The sums [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns, more than any branch's.</param>
    /// <param name="targets">The number of sums of a row, at most <see cref="MostLeafTargets"/>.</param>
    /// <param name="width">Values of a leaf: 1, or a multiple of 4 that is at least <paramref name="targets"/>.</param>
    /// <param name="words">Words of leaves of a tree, 1 or 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumMasked(
        ReadOnlySpan<float> x,
        ReadOnlySpan<int> slotEnds,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<float> bounds,
        ReadOnlySpan<uint> masks,
        ReadOnlySpan<uint> nanMasks,
        ReadOnlySpan<int> leafStarts,
        ReadOnlySpan<float> leaves,
        ReadOnlySpan<int> groupTargets,
        Span<float> work,
        Span<float> y,
        int rows,
        int features,
        int targets,
        int width,
        int words)
    {
        long branches = slotEnds.Length == 0 ? 0 : (long)slotEnds[^1] * GroupTrees;
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * targets, nameof(y));
        Throw.IfShorter(slotEnds.Length, (long)groupTargets.Length * words, nameof(slotEnds));
        Throw.IfShorter(columns.Length, branches, nameof(columns));
        Throw.IfShorter(bounds.Length, branches, nameof(bounds));
        Throw.IfShorter(masks.Length, branches, nameof(masks));
        Throw.IfPresentAndShorter(nanMasks.Length, branches, nameof(nanMasks));
        Throw.IfShorter(leafStarts.Length, (long)groupTargets.Length * GroupTrees, nameof(leafStarts));
        fixed (float* xp = x, boundsp = bounds, leavesp = leaves, workp = work, yp = y)
        fixed (int* slotEndsp = slotEnds, columnsp = columns, leafStartsp = leafStarts, groupTargetsp = groupTargets)
        fixed (uint* masksp = masks, nanMasksp = nanMasks)
        {
            MaskedForest forest = new()
            {
                SlotEnds = slotEndsp,
                Columns = columnsp,
                Bounds = boundsp,
                Masks = masksp,
                NaNMasks = nanMasks.Length == 0 ? null : nanMasksp,
                LeafStarts = leafStartsp,
                Leaves = leavesp,
                GroupTargets = groupTargetsp,
                Groups = groupTargets.Length,
                Features = features,
                Targets = targets,
                Width = width,
                Words = words,
            };
            int block = Vector512.IsHardwareAccelerated || Avx2.IsSupported ? MaskedForest.Rows : int.MaxValue;
            if (rows < block)
            {
                Share(new MaskedRows(forest, xp, yp), rows, BranchCost * rows * branches);
                return;
            }

            Throw.IfShorter(work.Length, (long)features * block, nameof(work));
            Share(new MaskedBlocks(forest, xp, workp, yp, rows), rows / block, BranchCost * rows * branches);
        }
    }

    /// <summary>Rows one by one.</summary>
    private readonly struct MaskedRows(MaskedForest forest, float* x, float* y) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            float* padded = stackalloc float[F32MaskedTreeRowAvx512.MostFeatures];
            float* sums = stackalloc float[MostLeafTargets + MaskedForest.Lanes];
            bool isInRegisters = Avx512CD.IsSupported && forest.Features <= F32MaskedTreeRowAvx512.MostFeatures;
            for (nint r = first; r < end; r++)
            {
                float* row = x + (r * forest.Features);
                new Span<float>(sums, forest.Targets + forest.Width).Clear();
                if (isInRegisters)
                {
                    new ReadOnlySpan<float>(row, forest.Features).CopyTo(new Span<float>(padded, F32MaskedTreeRowAvx512.MostFeatures));
                    F32MaskedTreeRowAvx512.Sum(forest, padded, sums);
                }
                else if (Avx2.IsSupported && !Avx512CD.IsSupported)
                {
                    if (forest.Features <= F32MaskedTreeRowAvx2.MostFeatures)
                    {
                        Unsafe.CopyBlockUnaligned(padded, row, (uint)forest.Features * sizeof(float));
                        row = padded;
                    }

                    F32MaskedTreeRowAvx2.Sum(forest, row, sums);
                }
                else
                {
                    F32MaskedTreeRow.Sum(forest, row, sums);
                }

                new ReadOnlySpan<float>(sums, forest.Targets).CopyTo(new Span<float>(y + (r * forest.Targets), forest.Targets));
            }
        }
    }

    /// <summary>Blocks of rows; the last is moved back over rows that are done rather than made shorter.</summary>
    private readonly struct MaskedBlocks(MaskedForest forest, float* x, float* work, float* y, int rows) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            const int Block = MaskedForest.Rows;
            float* own = ThreadTeam.Memory(work, (long)forest.Features * Block);
            float* sums = stackalloc float[(MostLeafTargets + MaskedForest.Lanes) * Block];
            int endRow = end == rows / Block ? rows : (int)end * Block;
            int stride = forest.Targets + forest.Width;
            for (int start = (int)first * Block; start < endRow; start += Block)
            {
                nint row = Math.Min(start, rows - Block);
                float* from = x + (row * forest.Features);
                for (int f = 0; f < forest.Features; f++)
                {
                    for (int r = 0; r < Block; r++)
                    {
                        own[(f * Block) + r] = from[(r * forest.Features) + f];
                    }
                }

                new Span<float>(sums, stride * Block).Clear();
                if (Vector512.IsHardwareAccelerated)
                {
                    F32MaskedTreesVector512.Sum(forest, own, sums, stride);
                }
                else
                {
                    F32MaskedTreesVector256.Sum(forest, own, sums, stride);
                }

                for (int r = 0; r < Block; r++)
                {
                    new ReadOnlySpan<float>(sums + (r * stride), forest.Targets).CopyTo(new Span<float>(y + ((row + r) * forest.Targets), forest.Targets));
                }
            }
        }
    }
}
