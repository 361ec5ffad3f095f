using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class MovementTests
{
    [Fact]
    public void DepthToSpaceFollowsBothModes()
    {
        var y = new int[8];
        DepthToSpace.Run<int>([0, 1, 2, 3, 4, 5, 6, 7], y, 1, 1, 1, 8, 2, columnRowDepth: false);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], y);
        DepthToSpace.Run<int>([0, 1, 2, 3, 4, 5, 6, 7], y, 1, 1, 1, 8, 2, columnRowDepth: true);
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], y);
        int[] x = [.. Enumerable.Range(0, 2 * 3 * 2 * 12)];
        var space = new int[x.Length];
        var back = new int[x.Length];
        DepthToSpace.Run<int>(x, space, 2, 3, 2, 12, 2, columnRowDepth: false);
        DepthToSpace.Reverse<int>(space, back, 2, 3, 2, 3, 2);
        Assert.Equal(x, back);
        Assert.NotEqual(x, space);
        Assert.Throws<ArgumentOutOfRangeException>(() => DepthToSpace.Run<int>(new int[6], new int[6], 1, 1, 1, 6, 2, false));
    }

    [Theory]
    [InlineData(ScatterReduction.None, new[] { 7, 2, 6 })]
    [InlineData(ScatterReduction.Add, new[] { 13, 2, 9 })]
    [InlineData(ScatterReduction.Mul, new[] { 35, 2, 18 })]
    [InlineData(ScatterReduction.Max, new[] { 7, 2, 6 })]
    [InlineData(ScatterReduction.Min, new[] { 1, 2, 3 })]
    public void ScatterReduces(ScatterReduction reduction, int[] expected)
    {
        var y = new int[3];
        Scatter.Elements<int, long>([1, 2, 3], [0, -1, 0], [5, 6, 7], y, 1, 3, 3, 1, reduction);
        Assert.Equal(expected, y);
        Scatter.Tuples<int, long>([1, 2, 3], [0, -1, 0], [5, 6, 7], y, 3, 1, reduction, [3]);
        Assert.Equal(expected, y);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scatter.Elements<int, long>([1], [1], [2], new int[1], 1, 1, 1, 1, reduction));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scatter.Tuples<int, long>([1], [-2], [2], new int[1], 1, 1, reduction, [1]));
    }

    [Fact]
    public void CumSumRunsBothWays()
    {
        var y = new int[3];
        Scan.CumSum<int>([1, 2, 3], y, 1, 3, 1, exclusive: false, reverse: false);
        Assert.Equal([1, 3, 6], y);
        Scan.CumSum<int>([1, 2, 3], y, 1, 3, 1, exclusive: true, reverse: false);
        Assert.Equal([0, 1, 3], y);
        Scan.CumSum<int>([1, 2, 3], y, 1, 3, 1, exclusive: true, reverse: true);
        Assert.Equal([5, 3, 0], y);
    }

    [Fact]
    public void CumProdRunsBothWays()
    {
        var y = new int[6];
        Scan.CumProd<int>([1, 2, 3, 4, 5, 6], y, 1, 3, 2, exclusive: false, reverse: false);
        Assert.Equal([1, 2, 3, 8, 15, 48], y);
        Scan.CumProd<int>([1, 2, 3, 4, 5, 6], y, 2, 3, 1, exclusive: true, reverse: true);
        Assert.Equal([6, 3, 1, 30, 6, 1], y);
    }

    [Fact]
    public void AxesAndDiagonalsMayComeAtRunTime()
    {
        var y = new int[6];
        Scan.CumSumAlong<int, long>([1, 2, 3, 4, 5, 6], [-2], y, [2, 3], exclusive: false, reverse: false);
        Assert.Equal([1, 2, 3, 5, 7, 9], y);
        Scan.CumProdAlong<int, int>([1, 2, 3, 4, 5, 6], [1], y, [2, 3], exclusive: false, reverse: true);
        Assert.Equal([6, 6, 3, 120, 30, 6], y);
        Scan.TriluAt<int, long>([1, 2, 3, 4, 5, 6], [1], y, 1, 2, 3, upper: true);
        Assert.Equal([0, 2, 3, 0, 0, 6], y);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scan.CumSumAlong<int, long>([1], [1], y, [1], false, false));
        Assert.Throws<ArgumentException>(() => Scan.TriluAt<int, long>([1], [], y, 1, 1, 1, upper: true));
    }

    [Fact]
    public void CacheTakesUpdatesAtAPlaceForEachItem()
    {
        int[] cache = [1, 2, 3, 4, 5, 6];
        var y = new int[6];
        Scatter.Cache<int, long>(cache, [7, 8], [2, 0], y, 2, 3, 1, 1, circular: false);
        Assert.Equal([1, 2, 7, 8, 5, 6], y);
        Scatter.Cache<int, int>(cache, [7, 8, 9, 10], [-1, 5], y, 2, 3, 2, 1, circular: true);
        Assert.Equal([8, 2, 7, 10, 5, 9], y);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scatter.Cache<int, long>(cache, [7, 8], [3, 0], y, 2, 3, 1, 1, circular: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scatter.Cache<int, long>(cache, [7, 8], [-1, 0], y, 2, 3, 1, 1, circular: false));
    }

    [Fact]
    public void BitsMoveBetweenTypesOfOneWidth()
    {
        var y = new uint[2];
        Copy.Bits<float, uint>([1f, -0f], y);
        Assert.Equal([0x3F800000u, 0x80000000u], y);
    }

    [Fact]
    public void TriluKeepsOneTriangleForEveryDiagonal()
    {
        int[] x = [.. Enumerable.Range(1, 2 * 3 * 4)];
        var y = new int[x.Length];
        for (int k = -6; k <= 6; k++)
        {
            Scan.Trilu<int>(x, y, 2, 3, 4, k, upper: true);
            Assert.Equal(x.Select((v, i) => (i % 4) - (i / 4 % 3) >= k ? v : 0), y);
            Scan.Trilu<int>(x, y, 2, 3, 4, k, upper: false);
            Assert.Equal(x.Select((v, i) => (i % 4) - (i / 4 % 3) <= k ? v : 0), y);
        }
    }

    [Fact]
    public void OneHotAndRange()
    {
        var y = new float[6];
        Scan.OneHot<long, float>([1, -1], [0f], [2f], y, 2, 3, 1);
        Assert.Equal([0f, 2f, 0f, 0f, 0f, 2f], y);
        Scan.OneHot<long, float>([3, -4], [0f], [2f], y, 2, 3, 1);
        Assert.Equal([0f, 0f, 0f, 0f, 0f, 0f], y);
        var range = new long[4];
        Scan.Range<long>([10], [-3], range);
        Assert.Equal([10, 7, 4, 1], range);
    }

    [Fact]
    public void TopKEqualsASortWithStableOrder()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int axis = random.Next(1, 40);
            int inner = random.Next(1, 4);
            int k = random.Next(0, axis + 1);
            float[] x = [.. Samples.Integers(2 * axis * inner, seed, -5, 6).Select(i => i == 5 ? float.NaN : i)];
            using var values = new GuardedMemory<float>(2 * k * inner);
            using var indices = new GuardedMemory<long>(2 * k * inner);
            bool largest = (seed & 1) == 0;
            TopK.Run<float>(x, values.Span, indices.Span, 2, axis, inner, k, largest);
            for (int column = 0; column < 2 * inner; column++)
            {
                (float Value, long Index)[] items = [.. Enumerable.Range(0, axis)
                    .Select(i => (x[(((column / inner * axis) + i) * inner) + (column % inner)], (long)i))];
                double Key(float v) => float.IsNaN(v) ? 100 : v;
                (float Value, long Index)[] sorted = [.. (largest ? items.OrderByDescending(t => Key(t.Value)) : items.OrderBy(t => Key(t.Value))).Take(k)];
                for (int i = 0; i < k; i++)
                {
                    int at = (((column / inner * k) + i) * inner) + (column % inner);
                    Assert.Equal(sorted[i], (values.Span[at], indices.Span[at]));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 3, 5, 208, 2)]
    [InlineData(2, 3, 3, 37, 2)]
    [InlineData(1, 1, 2, 19, 4)]
    [InlineData(2, 5, 2, 9, 3)]
    [InlineData(1, 128, 2, 21, 2)]
    public void PlanarBlocksFollowTheDefinition(int batch, int planes, int outH, int outW, int block)
    {
        int channels = planes * block * block;
        float[] values = Samples.Uniform(batch * channels * outH * outW, channels);
        foreach (bool columnsFirst in (bool[])[false, true])
        {
            using var x = new GuardedMemory<float>(values);
            using var y = new GuardedMemory<float>(values.Length);
            PlanarBlocks.F32(x.Span, y.Span, batch, planes, outH, outW, block, columnsFirst);
            for (int i = 0; i < values.Length; i++)
            {
                int place = i % channels / planes;
                (int row, int column) = columnsFirst ? (place % block, place / block) : (place / block, place % block);
                int w = (i / channels % outW * block) + column;
                int h = (i / channels / outW % outH * block) + row;
                int plane = (i / channels / outW / outH * planes) + (i % planes);
                Assert.Equal(values[(((plane * outH * block) + h) * outW * block) + w], y.Span[i]);
            }
        }
    }

    [Fact]
    public void PlanarBlocksRefuseTooManyChannels() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PlanarBlocks.F32(new float[600], new float[600], 1, 150, 1, 1, 2, columnsFirst: false));
}
