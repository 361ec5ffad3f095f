using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>Reductions over axes from a list, against plain loops.</summary>
public sealed class ReduceAxesTests
{
    private static readonly int[] s_shape = [2, 3, 1, 4];

    public static TheoryData<long[]> Choices => [[0], [1], [3], [-1], [2], [0, 1], [0, 2], [3, 0], [1, -1], [-2, -3], [0, 1, 3], [3, 2, 1, 0], []];

    [Theory]
    [MemberData(nameof(Choices))]
    public void SumsAreThoseOfPlainLoops(long[] axes)
    {
        int[] x = [.. Enumerable.Range(1, 24).Select(i => i * i)];
        bool[] isReduced = new bool[4];
        foreach (long axis in axes)
        {
            isReduced[(int)(axis < 0 ? axis + 4 : axis)] = true;
        }

        int[] kept = [.. s_shape.Where((_, i) => !isReduced[i])];
        int[] expected = new int[kept.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < x.Length; i++)
        {
            int rest = i;
            int at = 0;
            int step = 1;
            for (int axis = 3; axis >= 0; axis--)
            {
                at += isReduced[axis] ? 0 : rest % s_shape[axis] * step;
                step *= isReduced[axis] ? 1 : s_shape[axis];
                rest /= s_shape[axis];
            }

            expected[at] += x[i];
        }

        int[] y = new int[expected.Length];
        ReduceAxes.Run<int, long>(x, axes, new int[24], y, Reduction.Sum, s_shape);
        Assert.Equal(expected, y);
        Assert.Equal(kept.Select(k => (long)k), kept.Select((_, i) => ReduceAxes.Size<long>(axes, Reduction.Sum, s_shape, i, keepDims: false)));
        Assert.Equal(s_shape.Select((s, i) => isReduced[i] ? 1L : s), s_shape.Select((_, i) => ReduceAxes.Size<long>(axes, Reduction.Sum, s_shape, i, keepDims: true)));
    }

    [Fact]
    public void AResultOfAnotherLengthIsEmptied()
    {
        float[] y = [1, 2, 3, 4, 5];
        ReduceAxes.Run<float, int>(new float[24], [1], new float[24], y, Reduction.Sum, s_shape);
        Assert.Equal(new float[5], y);
        bool[] truths = [true, true];
        ReduceAxes.Truths<int>(new bool[24], [1], new bool[24], truths, Reduction.Max, s_shape);
        Assert.Equal([false, false], truths);
    }

    [Fact]
    public void RootsAndLogarithmsAreThoseOfBothWidths()
    {
        float[] y = new float[1];
        double[] wide = new double[1];
        foreach ((Reduction kind, double expected) in ((Reduction, double)[])[(Reduction.L2, 5), (Reduction.LogSum, Math.Log(7)), (Reduction.LogSumExp, Math.Log(Math.Exp(3) + Math.Exp(4)))])
        {
            ReduceAxes.Run<float, long>([3, 4], [0], new float[2], y, kind, [2]);
            ReduceAxes.Run<double, long>([3, 4], [0], new double[2], wide, kind, [2]);
            Assert.Equal(expected, y[0], 2 * Close.Ulp * expected);
            Assert.Equal(expected, wide[0], 1e-15);
        }

        Assert.Throws<ArgumentException>(() => ReduceAxes.Run<Half, long>([(Half)3, (Half)4], [0], new Half[2], new Half[1], Reduction.L2, [2]));
    }

    [Fact]
    public void AxesThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ReduceAxes.Size<long>([4], Reduction.Max, s_shape, 0, keepDims: true));
        Assert.Throws<ArgumentException>(() => ReduceAxes.Size<long>([-5], Reduction.Max, s_shape, 0, keepDims: true));
        Assert.Throws<ArgumentException>(() => ReduceAxes.Size<long>([1, -3], Reduction.Max, s_shape, 0, keepDims: true));
        Assert.Throws<ArgumentException>(() => ReduceAxes.Size<long>([0, 1], Reduction.Max, s_shape, 2, keepDims: false));
        Assert.Throws<ArgumentException>(() => ReduceAxes.Run<float, long>(new float[23], [1], new float[24], new float[8], Reduction.Max, s_shape));
    }
}
