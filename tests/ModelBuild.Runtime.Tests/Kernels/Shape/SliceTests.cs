using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class SliceTests
{
    [Fact]
    public void EqualsTheDefinitionForRandomSlices()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int rank = random.Next(0, 5);
            int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 9))];
            var starts = new int[rank];
            var steps = new int[rank];
            var outShape = new int[rank];
            for (int k = 0; k < rank; k++)
            {
                starts[k] = random.Next(shape[k]);
                steps[k] = random.Next(3) == 0 ? -random.Next(1, 4) : random.Next(1, 3);
                int longest = steps[k] > 0 ? ((shape[k] - 1 - starts[k]) / steps[k]) + 1 : (starts[k] / -steps[k]) + 1;
                outShape[k] = random.Next(4) == 0 ? random.Next(0, longest + 1) : longest;
            }

            using var x = new GuardedMemory<int>(Enumerable.Range(0, Count(shape)).ToArray());
            using var y = new GuardedMemory<int>(Count(outShape), (seed & 1) == 0 ? GuardSide.End : GuardSide.Start);
            Slice.Run<int>(x.Span, y.Span, shape, starts, steps, outShape);
            for (int i = 0; i < y.Span.Length; i++)
            {
                int[] index = Index(i, outShape);
                int expected = 0;
                for (int k = 0; k < rank; k++)
                {
                    expected = (expected * shape[k]) + starts[k] + (index[k] * steps[k]);
                }

                Assert.Equal(expected, y.Span[i]);
            }
        }
    }

    [Fact]
    public void RefusesSlicesThatLeaveTheTensor()
    {
        Assert.Throws<ArgumentException>(() => Slice.Run<int>(new int[4], new int[3], [4], [2], [1], [3]));
        Assert.Throws<ArgumentException>(() => Slice.Run<int>(new int[4], new int[3], [4], [1], [-1], [3]));
        Assert.Throws<ArgumentException>(() => Slice.Run<int>(new int[4], new int[1], [4], [-1], [1], [1]));
        Assert.Throws<ArgumentException>(() => Slice.Expand<int>(new int[1], new int[4], [2, 2], [1, 0]));
    }

    [Fact]
    public void ExpandAndTileRepeat()
    {
        var y = new int[6];
        Slice.Expand<int>([1, 2], y, [2, 3], [1, 0]);
        Assert.Equal([1, 1, 1, 2, 2, 2], y);
        Slice.Expand<int>([1, 2, 3], y, [2, 3], [0, 1]);
        Assert.Equal([1, 2, 3, 1, 2, 3], y);
        var tiled = new int[16];
        Slice.Tile<int>([1, 2, 3, 4], tiled, [2, 2], [2, 2]);
        Assert.Equal([1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4], tiled);
    }

    private static int Count(int[] shape) => shape.Aggregate(1, (p, d) => p * d);

    private static int[] Index(int i, int[] shape)
    {
        var index = new int[shape.Length];
        for (int k = shape.Length - 1; k >= 0; k--)
        {
            index[k] = i % shape[k];
            i /= shape[k];
        }

        return index;
    }
}
