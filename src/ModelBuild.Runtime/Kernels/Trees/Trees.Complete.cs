using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

public static unsafe partial class Trees
{
    /// <summary>Rows for which <see cref="SumComplete"/> works at once, at most; fewer are computed one by one.</summary>
    public const int BatchRows = F32TreeBlendVector512.Rows;

    /// <summary>What comparing a branch costs in multiply-accumulates of a matrix product.</summary>
    private const long BranchCost = 4;

    /// <summary>Depth from which walking to one leaf costs less than comparing all branches.</summary>
    public const int BatchDepth = 6;

    /// <summary>Sums shallow trees of which each gives one value to one target and that are filled up to complete ones.</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="nodes">The trees as <see cref="Sum"/> takes them, for rows that NaN leads another way; empty where <paramref name="nanLeft"/> is.</param>
    /// <param name="roots">The node at which each tree begins, the trees of the first target first.</param>
    /// <param name="targetEnds">For each target the number of trees up to and with its own.</param>
    /// <param name="nanLeft">For each node 1 where NaN goes to the left; empty when it always goes to the right.</param>
    /// <param name="columns">The feature of each branch [trees][2^depth], in the order of a heap with one place unused.</param>
    /// <param name="bounds">The bound of each branch [trees][2^depth].</param>
    /// <param name="leaves">The leaves [trees][2^depth].</param>
    /// <param name="work">Room for features * <see cref="BatchRows"/> numbers; may be empty for fewer rows.</param>
    /// <param name="y">The sums [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns, more than any node's.</param>
    /// <param name="depth">Branches from root to leaf, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumComplete(
        ReadOnlySpan<float> x,
        ReadOnlySpan<byte> nodes,
        ReadOnlySpan<int> roots,
        ReadOnlySpan<int> targetEnds,
        ReadOnlySpan<byte> nanLeft,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<float> bounds,
        ReadOnlySpan<float> leaves,
        Span<float> work,
        Span<float> y,
        int rows,
        int features,
        int depth)
    {
        int block = Vector256.IsHardwareAccelerated ? BatchRows : int.MaxValue;
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * targetEnds.Length, nameof(y));
        Throw.IfShorter(columns.Length, (long)roots.Length << depth, nameof(columns));
        Throw.IfShorter(bounds.Length, (long)roots.Length << depth, nameof(bounds));
        Throw.IfShorter(leaves.Length, (long)roots.Length << depth, nameof(leaves));
        fixed (float* xp = x, boundsp = bounds, leavesp = leaves, workp = work, yp = y)
        fixed (byte* nodesp = nodes, nanLeftp = nanLeft)
        fixed (int* rootsp = roots, targetEndsp = targetEnds, columnsp = columns)
        {
            var forest = new SharedForest<float>(xp, nodesp, nodes.Length, rootsp, roots.Length, targetEndsp, targetEnds.Length, nanLeftp, nanLeft.Length, null, yp, features, depth);
            if (rows < block)
            {
                Share(new SharedRows(forest, columnsp, boundsp, leavesp), rows, TreeCost * rows * roots.Length);
                return;
            }

            Throw.IfShorter(work.Length, (long)features * block, nameof(work));
            Share(new SharedBlocks(forest, columnsp, boundsp, leavesp, workp, rows, block), rows / block, BranchCost * rows * ((long)roots.Length << depth));
        }
    }

    private static void Share<TRange>(TRange range, nint length, long cost)
        where TRange : struct, ISharedRange
    {
        if (ThreadTeam.For(cost) is { } team)
        {
            SharedRange.Run(team, range, length, 1, cost);
        }
        else
        {
            range.Run(0, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(SharedForest<float> forest, int* columns, float* bounds, float* leaves, int first, int end)
    {
        float* padded = stackalloc float[F32TreeRowAvx512.MostFeatures];
        bool isInRegisters = Avx512F.IsSupported && forest.Features <= F32TreeRowAvx512.MostFeatures && forest.Steps <= BatchDepth;
        for (int r = first; r < end; r++)
        {
            ReadOnlySpan<float> row = forest.Rows(r, 1);
            if (forest.HasNanLeft && TreeWalk.AnyNaN(row))
            {
                forest.Run(r, r + 1);
                continue;
            }

            Span<float> sums = forest.Sums(r, 1);
            if (isInRegisters)
            {
                row.CopyTo(new Span<float>(padded, F32TreeRowAvx512.MostFeatures));
            }

            fixed (float* features = row)
            {
                for (int k = 0; k < sums.Length; k++)
                {
                    int from = k == 0 ? 0 : forest.TargetEnds[k - 1];
                    sums[k] = isInRegisters
                        ? F32TreeRowAvx512.Sum(padded, forest.Features, columns, bounds, leaves, from, forest.TargetEnds[k], forest.Steps)
                        : F32TreeRow.Sum(features, columns, bounds, leaves, from, forest.TargetEnds[k], forest.Steps);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBlock(
        ReadOnlySpan<float> x, ReadOnlySpan<int> columns, ReadOnlySpan<float> bounds, ReadOnlySpan<float> leaves, ReadOnlySpan<int> targetEnds, Span<float> y, int depth)
    {
        ref float features = ref MemoryMarshal.GetReference(x);
        ref int column = ref MemoryMarshal.GetReference(columns);
        ref float bound = ref MemoryMarshal.GetReference(bounds);
        ref float leaf = ref MemoryMarshal.GetReference(leaves);
        int targets = targetEnds.Length;
        float* sums = stackalloc float[F32TreeBlendVector256.Rows];
        for (int k = 0; k < targets; k++)
        {
            int from = k == 0 ? 0 : targetEnds[k - 1];
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<float> sum = F32TreeBlendVector512.Sum(ref features, ref column, ref bound, ref leaf, from, targetEnds[k], depth);
                for (int r = 0; r < F32TreeBlendVector512.Rows; r++)
                {
                    y[(r * targets) + k] = sum[r];
                }
            }
            else
            {
                fixed (float* x0 = x, bounds0 = bounds, leaves0 = leaves)
                fixed (int* columns0 = columns)
                {
                    F32TreeBlendVector256.Sum(x0, columns0, bounds0, leaves0, from, targetEnds[k], depth, sums);
                }

                for (int r = 0; r < F32TreeBlendVector256.Rows; r++)
                {
                    y[(r * targets) + k] = sums[r];
                }
            }
        }
    }

    /// <summary>Rows one by one.</summary>
    private readonly struct SharedRows(SharedForest<float> forest, int* columns, float* bounds, float* leaves) : ISharedRange
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end) => SumRows(forest, columns, bounds, leaves, (int)first, (int)end);
    }

    /// <summary>Blocks of rows; the last is moved back over rows that are done rather than made shorter.</summary>
    private readonly struct SharedBlocks(SharedForest<float> forest, int* columns, float* bounds, float* leaves, float* work, int rows, int block) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            int branches = forest.Trees << forest.Steps;
            float* own = ThreadTeam.Memory(work, (long)forest.Features * block);
            int endRow = end == rows / block ? rows : (int)end * block;
            for (int start = (int)first * block; start < endRow; start += block)
            {
                int row = Math.Min(start, rows - block);
                ReadOnlySpan<float> rowsOfBlock = forest.Rows(row, block);
                if (forest.HasNanLeft && TreeWalk.AnyNaN(rowsOfBlock))
                {
                    forest.Run(row, row + block);
                    continue;
                }

                for (int f = 0; f < forest.Features; f++)
                {
                    for (int r = 0; r < block; r++)
                    {
                        own[(f * block) + r] = rowsOfBlock[(r * forest.Features) + f];
                    }
                }

                SumBlock(
                    new ReadOnlySpan<float>(own, forest.Features * block),
                    new ReadOnlySpan<int>(columns, branches),
                    new ReadOnlySpan<float>(bounds, branches),
                    new ReadOnlySpan<float>(leaves, branches),
                    forest.TargetEnds,
                    forest.Sums(row, block),
                    forest.Steps);
            }
        }
    }
}
