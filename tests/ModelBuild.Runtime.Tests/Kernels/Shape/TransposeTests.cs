using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class TransposeTests
{
    [Fact]
    public void EqualsTheDefinitionForRandomPermutations()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int rank = random.Next(0, 6);
            int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6) + (random.Next(5) == 0 ? 33 : 0))];
            if (shape.Aggregate(1L, (p, d) => p * d) > 200_000)
            {
                continue;
            }

            int[] permutation = [.. Enumerable.Range(0, rank)];
            random.Shuffle(permutation);
            Check(shape, permutation);
        }
    }

    [Theory]
    [InlineData(1, 3, 224 * 7)]
    [InlineData(2, 64, 49)]
    [InlineData(3, 33, 65)]
    [InlineData(1, 4, 4)]
    public void EqualsTheDefinitionForMatrices(int batch, int rows, int columns) => Check([batch, rows, columns], [0, 2, 1]);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void EqualsTheDefinitionForFewRowsOfAnyLength(int rows)
    {
        for (int columns = 1; columns <= 150; columns++)
        {
            Check([2, rows, columns], [0, 2, 1]);
            Check([columns, rows], [1, 0]);
        }
    }

    [Fact]
    public void RefusesWhatIsNoPermutation()
    {
        Assert.Throws<ArgumentException>(() => Transpose.Run<int>(new int[4], new int[4], [2, 2], [0, 0]));
        Assert.Throws<ArgumentException>(() => Transpose.Run<int>(new int[4], new int[4], [2, 2], [0, 2]));
        Assert.Throws<ArgumentException>(() => Transpose.Run<int>(new int[4], new int[4], [2, 2], [0]));
        Assert.Throws<ArgumentException>(() => Transpose.Run<int>(new int[3], new int[4], [2, 2], [1, 0]));
        Assert.Throws<ArgumentException>(() => Transpose.Run<int>(new int[4], new int[3], [2, 2], [1, 0]));
    }

    private static void Check(int[] shape, int[] permutation)
    {
        int count = shape.Aggregate(1, (p, d) => p * d);
        int[] values = Samples.Integers(count, count, int.MinValue, int.MaxValue);
        int[] expected = Reference(values, shape, permutation);
        using var x = new GuardedMemory<int>(values);
        using var y = new GuardedMemory<int>(count);
        Transpose.Run<int>(x.Span, y.Span, shape, permutation);
        Assert.Equal(expected, y.Span.ToArray());
        using var x8 = new GuardedMemory<byte>(values.Select(i => (byte)i).ToArray());
        using var y8 = new GuardedMemory<byte>(count, GuardSide.Start);
        Transpose.Run<byte>(x8.Span, y8.Span, shape, permutation);
        Assert.Equal(expected.Select(i => (byte)i), y8.Span.ToArray());
    }

    private static int[] Reference(int[] x, int[] shape, int[] permutation)
    {
        int rank = shape.Length;
        var y = new int[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            var index = new int[rank];
            int rest = i;
            for (int k = rank - 1; k >= 0; k--)
            {
                index[permutation[k]] = rest % shape[permutation[k]];
                rest /= shape[permutation[k]];
            }

            int offset = 0;
            for (int k = 0; k < rank; k++)
            {
                offset = (offset * shape[k]) + index[k];
            }

            y[i] = x[offset];
        }

        return y;
    }
}
