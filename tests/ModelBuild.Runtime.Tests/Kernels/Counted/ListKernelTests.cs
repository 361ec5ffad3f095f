using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Counted;

/// <summary>Reshape, Squeeze, Unsqueeze, Expand, Tile and Pad by lists of a call, at sizes that are not those of the lists too.</summary>
public sealed class ListKernelTests
{
    private static readonly int[] s_shape = [2, 3];
    private static readonly float[] s_x = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void SizesFollowFromLists()
    {
        Assert.Equal([3, 1, 2], Sizes(3, i => Reshapes.ReshapedSize<long>([3, 1, -1], s_shape, i, allowZero: false)));
        Assert.Equal([2, 3], Sizes(2, i => Reshapes.ReshapedSize<int>([0, 0], s_shape, i, allowZero: false)));
        Assert.Equal([0, 3, 0], Sizes(3, i => Reshapes.ReshapedSize<long>([0, -1, 0], [0, 3, 0], i, allowZero: false)));
        Assert.Equal([3], Sizes(1, i => Reshapes.SqueezedSize<long>([-1, 0], [1, 3, 1], i)));
        Assert.Equal([2, 1, 3, 1], Sizes(4, i => Reshapes.UnsqueezedSize<long>([-1, 1], s_shape, i)));
        Assert.Equal([4, 2, 3], Sizes(3, i => Extents.ExpandedSize<long>([4, 1, 3], s_shape, i)));
        Assert.Equal([0, 3], Sizes(2, i => Extents.TiledSize<long>([0, 1], s_shape, i)));
        Assert.Equal([3, 1], Sizes(2, i => Extents.PaddedSize<long>([1, -1, 0, -1], default, s_shape, i)));
        Assert.Equal([2, 6], Sizes(2, i => Extents.PaddedSize<long>([1, 2], [-1], s_shape, i)));
    }

    [Fact]
    public void ElementsStayInTheirOrderWhateverIsLongEnough()
    {
        foreach (int length in (int[])[0, 5, 6, 8])
        {
            float[] expected = [.. s_x.Take(length), .. new float[Math.Max(0, length - 6)]];
            Assert.Equal(expected, Filled(length, y => Reshapes.Reshape<float, long>(s_x, [6], y, s_shape, allowZero: false)));
            Assert.Equal(expected, Filled(length, y => Reshapes.Squeeze<float, long>(s_x, [0], y, [1, 6])));
            Assert.Equal(expected, Filled(length, y => Reshapes.Unsqueeze<float, long>(s_x, [0], y, s_shape)));
        }
    }

    [Fact]
    public void ResultsOfOtherLengthsAreEmptied()
    {
        Assert.Equal([1f, 1, 2, 2], Filled(4, y => Extents.Expand<float, long>([1, 2], [1, 2], y, [2, 1])));
        Assert.Equal([1f, 2, 1, 2], Filled(4, y => Extents.Tile<float, long>([1, 2], [2], y, [2])));
        Assert.Equal([9f, 1, 2, 9], Filled(4, y => Extents.Pad<float, long>([1, 2], [9f], [1, 1], default, y, PadMode.Constant, [2])));
        foreach (int length in (int[])[0, 3, 5])
        {
            Assert.Equal(new float[length], Filled(length, y => Extents.Expand<float, long>([1, 2], [1, 2], y, [2, 1])));
            Assert.Equal(new float[length], Filled(length, y => Extents.Tile<float, long>([1, 2], [2], y, [2])));
            Assert.Equal(new float[length], Filled(length, y => Extents.Pad<float, long>([1, 2], [9f], [1, 1], default, y, PadMode.Constant, [2])));
        }
    }

    [Fact]
    public void SizesBeyondAllMemoryAreNotMultiplied()
    {
        long[] huge = [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue];
        Assert.Equal(int.MaxValue, Extents.ExpandedSize<long>(huge, [1], 0));
        Assert.Equal(new float[2], Filled(2, y => Extents.Expand<float, long>([1], huge, y, [1])));
        Assert.Equal(new float[2], Filled(2, y => Extents.Tile<float, long>([1], [long.MaxValue], y, [1])));
        Assert.Throws<ArgumentException>(() => Reshapes.ReshapedSize<long>(huge, s_shape, 0, allowZero: false));
        Assert.Throws<ArgumentException>(() => Reshapes.ReshapedSize<long>([long.MaxValue, long.MinValue], s_shape, 0, allowZero: false));
        Assert.Throws<ArgumentException>(() => Extents.PaddedSize<long>([long.MinValue, long.MinValue], default, [2], 0));
        Assert.Throws<ArgumentException>(() => Extents.PaddedSize<long>([1, 1, 1], default, [2], 0));
        Assert.Throws<ArgumentException>(() => Reshapes.UnsqueezedSize<long>(new long[16], s_shape, 0));
    }

    private static long[] Sizes(int rank, Func<int, long> size) => [.. Enumerable.Range(0, rank).Select(size)];

    private static float[] Filled(int length, Action<float[]> kernel)
    {
        float[] y = [.. Enumerable.Repeat(float.NaN, length)];
        kernel(y);
        return y;
    }
}
