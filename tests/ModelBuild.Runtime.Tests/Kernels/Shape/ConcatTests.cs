using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class ConcatTests
{
    [Fact]
    public void JoinsAndSplitsRows()
    {
        using var a = new GuardedMemory<int>(new[] { 1, 2, 3, 4 });
        using var b = new GuardedMemory<int>(new[] { 5, 6 });
        using var y = new GuardedMemory<int>(6);
        Concat.Copy2D<int>(a.Span, y.Span, rows: 2, rowLength: 2, xStride: 2, yStride: 3, xOffset: 0, yOffset: 0);
        Concat.Copy2D<int>(b.Span, y.Span, rows: 2, rowLength: 1, xStride: 1, yStride: 3, xOffset: 0, yOffset: 2);
        Assert.Equal([1, 2, 5, 3, 4, 6], y.Span.ToArray());
        using var part = new GuardedMemory<int>(2);
        Concat.Copy2D<int>(y.Span, part.Span, rows: 2, rowLength: 1, xStride: 3, yStride: 1, xOffset: 2, yOffset: 0);
        Assert.Equal([5, 6], part.Span.ToArray());
        Copy.Run<int>(a.Span, part.Span);
        Assert.Equal([1, 2], part.Span.ToArray());
    }

    [Fact]
    public void RefusesSpansThatAreTooShort()
    {
        Assert.Throws<ArgumentException>(() => Concat.Copy2D<int>(new int[3], new int[6], 2, 2, 2, 3, 0, 0));
        Assert.Throws<ArgumentException>(() => Concat.Copy2D<int>(new int[4], new int[5], 2, 2, 2, 3, 0, 1));
    }
}
