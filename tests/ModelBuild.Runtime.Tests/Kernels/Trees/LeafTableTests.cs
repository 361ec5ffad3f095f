using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>The kernels that look up the values of leaves: <see cref="Trees.SumMasked"/> and <see cref="Trees.SumLeaves"/>.</summary>
public sealed class LeafTableTests
{
    private static readonly int[] s_rows = [1, 2, 15, 16, 17, 33];

    public static TheoryData<int, int, int> Forests()
    {
        TheoryData<int, int, int> data = [];
        foreach (int features in (int[])[1, 16, 17, 32, 33, 64, 65])
        {
            data.Add(1 + (features % 6), 7 + features, features);
        }

        data.Add(5, 32, 9);
        data.Add(5, 33, 9);
        data.Add(6, 3, 40);
        data.Add(6, 40, 5);
        return data;
    }

    [Theory]
    [MemberData(nameof(Forests))]
    public void MasksLeadToTheLeavesOfWalks(int depth, int trees, int features)
    {
        CompleteForest forest = new(depth, trees, (depth * 100) + trees, features);
        var masked = forest.Masked();
        foreach (int rows in s_rows)
        {
            foreach (bool missing in (bool[])[false, true])
            {
                float[] x = forest.Rows(rows, missing);
                using var from = new GuardedMemory<float>(x);
                using var columns = new GuardedMemory<int>(masked.Columns);
                using var bounds = new GuardedMemory<float>(masked.Bounds);
                using var masks = new GuardedMemory<uint>(masked.Masks);
                using var nanMasks = new GuardedMemory<uint>(masked.NaNMasks);
                using var leaves = new GuardedMemory<float>(masked.Leaves);
                using var work = new GuardedMemory<float>(features * Trees.BatchRows);
                using var y = new GuardedMemory<float>(rows * 2);
                Trees.SumMasked(
                    from.Span, masked.SlotEnds, columns.Span, bounds.Span, masks.Span, missing ? nanMasks.Span : default, masked.LeafStarts, leaves.Span, forest.GroupTargets,
                    rows < Trees.BatchRows ? default : work.Span, y.Span, rows, features, 2, 1, forest.Words);
                TreesTests.AssertClose(forest.Expected(x, rows, [0, 0]), y.Span.ToArray(), $"{rows} rows, missing: {missing}, ");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forests))]
    public void WalksInGroupsLeadToTheLeavesOfWalks(int depth, int trees, int features)
    {
        CompleteForest forest = new(depth + 2, trees, (depth * 100) + trees, features);
        var walked = forest.Walked();
        foreach (int rows in s_rows)
        {
            foreach (bool missing in (bool[])[false, true])
            {
                float[] x = forest.Rows(rows, missing);
                using var from = new GuardedMemory<float>(x);
                using var nodes = new GuardedMemory<byte>(walked.Nodes);
                using var leaves = new GuardedMemory<float>(walked.Leaves);
                using var work = new GuardedMemory<float>(features * Trees.BatchRows);
                using var y = new GuardedMemory<float>(rows * 2);
                Trees.SumLeaves(
                    from.Span, nodes.Span, walked.NaNLeft, walked.Roots, forest.GroupTargets, leaves.Span, rows < Trees.BatchRows ? default : work.Span, y.Span, rows, features, 2, 1);
                TreesTests.AssertClose(forest.Expected(x, rows, [0, 0]), y.Span.ToArray(), $"{rows} rows, missing: {missing}, ");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forests))]
    public unsafe void EveryKernelOfMasksGivesTheSameBits(int depth, int trees, int features)
    {
        if (!Avx2.IsSupported)
        {
            return;
        }

        CompleteForest forest = new(depth, trees, (depth * 100) + trees, features);
        var masked = forest.Masked();
        foreach (bool missing in (bool[])[false, true])
        {
            float[] x = forest.Rows(MaskedForest.Rows, missing);
            float[] byColumn = [.. Enumerable.Range(0, x.Length).Select(i => x[(i % MaskedForest.Rows * features) + (i / MaskedForest.Rows)])];
            const int Stride = 3;
            float[] block = new float[MaskedForest.Rows * Stride];
            fixed (int* slotEnds = masked.SlotEnds, columns = masked.Columns, starts = masked.LeafStarts, targets = forest.GroupTargets)
            fixed (float* bounds = masked.Bounds, leaves = masked.Leaves, xs = x, columnsOfX = byColumn, sums = block)
            fixed (uint* masks = masked.Masks, nanMasks = masked.NaNMasks)
            {
                MaskedForest operands = new()
                {
                    SlotEnds = slotEnds,
                    Columns = columns,
                    Bounds = bounds,
                    Masks = masks,
                    NaNMasks = missing ? nanMasks : null,
                    LeafStarts = starts,
                    Leaves = leaves,
                    GroupTargets = targets,
                    Groups = forest.GroupTargets.Length,
                    Features = features,
                    Targets = 2,
                    Width = 1,
                    Words = forest.Words,
                };
                F32MaskedTreesVector256.Sum(operands, columnsOfX, sums, Stride);
                for (int r = 0; r < MaskedForest.Rows; r++)
                {
                    float[] expected = new float[Stride];
                    float[] byRow = new float[Stride];
                    float[] row = new float[Math.Max(features, F32MaskedTreeRowAvx2.MostFeatures)];
                    x.AsSpan(r * features, features).CopyTo(row);
                    fixed (float* features0 = row, expected0 = expected, byRow0 = byRow)
                    {
                        F32MaskedTreeRow.Sum(operands, features0, expected0);
                        F32MaskedTreeRowAvx2.Sum(operands, features0, byRow0);
                    }

                    Assert.Equal(expected, byRow);
                    Assert.Equal(expected, new ReadOnlySpan<float>(sums + (r * Stride), Stride).ToArray());
                }
            }
        }
    }

    [Fact]
    public void TheFirstLeafIsTheNumberOfZerosBeforeIt()
    {
        if (!Avx2.IsSupported)
        {
            return;
        }

        Random random = new(1);
        for (int zeros = 0; zeros <= 32; zeros++)
        {
            uint first = zeros == 32 ? 0 : 0x80000000 >> zeros;
            uint below = first == 0 ? 0 : first - 1;
            Vector256<uint> words = Vector256.Create(first, first | below, first | (below & (uint)random.Next()), first | (below & 1), first | (below >> 1), first, 0, uint.MaxValue);
            Assert.Equal(Vector256.Create(zeros, zeros, zeros, zeros, zeros, zeros, 32, 0), MaskedLeavesVector256.First(words.AsSingle()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void LeavesOfSeveralTargetsAreAddedWhole(int rows)
    {
        const int Features = 4;
        CompleteForest forest = new(3, 20, 7, Features);
        float[] x = forest.Rows(rows, missing: false);
        foreach (int targets in (int[])[2, 3, 4, 5, 8, 13])
        {
            int width = (targets + 3) / 4 * 4;
            int[] groups = new int[forest.GroupTargets.Length];
            var masked = forest.Masked();
            var walked = forest.Walked();
            float[] leaves = [.. masked.Leaves.SelectMany(v => Enumerable.Range(0, width).Select(k => k < targets ? v * (k + 1) : 0))];
            float[] work = new float[Features * Trees.BatchRows];
            using var byMask = new GuardedMemory<float>(rows * targets);
            using var byWalk = new GuardedMemory<float>(rows * targets);
            Trees.SumMasked(x, masked.SlotEnds, masked.Columns, masked.Bounds, masked.Masks, masked.NaNMasks, masked.LeafStarts, leaves, groups, work, byMask.Span, rows, Features, targets, width, 1);
            Trees.SumLeaves(x, walked.Nodes, walked.NaNLeft, walked.Roots, groups, leaves, work, byWalk.Span, rows, Features, targets, width);
            float[] both = forest.Expected(x, rows, [0, 0]);
            float[] expected = [.. Enumerable.Range(0, rows * targets).Select(i => (both[2 * (i / targets)] + both[(2 * (i / targets)) + 1]) * ((i % targets) + 1))];
            TreesTests.AssertClose(expected, byMask.Span.ToArray(), $"{targets} targets by masks, ");
            TreesTests.AssertClose(expected, byWalk.Span.ToArray(), $"{targets} targets by walks, ");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyNumberOfThreadsGivesTheSame(bool missing)
    {
        const int Rows = 3001;
        const int Features = 5;
        CompleteForest forest = new(4, 30, 9, Features);
        float[] x = forest.Rows(Rows, missing);
        float[] work = new float[Features * Trees.BatchRows];
        var masked = forest.Masked();
        var walked = forest.Walked();
        Shared.Check<float>(Rows * 2, y => Trees.SumMasked(
            x, masked.SlotEnds, masked.Columns, masked.Bounds, masked.Masks, masked.NaNMasks, masked.LeafStarts, masked.Leaves, forest.GroupTargets, work, y, Rows, Features, 2, 1, 1));
        Shared.Check<float>(Rows * 2, y => Trees.SumLeaves(x, walked.Nodes, walked.NaNLeft, walked.Roots, forest.GroupTargets, walked.Leaves, work, y, Rows, Features, 2, 1));
    }

    [Fact]
    public void ShortOperandsAreRefused()
    {
        CompleteForest forest = new(2, 2, 1, 3);
        var masked = forest.Masked();
        var walked = forest.Walked();
        Assert.Throws<ArgumentException>(() => Trees.SumMasked(
            new float[2], masked.SlotEnds, masked.Columns, masked.Bounds, masked.Masks, default, masked.LeafStarts, masked.Leaves, forest.GroupTargets, default, new float[2], 1, 3, 2, 1, 1));
        Assert.Throws<ArgumentException>(() => Trees.SumMasked(
            new float[3], masked.SlotEnds, masked.Columns, masked.Bounds, new uint[1], default, masked.LeafStarts, masked.Leaves, forest.GroupTargets, default, new float[2], 1, 3, 2, 1, 1));
        Assert.Throws<ArgumentException>(() => Trees.SumLeaves(new float[3], walked.Nodes, default, walked.Roots, forest.GroupTargets, walked.Leaves, default, new float[1], 1, 3, 2, 1));
        Assert.Throws<ArgumentException>(() => Trees.SumLeaves(new float[48], walked.Nodes, default, walked.Roots, forest.GroupTargets, walked.Leaves, default, new float[32], 16, 3, 2, 1));
    }
}
