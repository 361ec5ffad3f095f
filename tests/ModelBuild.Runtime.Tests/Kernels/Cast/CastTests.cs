using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class CastTests
{
    [Fact]
    public void FloatToIntegerTruncatesAndSaturates()
    {
        using var x = new GuardedMemory<float>(new[] { 1.9f, -1.9f, 300f, -300f, float.NaN, float.PositiveInfinity, 3e9f });
        using var bytes = new GuardedMemory<byte>(7);
        Cast.Run<float, byte>(x.Span, bytes.Span);
        Assert.Equal([1, 0, 255, 0, 0, 255, 255], bytes.Span.ToArray());
        using var integers = new GuardedMemory<int>(7);
        Cast.Run<float, int>(x.Span, integers.Span);
        Assert.Equal([1, -1, 300, -300, 0, int.MaxValue, int.MaxValue], integers.Span.ToArray());
    }

    [Fact]
    public void IntegerToIntegerKeepsTheLowBits()
    {
        var y = new sbyte[3];
        Cast.Run<long, sbyte>([128, -129, 1L << 40], y);
        Assert.Equal([-128, 127, 0], y);
    }

    [Fact]
    public void FloatingPointRoundsToNearestEven()
    {
        var y = new Half[3];
        Cast.Run<float, Half>([2049f, 2051f, 1e6f], y);
        Assert.Equal([(Half)2048f, (Half)2052f, Half.PositiveInfinity], y);
        var wide = new double[1];
        Cast.Run<float, double>([0.1f], wide);
        Assert.Equal((double)0.1f, wide[0]);
    }

    [Fact]
    public void BooleansAreZeroAndOne()
    {
        var flags = new bool[4];
        Cast.ToBool<float>([0f, -0f, 0.1f, float.NaN], flags);
        Assert.Equal([false, false, true, true], flags);
        var y = new long[4];
        Cast.FromBool<long>(flags, y);
        Assert.Equal([0, 0, 1, 1], y);
    }
}
