using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class PadTests
{
    [Theory]
    [InlineData(PadMode.Constant, new[] { 9, 9, 1, 2, 3, 9, 9 })]
    [InlineData(PadMode.Edge, new[] { 1, 1, 1, 2, 3, 3, 3 })]
    [InlineData(PadMode.Reflect, new[] { 3, 2, 1, 2, 3, 2, 1 })]
    [InlineData(PadMode.Wrap, new[] { 2, 3, 1, 2, 3, 1, 2 })]
    public void FillsBothEnds(PadMode mode, int[] expected)
    {
        using var x = new GuardedMemory<int>(new[] { 1, 2, 3 });
        using var y = new GuardedMemory<int>(7);
        Pad.Run<int>(x.Span, [9], y.Span, mode, [3], [2], [7]);
        Assert.Equal(expected, y.Span.ToArray());
    }

    /// <summary>One axis: stretches shorter and longer than every vector, with elements of one and of four bytes.</summary>
    [Fact]
    public void ConstantPadsStretchesOfEveryLength()
    {
        foreach (int length in Enumerable.Range(1, 80).Concat([255, 256, 257, 300, 1023, 1025]))
        {
            CheckStretches(length, i => (byte)((i * 7) + 1), (byte)200);
            CheckStretches(length, i => i + 1f, -1.5f);
        }
    }

    [Fact]
    public void ConstantPadsAndCropsEveryAxis()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int rank = random.Next(1, 5);
            int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6))];
            int[] before = [.. shape.Select(_ => random.Next(-2, 3))];
            int[] outShape = [.. shape.Select((d, k) => Math.Max(0, d + before[k] + random.Next(-1, 3)))];
            using var x = new GuardedMemory<int>(Enumerable.Range(1, shape.Aggregate(1, (p, d) => p * d)).ToArray());
            using var y = new GuardedMemory<int>(outShape.Aggregate(1, (p, d) => p * d));
            Pad.Run<int>(x.Span, default, y.Span, PadMode.Constant, shape, before, outShape);
            for (int i = 0; i < y.Span.Length; i++)
            {
                int rest = i;
                int offset = 0;
                int stride = 1;
                bool inside = true;
                for (int k = rank - 1; k >= 0; k--)
                {
                    int index = (rest % outShape[k]) - before[k];
                    rest /= outShape[k];
                    inside &= index >= 0 && index < shape[k];
                    offset += index * stride;
                    stride *= shape[k];
                }

                Assert.Equal(inside ? offset + 1 : 0, y.Span[i]);
            }
        }
    }

    [Theory]
    [InlineData(PadMode.Edge)]
    [InlineData(PadMode.Reflect)]
    [InlineData(PadMode.Wrap)]
    public void RepeatsAndCropsEveryAxis(PadMode mode)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int rank = random.Next(1, 5);
            int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6))];
            int[] before = [.. shape.Select(_ => random.Next(3) == 0 ? 0 : random.Next(-7, 8))];
            int[] outShape = [.. shape.Select((d, k) => before[k] == 0 && random.Next(2) == 0 ? d : Math.Max(0, d + before[k] + random.Next(-2, 9)))];
            using var x = new GuardedMemory<int>(Enumerable.Range(1, shape.Aggregate(1, (p, d) => p * d)).ToArray());
            using var y = new GuardedMemory<int>(outShape.Aggregate(1, (p, d) => p * d));
            Pad.Run<int>(x.Span, default, y.Span, mode, shape, before, outShape);
            for (int i = 0; i < y.Span.Length; i++)
            {
                int rest = i;
                int offset = 0;
                int stride = 1;
                for (int k = rank - 1; k >= 0; k--)
                {
                    offset += Walked((rest % outShape[k]) - before[k], shape[k], mode) * stride;
                    rest /= outShape[k];
                    stride *= shape[k];
                }

                Assert.Equal(offset + 1, y.Span[i]);
            }
        }
    }

    /// <summary>The position inside of an axis that one outside stands for, found step by step.</summary>
    private static int Walked(int index, int length, PadMode mode)
    {
        while (index < 0 || index >= length)
        {
            index = mode switch
            {
                PadMode.Edge => index < 0 ? 0 : length - 1,
                PadMode.Wrap => index < 0 ? index + length : index - length,
                _ => length == 1 ? 0 : index < 0 ? -index : (2 * (length - 1)) - index,
            };
        }

        return index;
    }

    private static void CheckStretches<T>(int length, Func<int, T> element, T around)
        where T : unmanaged
    {
        const int Rows = 3;
        foreach ((int before, int behind) in new[] { (0, 4), (1, 0), (3, 20) })
        {
            int outLength = before + length + behind;
            using var x = new GuardedMemory<T>([.. Enumerable.Range(0, Rows * length).Select(element)]);
            using var y = new GuardedMemory<T>(Rows * outLength);
            Pad.Run<T>(x.Span, [around], y.Span, PadMode.Constant, [Rows, length], [0, before], [Rows, outLength]);
            for (int i = 0; i < y.Span.Length; i++)
            {
                int at = (i % outLength) - before;
                Assert.Equal(at >= 0 && at < length ? element((i / outLength * length) + at) : around, y.Span[i]);
            }
        }
    }
}
