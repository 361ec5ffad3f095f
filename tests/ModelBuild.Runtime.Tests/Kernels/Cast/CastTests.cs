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

    /// <summary>Every binary16, at every place of the widest vector.</summary>
    [Fact]
    public void EveryHalfWidensToTheBitsOfItsConversion()
    {
        const int Count = 1 << 16;
        for (int shift = 0; shift < 33; shift++)
        {
            using var x = new GuardedMemory<Half>([.. Enumerable.Range(shift, Count - shift).Select(i => BitConverter.UInt16BitsToHalf((ushort)i))]);
            using var y = new GuardedMemory<float>(Count - shift);
            Cast.Run<Half, float>(x.Span, y.Span);
            for (int i = 0; i < y.Span.Length; i++)
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits((float)x.Span[i]), BitConverter.SingleToUInt32Bits(y.Span[i]));
            }
        }
    }

    [Fact]
    public void EveryHalfAndItsNeighboursRoundToTheBitsOfTheConversion()
    {
        float[] values = [.. Enumerable.Range(0, 1 << 16).SelectMany(i => Around((float)BitConverter.UInt16BitsToHalf((ushort)i)))];
        for (int shift = 0; shift < 33; shift++)
        {
            using var x = new GuardedMemory<float>(values.AsSpan(shift));
            using var y = new GuardedMemory<Half>(values.Length - shift);
            Cast.Run<float, Half>(x.Span, y.Span);
            for (int i = 0; i < y.Span.Length; i++)
            {
                Assert.Equal(BitConverter.HalfToUInt16Bits((Half)x.Span[i]), BitConverter.HalfToUInt16Bits(y.Span[i]));
            }
        }
    }

    [Fact]
    public void ConversionsOfHalfTakeEveryLength()
    {
        for (int length = 0; length < 100; length++)
        {
            float[] values = Samples.WithSpecial(length, length);
            using var x = new GuardedMemory<float>(values);
            using var half = new GuardedMemory<Half>(length, GuardSide.Start);
            using var back = new GuardedMemory<float>(length);
            Cast.Run<float, Half>(x.Span, half.Span);
            Cast.Run<Half, float>(half.Span, back.Span);
            Assert.Equal(values.Select(v => (float)(Half)v), back.Span.ToArray());
        }
    }

    /// <summary>A number, the two beside it, and those around the middle between it and the next binary16 of the same exponent.</summary>
    private static IEnumerable<float> Around(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        foreach (uint offset in (uint[])[0, 1, uint.MaxValue, 0xFFF, 0x1000, 0x1001])
        {
            yield return BitConverter.UInt32BitsToSingle(bits + offset);
        }
    }
}
