using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Counted;

/// <summary>Kernels that read sizes and bounds in the call: against plain C#, and at sizes of the result that are not those of the values.</summary>
public sealed class RunTimeSizeKernelTests
{
    private static readonly float[] s_x = [.. Enumerable.Range(0, 24).Select(i => (float)i)];

    [Fact]
    public void ASliceIsWhatIndexingGives()
    {
        Random random = new(5);
        for (int round = 0; round < 200; round++)
        {
            int start = random.Next(-8, 9);
            int end = random.Next(-8, 9);
            int step = random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1);
            int[] wanted = [.. Taken(start, end, step, 6)];
            int count = (int)BoundedSlice.Count<int>([start], [end], [-1], [step], [4, 6], 1);
            Assert.Equal(wanted.Length, count);
            Assert.Equal(4, BoundedSlice.Count<int>([start], [end], [-1], [step], [4, 6], 0));
            float[] y = new float[4 * count];
            BoundedSlice.Run<float, int>(s_x, y, [start], [end], [-1], [step], [4, 6], [4, count]);
            Assert.Equal(Enumerable.Range(0, 4).SelectMany(row => wanted.Select(i => (float)((6 * row) + i))), y);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void AnySizeOfTheResultStaysWithinIt(int size)
    {
        float[] y = new float[4 * size];
        BoundedSlice.Run<float, long>(s_x, y, [1], [4], [1], default, [4, 6], [4, size]);
        SizedSplit.Run<float, long>(s_x, [2, 4], y, 1, 4, 6, 1);
        CenterCropPad.Run<float>(s_x, y, [4, 6], [4, size]);
        SizedCol2Im.Run<float, long>(s_x, y, [2, 2], [1, 1], 6, 4, [1, 1], [0, 0, 0, 0], [1, 1], 1, size, [2, 2]);
        AffineGrid.Run<float>([1, 0, 0, 0, 1, 0], y.AsSpan(0, 4 * size), 1, [2, size], alignCorners: true);
        Assert.All(y, v => Assert.InRange(v, -1, 1));
    }

    [Fact]
    public void PartsLieBehindEachOther()
    {
        long[] sizes = [1, 0, 3, 2];
        List<float>[] rows = [[], [], [], []];
        for (int part = 0; part < sizes.Length; part++)
        {
            Assert.Equal(sizes[part], SizedSplit.Count<long>(sizes, 4, part, 6));
            float[] y = new float[4 * sizes[part]];
            SizedSplit.Run<float, long>(s_x, sizes, y, part, 4, 6, 1);
            for (int row = 0; row < 4; row++)
            {
                rows[row].AddRange(y.Skip(row * (int)sizes[part]).Take((int)sizes[part]));
            }
        }

        Assert.Equal(s_x, rows.SelectMany(r => r));
    }

    [Fact]
    public void ValuesThatAreNoSizesAreRefused()
    {
        Assert.Contains("k is 4", Assert.Throws<ArgumentException>(() => TopK.Count<long>([4], 3)).Message, StringComparison.Ordinal);
        Assert.Contains("add up to 7", Assert.Throws<ArgumentException>(() => SizedSplit.Count<int>([3, 4], 2, 0, 6)).Message, StringComparison.Ordinal);
        Assert.Contains("step is 0", Assert.Throws<ArgumentException>(() => BoundedSlice.Count<int>([0], [1], default, [0], [3], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("rank 1 has no axis 1", Assert.Throws<ArgumentException>(() => BoundedSlice.Count<int>([0], [1], [1], default, [3], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("2 starts, 1 ends", Assert.Throws<ArgumentException>(() => BoundedSlice.Count<int>([0, 0], [1], default, default, [3, 3], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("depth is NaN", Assert.Throws<ArgumentException>(() => Counts.Depth<float>([float.NaN])).Message, StringComparison.Ordinal);
        Assert.Contains("a size is -1", Assert.Throws<ArgumentException>(() => CenterCropPad.Count<long>([-1], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Col2Im: a block of 3", Assert.Throws<ArgumentException>(() => SizedCol2Im.Count<long>([2], [3], 6, 4, [1], [0, 0], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("AffineGrid: a size is 0", Assert.Throws<ArgumentException>(() => AffineGrid.Count<long>([1, 1, 0, 1], 1, 0)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Taken(int start, int end, int step, int length)
    {
        start = start < 0 ? start + length : start;
        end = end < 0 ? end + length : end;

        // The specification begins at the first element where a step back begins before it.
        (start, end) = step > 0 ? (Math.Clamp(start, 0, length), Math.Clamp(end, 0, length)) : (Math.Clamp(start, 0, length - 1), Math.Clamp(end, -1, length - 1));
        for (int i = start; step > 0 ? i < end : i > end; i += step)
        {
            yield return i;
        }
    }
}
