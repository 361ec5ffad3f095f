using System.Runtime.InteropServices;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class TreesTests
{
    // The kernels add in other orders than the plain loop: a few units in the last place of sums of tens.
    private const double Tolerance = 1e-5;
    private const int Features = 5;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(6, 4)]
    [InlineData(9, 10)]
    public void SumsWalkEveryRow(int depth, int trees)
    {
        CompleteForest forest = new(depth, trees, depth + trees, Features);
        for (int rows = 1; rows < 6; rows++)
        {
            float[] x = forest.Rows(rows, missing: rows % 2 == 1);
            using var from = new GuardedMemory<float>(x);
            using var y = new GuardedMemory<float>(rows * 2);
            Trees.Sum<float>(from.Span, forest.Nodes, forest.Roots, forest.TargetEnds, forest.NaNLeft, [0.5f, -1], y.Span, rows, Features, rows == 2 ? 0 : depth);
            AssertClose(forest.Expected(x, rows, [0.5f, -1]), y.Span.ToArray());
        }
    }

    [Fact]
    public void DoubleSumsKeepTheirPrecision()
    {
        TreeNode<double>[] nodes = [new(0.1, 1, 1, 1), new(1 + 1e-15, 0, 1, 0), new(2, 0, 2, 0)];
        Assert.Equal(1 + 1e-15, SumOf(nodes, 0.1));
        Assert.Equal(2, SumOf(nodes, Math.BitIncrement(0.1)));
    }

    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(2, 5, 40)]
    [InlineData(3, 8, 65)]
    [InlineData(4, 9, 64)]
    [InlineData(5, 6, 32)]
    [InlineData(6, 11, 5)]
    [InlineData(6, 5, 33)]
    public void CompleteTreesGiveWhatWalksGive(int depth, int trees, int features)
    {
        CompleteForest forest = new(depth, trees, (depth * 100) + trees, features);
        foreach (int rows in (int[])[1, 7, 8, 9, 15, 16, 17, 31, 33])
        {
            foreach (bool missing in (bool[])[false, true])
            {
                float[] x = forest.Rows(rows, missing);
                using var from = new GuardedMemory<float>(x);
                using var columns = new GuardedMemory<int>(forest.Columns);
                using var bounds = new GuardedMemory<float>(forest.Bounds);
                using var y = new GuardedMemory<float>(rows * 2);
                using var work = new GuardedMemory<float>(features * Trees.BatchRows);
                Trees.SumComplete(
                    from.Span, forest.Nodes, forest.Roots, forest.TargetEnds, forest.NaNLeft, columns.Span, bounds.Span, forest.Leaves, rows < Trees.BatchRows ? default : work.Span, y.Span, rows, features,
                    depth);
                AssertClose(forest.Expected(x, rows, [0, 0]), y.Span.ToArray(), $"{rows} rows, missing: {missing}, ");
            }
        }
    }

    [Fact]
    public void WithoutOtherWaysForNaNTheNodesAreNotNeeded()
    {
        const int Depth = 3;
        CompleteForest forest = new(Depth, 6, 4, Features);
        Array.Clear(forest.NaNLeft);
        float[] x = forest.Rows(1, missing: true);
        float[] y = new float[2];
        Trees.SumComplete(x, default, forest.Roots, forest.TargetEnds, default, forest.Columns, forest.Bounds, forest.Leaves, default, y, 1, Features, Depth);
        AssertClose(forest.Expected(x, 1, [0, 0]), y);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyNumberOfThreadsGivesTheSame(bool missing)
    {
        const int Rows = 3001;
        const int Depth = 4;
        CompleteForest forest = new(Depth, 30, 9, Features);
        float[] x = forest.Rows(Rows, missing);
        float[] work = new float[Features * Trees.BatchRows];
        Shared.Check<float>(Rows * 2, y => Trees.Sum<float>(x, forest.Nodes, forest.Roots, forest.TargetEnds, forest.NaNLeft, [0.5f, -1], y, Rows, Features, Depth));
        Shared.Check<float>(Rows * 2, y => Trees.SumComplete(
            x, forest.Nodes, forest.Roots, forest.TargetEnds, forest.NaNLeft, forest.Columns, forest.Bounds, forest.Leaves, work, y, Rows, Features, Depth));
    }

    [Fact]
    public void ShortOperandsAreRefused()
    {
        CompleteForest forest = new(2, 2, 1, Features);
        Assert.Throws<ArgumentException>(() => Trees.Sum<float>(new float[4], forest.Nodes, forest.Roots, forest.TargetEnds, default, default, new float[2], 1, Features, 0));
        Assert.Throws<ArgumentException>(() => Trees.Sum<float>(new float[5], forest.Nodes, forest.Roots, forest.TargetEnds, default, default, new float[1], 1, Features, 0));
    }

    private static double SumOf(TreeNode<double>[] nodes, double feature)
    {
        double[] y = new double[1];
        Trees.Sum<double>([0, feature], MemoryMarshal.AsBytes<TreeNode<double>>(nodes), [0], [1], default, default, y, 1, 2, 0);
        return y[0];
    }

    internal static void AssertClose(float[] expected, float[] actual, string place = "")
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"{place}element {i}: {expected[i]} expected, {actual[i]} computed");
        }
    }
}
