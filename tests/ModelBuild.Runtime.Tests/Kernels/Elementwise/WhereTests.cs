using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Elementwise;

public sealed class WhereTests
{
    [Fact]
    public void SelectsForEveryLength()
    {
        for (int length = 1; length < 100; length++)
        {
            bool[] condition = [.. Samples.Integers(length, length, 0, 2).Select(i => i == 1)];
            float[] a = Samples.WithSpecial(length, length);
            float[] b = Samples.WithSpecial(length, length + 1);
            using var c = new GuardedMemory<bool>(condition);
            using var left = new GuardedMemory<float>(a);
            using var right = new GuardedMemory<float>(b);
            using var y = new GuardedMemory<float>(length);
            Where.Run<float>(c.Span, left.Span, right.Span, y.Span, [length], [1], [1], [1]);
            Assert.Equal(condition.Select((take, i) => take ? a[i] : b[i]), y.Span.ToArray());
        }
    }

    [Fact]
    public void BroadcastsAllThree()
    {
        var y = new long[6];
        Where.Run<long>([true, false], [10, 20, 30], [-1], y, [2, 3], [1, 0], [0, 1], [0, 0]);
        Assert.Equal([10, 20, 30, -1, -1, -1], y);
    }

    [Fact]
    public void RefusesAConditionThatIsTooShort() =>
        Assert.Throws<ArgumentException>(() => Where.Run<int>([true], [1, 2], [3, 4], new int[2], [2], [1], [1], [1]));
}
