using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class GatherTests
{
    [Fact]
    public void TakesRowsAndCountsFromTheEnd()
    {
        using var x = new GuardedMemory<int>(Enumerable.Range(0, 12).ToArray());
        using var y = new GuardedMemory<int>(12);
        Gather.Run<int, long>(x.Span, [2, -3, 0], y.Span, 2, 3, 2);
        Assert.Equal([4, 5, 0, 1, 0, 1, 10, 11, 6, 7, 6, 7], y.Span.ToArray());
        using var single = new GuardedMemory<int>(2);
        Gather.Run<int, int>(x.Span, [-1], single.Span, 2, 6, 1);
        Assert.Equal([5, 11], single.Span.ToArray());
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(-4L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void RefusesIndicesOutsideOfTheAxis(long index)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Run<int, long>(new int[3], [index], new int[1], 1, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Elements<int, long>(new int[3], [index], new int[1], 1, 3, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Tuples<int, long>(new int[3], [index], new int[1], 1, 1, 1, [3]));
    }

    [Fact]
    public void ElementsFollowTheirColumn()
    {
        var y = new int[4];
        Gather.Elements<int, long>([1, 2, 3, 4], [0, 0, 1, 0], y, 2, 2, 2, 1);
        Assert.Equal([1, 1, 4, 3], y);
        Gather.Elements<int, long>([1, 2, 3, 4, 5, 6], [2, 0, -1, 1], y, 1, 3, 2, 2);
        Assert.Equal([5, 2, 5, 4], y);
    }

    [Fact]
    public void TuplesIndexSeveralAxes()
    {
        var y = new int[2];
        Gather.Tuples<int, long>([0, 1, 2, 3], [0, 0, 1, 1], y, 1, 2, 1, [2, 2]);
        Assert.Equal([0, 3], y);
        var rows = new int[4];
        Gather.Tuples<int, long>([0, 1, 2, 3, 4, 5, 6, 7], [1, 0], rows, 2, 1, 2, [2]);
        Assert.Equal([2, 3, 4, 5], rows);
    }
}
