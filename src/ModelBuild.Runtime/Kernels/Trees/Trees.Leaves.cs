using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

public static unsafe partial class Trees
{
    /// <summary>
    /// Sums trees of many leaves. Trees stand in groups of 16; every tree of a group gives values to the same targets. A single row walks eight trees at once, 16 rows walk each tree together.
    /// </summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="nodes">The nodes, <see cref="LeafNode"/> as bytes.</param>
    /// <param name="nanLeft">For each node 1 where NaN goes to the left; empty when it always goes to the right.</param>
    /// <param name="roots">The node at which each tree begins [groups][16].</param>
    /// <param name="groupTargets">The first target of each group.</param>
    /// <param name="leaves">The values of the leaves [leaves][width].</param>
    /// <param name="work">Room for features * <see cref="BatchRows"/> numbers; may be empty for fewer rows.</param>
    /// <param name="y">The sums [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns, more than any node's.</param>
    /// <param name="targets">The number of sums of a row, at most <see cref="MostLeafTargets"/>.</param>
    /// <param name="width">Values of a leaf: 1, or a multiple of 4 that is at least <paramref name="targets"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumLeaves(
        ReadOnlySpan<float> x,
        ReadOnlySpan<byte> nodes,
        ReadOnlySpan<byte> nanLeft,
        ReadOnlySpan<int> roots,
        ReadOnlySpan<int> groupTargets,
        ReadOnlySpan<float> leaves,
        Span<float> work,
        Span<float> y,
        int rows,
        int features,
        int targets,
        int width)
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * targets, nameof(y));
        Throw.IfShorter(roots.Length, (long)groupTargets.Length * GroupTrees, nameof(roots));
        long cost = TreeCost * rows * roots.Length;
        fixed (float* xp = x, leavesp = leaves, workp = work, yp = y)
        fixed (byte* nodesp = nodes, nanLeftp = nanLeft)
        fixed (int* rootsp = roots, groupTargetsp = groupTargets)
        {
            var forest = new LeafForest((LeafNode*)nodesp, nanLeft.Length == 0 ? null : nanLeftp, rootsp, groupTargetsp, groupTargets.Length, leavesp, features, targets, width);
            if (rows < LeafForest.Rows)
            {
                Share(new LeafRows(forest, xp, yp), rows, cost);
                return;
            }

            Throw.IfShorter(work.Length, (long)features * LeafForest.Rows, nameof(work));
            Share(new LeafBlocks(forest, xp, workp, yp, rows), rows / LeafForest.Rows, cost);
        }
    }

    /// <summary>Rows one by one.</summary>
    private readonly struct LeafRows(LeafForest forest, float* x, float* y) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint r = first; r < end; r++)
            {
                forest.SumRow(x + (r * forest.Features), y + (r * forest.Targets));
            }
        }
    }

    /// <summary>Blocks of rows; the last is moved back over rows that are done rather than made shorter.</summary>
    private readonly struct LeafBlocks(LeafForest forest, float* x, float* work, float* y, int rows) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            const int Block = LeafForest.Rows;
            float* own = ThreadTeam.Memory(work, (long)forest.Features * Block);
            int endRow = end == rows / Block ? rows : (int)end * Block;
            for (int start = (int)first * Block; start < endRow; start += Block)
            {
                nint row = Math.Min(start, rows - Block);
                forest.SumBlock(x + (row * forest.Features), own, y + (row * forest.Targets));
            }
        }
    }
}
