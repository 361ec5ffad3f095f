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
}
