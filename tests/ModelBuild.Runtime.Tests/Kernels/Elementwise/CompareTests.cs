using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Elementwise;

public sealed class CompareTests
{
    [Fact]
    public void EveryComparisonEqualsTheOperator()
    {
        for (int length = 0; length < 100; length++)
        {
            float[] a = Samples.WithSpecial(length, length);
            float[] b = [.. a.Select((x, i) => i % 3 == 0 ? x : -x)];
            using var left = new GuardedMemory<float>(a);
            using var right = new GuardedMemory<float>(b);
            using var y = new GuardedMemory<bool>(length);
            Compare.Equal<float>(left.Span, right.Span, y.Span);
            Assert.Equal(a.Zip(b, (p, q) => p == q), y.Span.ToArray());
            Compare.Less<float>(left.Span, right.Span, y.Span);
            Assert.Equal(a.Zip(b, (p, q) => p < q), y.Span.ToArray());
            Compare.LessOrEqual<float>(left.Span, right.Span, y.Span);
            Assert.Equal(a.Zip(b, (p, q) => p <= q), y.Span.ToArray());
            Compare.Greater<float>(left.Span, right.Span, y.Span);
            Assert.Equal(a.Zip(b, (p, q) => p > q), y.Span.ToArray());
            Compare.GreaterOrEqual<float>(left.Span, right.Span, y.Span);
            Assert.Equal(a.Zip(b, (p, q) => p >= q), y.Span.ToArray());
        }
    }

    [Fact]
    public void EqualTakesBooleans()
    {
        var y = new bool[4];
        Compare.EqualBroadcast<bool>([true, false], [true, false], y, [2, 2], [1, 0], [0, 1]);
        Assert.Equal([true, false, false, true], y);
    }

    [Fact]
    public void ComparisonsBroadcast()
    {
        var y = new bool[6];
        Compare.LessBroadcast<long>([1, 2], [0, 2, 3], y, [2, 3], [1, 0], [0, 1]);
        Assert.Equal([false, true, true, false, false, true], y);
    }
}
