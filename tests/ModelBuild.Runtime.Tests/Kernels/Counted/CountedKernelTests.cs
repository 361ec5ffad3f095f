using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Counted;

/// <summary>Kernels that count sizes, against plain C#, and at sizes that are not those of the values.</summary>
public sealed class CountedKernelTests
{
    [Fact]
    public void IndicesAreThoseOfWhatIsNotZero()
    {
        float[] x = [0, 1, -0f, float.NaN, 0, 2];
        Assert.Equal(3, NonZero.Count<float>(x));
        long[] y = new long[6];
        NonZero.Run<float>(x, y, [2, 3]);
        Assert.Equal([0, 1, 1, 1, 0, 2], y);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void AnySizeOfTheResultStaysWithinIt(int columns)
    {
        float[] x = [0, 1, 0, 3, 0, 2];
        long[] y = new long[2 * columns];
        NonZero.Run<float>(x, y, [2, 3]);
        Assert.All(y, i => Assert.InRange(i, 0, 2));
        int[] order = new int[6];
        long[] groups = new long[6];
        int[] sizes = new int[6];
        Assert.Equal(4, Unique.Count<float>(x, order, groups, sizes, 1, 6, 1, sorted: true));
        float[] distinct = new float[columns];
        Unique.Write<float>(x, order, groups, sizes, distinct, new long[columns], new long[6], new long[columns], 1, 6, 1, columns);
        Assert.Equal(((float[])[0, 1, 2, 3]).Take(columns), distinct.Take(4));
    }

    [Fact]
    public void DistinctElementsAreSortedAtEveryLength()
    {
        Random random = new(3);
        for (int length = 0; length < 70; length++)
        {
            int[] x = [.. Enumerable.Range(0, length).Select(_ => random.Next(12))];
            int[] order = new int[length];
            long[] groups = new long[length];
            int[] sizes = new int[length];
            int count = (int)Unique.Count<int>(x, order, groups, sizes, 1, length, 1, sorted: true);
            int[] y = new int[count];
            long[] inverse = new long[length];
            long[] counts = new long[count];
            Unique.Write<int>(x, order, groups, sizes, y, default, inverse, counts, 1, length, 1, count);
            Assert.Equal(x.Distinct().Order(), y);
            Assert.Equal(x, inverse.Select(i => y[i]));
            Assert.Equal(y.Select(v => (long)x.Count(e => e == v)), counts);
        }
    }

    [Fact]
    public void EqualScoresAreTakenInTheOrderOfTheirBoxesAndNaNComesLast()
    {
        float[] boxes = [.. Enumerable.Range(0, 5).SelectMany(i => (float[])[2 * i, 0, (2 * i) + 1, 1])];
        float[] scores = [float.NaN, 0f, -0f, 1f, -1f];
        long[] selected = new long[15];
        Assert.Equal(5, NonMaxSuppression.Select(boxes, scores, [9], [0.5f], default, selected, new ulong[5], 1, 1, 5, isCentre: false));
        Assert.Equal([3, 1, 2, 4, 0], Enumerable.Range(0, 5).Select(i => selected[(3 * i) + 2]));
        Assert.Equal(2, NonMaxSuppression.Select(boxes, scores, [2], [0.5f], default, selected, new ulong[5], 1, 1, 5, isCentre: false));
        Assert.Equal(0, NonMaxSuppression.Select(boxes, scores, default, [0.5f], default, selected, new ulong[5], 1, 1, 5, isCentre: false));
    }

    [Fact]
    public void ARangeWithoutAnEndIsRefused()
    {
        Assert.Equal(4, Counts.Range<float>([0f], [2f], [0.5f]));
        Assert.Equal(0, Counts.Range<long>([5], [5], [-1]));
        Assert.Throws<ArgumentException>(() => Counts.Range<float>([0f], [1f], [0f]));
        Assert.Throws<ArgumentException>(() => Counts.Range<int>([0], [1], [0]));
        Assert.Throws<ArgumentException>(() => Counts.Element<long>([-1], 0));
    }
}
