using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class ReduceTests
{
    // n additions of values of magnitude at most 9 (squares of 3): n * ulp(sum) / 2, n at most 300.
    private const double SumTolerance = 300 * Close.Ulp * 64;

    private delegate void Kernel(ReadOnlySpan<float> x, Span<float> y, int outer, int axis, int inner);

    public static TheoryData<int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (int axis in new[] { 1, 2, 3, 7, 16, 31, 32, 33, 64, 100, 127, 300 })
            {
                foreach (int inner in new[] { 1, 2, 5, 16, 37 })
                {
                    data.Add(axis, inner);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FloatsEqualTheDefinition(int axis, int inner)
    {
        Check(Reduce.Sum, v => v.Sum(), axis, inner, SumTolerance);
        Check(Reduce.Mean, v => v.Average(), axis, inner, SumTolerance);
        Check(Reduce.Max, v => v.Max(), axis, inner, 0);
        Check(Reduce.Min, v => v.Min(), axis, inner, 0);
        Check(Reduce.L1, v => v.Sum(Math.Abs), axis, inner, SumTolerance);
        Check(Reduce.SumSquare, v => v.Sum(x => x * x), axis, inner, SumTolerance);
        Check(Reduce.L2F32, v => Math.Sqrt(v.Sum(x => x * x)), axis, inner, SumTolerance);
        Check(Reduce.LogSumExpF32, v => Math.Log(v.Sum(Math.Exp)), axis, inner, Close.Ulp);
        Check(Reduce.LogSumF32, v => Math.Log(v.Sum()), axis, inner, SumTolerance, 0.1f);
        Check(Reduce.Prod, v => v.Aggregate(1.0, (p, x) => p * x), axis, inner, 0, 0.9f, 300 * Close.Ulp, 1.1f);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void IntegersAreExact(int axis, int inner)
    {
        int[] values = Samples.Integers(3 * axis * inner, axis, -100, 100);
        using var x = new GuardedMemory<int>(values);
        using var y = new GuardedMemory<int>(3 * inner);
        Reduce.Sum<int>(x.Span, y.Span, 3, axis, inner);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => v.Sum()), y.Span.ToArray());
        Reduce.Mean<int>(x.Span, y.Span, 3, axis, inner);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => v.Sum() / axis), y.Span.ToArray());
        Reduce.Max<int>(x.Span, y.Span, 3, axis, inner);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => v.Max()), y.Span.ToArray());
        Reduce.Min<int>(x.Span, y.Span, 3, axis, inner);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => v.Min()), y.Span.ToArray());
        long[] wide = [.. values.Select(i => (long)i)];
        var product = new long[3 * inner];
        Reduce.Prod<long>(wide, product, 3, axis, inner);
        Assert.Equal(Columns(wide, 3, axis, inner).Select(v => v.Aggregate(1L, (p, i) => unchecked(p * i))), product);
        var index = new long[3 * inner];
        Reduce.ArgMax<int>(values, index, 3, axis, inner, false);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => (long)v.IndexOf(v.Max())), index);
        Reduce.ArgMax<int>(values, index, 3, axis, inner, true);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => (long)v.LastIndexOf(v.Max())), index);
        Reduce.ArgMin<int>(values, index, 3, axis, inner, false);
        Assert.Equal(Columns(values, 3, axis, inner).Select(v => (long)v.IndexOf(v.Min())), index);
    }

    [Fact]
    public void NaNIsNotLost()
    {
        var x = new float[64];
        x[40] = float.NaN;
        var y = new float[1];
        Reduce.Max<float>(x, y, 1, 64, 1);
        Assert.True(float.IsNaN(y[0]));
        Reduce.Min<float>(x, y, 1, 64, 1);
        Assert.True(float.IsNaN(y[0]));
        var index = new long[1];
        Reduce.ArgMax<float>(x, index, 1, 64, 1, true);
        Assert.Equal(40, index[0]);
    }

    [Fact]
    public void AnEmptyAxisGivesTheIdentity()
    {
        var y = new float[2];
        Reduce.Sum<float>([], y, 2, 0, 1);
        Assert.Equal([0f, 0f], y);
        Reduce.Max<float>([], y, 2, 0, 1);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], y);
        Reduce.Prod<float>([], y, 1, 0, 2);
        Assert.Equal([1f, 1f], y);
    }

    private static void Check(
        Kernel kernel, Func<List<double>, double> expected, int axis, int inner, double absolute, float low = -3f, double relative = Close.Ulp, float high = 3f)
    {
        float[] values = Samples.Uniform(3 * axis * inner, axis + inner, low, high);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(3 * inner);
        kernel(x.Span, y.Span, 3, axis, inner);
        double[] reference = [.. Columns([.. values.Select(v => (double)v)], 3, axis, inner).Select(expected)];
        Close.AssertEqual(reference, y.Span, absolute, relative, $"{axis} x {inner}");
    }

    private static IEnumerable<List<T>> Columns<T>(T[] x, int outer, int axis, int inner) =>
        from o in Enumerable.Range(0, outer)
        from i in Enumerable.Range(0, inner)
        select Enumerable.Range(0, axis).Select(k => x[(((o * axis) + k) * inner) + i]).ToList();
}
