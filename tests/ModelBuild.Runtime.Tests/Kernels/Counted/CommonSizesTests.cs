using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Counted;

public sealed class CommonSizesTests
{
    [Theory]
    [InlineData(5, 5, 1, 5)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(0, 1, 1, 0)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(1, 1, 3, 3)]
    public void OnesAreRepeated(int a, int b, int c, int expected)
    {
        Assert.Equal(expected, CommonSizes.Count([a, b, c]));
        Assert.Equal(expected, CommonSizes.Count([c, b, a]));
    }

    [Fact]
    public void OtherSizesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => CommonSizes.Count([3, 1, 2]));
        Assert.Throws<ArgumentException>(() => CommonSizes.Count([0, 3]));
    }

    [Fact]
    public void AxesOfOneElementAreRepeated()
    {
        int[] y = new int[12];
        CommonSizes.Expand<int>([1, 2], y, [2, 1, 1], [2, 3, 2]);
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], y);
        CommonSizes.Expand<int>([1, 2, 3], y.AsSpan(0, 6), [1, 3], [2, 3]);
        Assert.Equal([1, 2, 3, 1, 2, 3], y[..6]);
        CommonSizes.Expand<int>([7], y.AsSpan(0, 1), [], []);
        Assert.Equal(7, y[0]);
        CommonSizes.Expand<int>([], [], [0, 1], [0, 4]);
    }

    [Fact]
    public void WhatIsNoRepetitionIsCleared()
    {
        int[] y = [1, 1, 1];
        CommonSizes.Expand<int>([5, 6], y, [2], [3]);
        Assert.Equal([0, 0, 0], y);
    }
}
