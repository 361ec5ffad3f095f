using System.Numerics;
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
    public void SelectsElementsOfEveryWidth()
    {
        Widths(i => (sbyte)i);
        Widths(i => (short)i);
        Widths(i => i);
        Widths(i => (long)i << 33);
        Widths(i => i % 3 == 0);
        Widths(i => new Complex(i, -i));
    }

    [Fact]
    public void BroadcastsRowsOfEachOperand()
    {
        // A condition, a and b that repeat along the rows, along the columns, along both or along neither.
        int[][] kinds = [[40, 1], [1, 0], [0, 1], [0, 0]];
        foreach (int[] c in kinds)
        {
            foreach (int[] left in kinds)
            {
                foreach (int[] right in kinds)
                {
                    bool[] condition = [.. Samples.Integers(120, 1, 0, 2).Select(i => i == 1)];
                    float[] a = Samples.WithSpecial(120, 2);
                    float[] b = Samples.WithSpecial(120, 3);
                    var y = new float[120];
                    Where.Run<float>(condition, a, b, y, [3, 40], c, left, right);
                    for (int i = 0; i < 120; i++)
                    {
                        int row = i / 40;
                        int column = i % 40;
                        float expected = condition[(row * c[0]) + (column * c[1])] ? a[(row * left[0]) + (column * left[1])] : b[(row * right[0]) + (column * right[1])];
                        Assert.Equal(expected, y[i]);
                    }
                }
            }
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

    private static void Widths<T>(Func<int, T> element)
        where T : unmanaged
    {
        for (int length = 1; length < 140; length++)
        {
            bool[] condition = [.. Samples.Integers(length, length, 0, 2).Select(i => i == 1)];
            using var c = new GuardedMemory<bool>(condition);
            using var a = new GuardedMemory<T>([.. Enumerable.Range(0, length).Select(element)]);
            using var b = new GuardedMemory<T>([.. Enumerable.Range(1000, length).Select(element)]);
            using var y = new GuardedMemory<T>(length);
            Where.Run<T>(c.Span, a.Span, b.Span, y.Span, [length], [1], [1], [1]);
            Assert.Equal(condition.Select((take, i) => element(take ? i : i + 1000)), y.Span.ToArray());

            // In place over the first operand, and with one element for all.
            Where.Run<T>(c.Span, a.Span, b.Span[..1], a.Span, [length], [1], [1], [0]);
            Assert.Equal(condition.Select((take, i) => element(take ? i : 1000)), a.Span.ToArray());
        }
    }
}
