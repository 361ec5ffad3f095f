using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class SmallFloatsTests
{
    [Theory]
    [InlineData(SmallFloat.E4M3, 256)]
    [InlineData(SmallFloat.E4M3Uz, 256)]
    [InlineData(SmallFloat.E5M2, 256)]
    [InlineData(SmallFloat.E5M2Uz, 256)]
    [InlineData(SmallFloat.E2M1, 16)]
    [InlineData(SmallFloat.E8M0, 256)]
    public void EveryNumberReturnsToItsCode(SmallFloat format, int codes)
    {
        using var x = new GuardedMemory<byte>(Enumerable.Range(0, codes).Select(c => (byte)c).ToArray());
        using var numbers = new GuardedMemory<float>(codes);
        using var back = new GuardedMemory<byte>(codes);
        SmallFloats.Decode(x.Span, numbers.Span, format);
        SmallFloats.Encode(numbers.Span, back.Span, format, saturate: false, PowerRounding.Up);

        // 2^-127 is below the least normal number of binary32 and is rounded up as every subnormal number is.
        int first = format == SmallFloat.E8M0 ? 1 : 0;
        for (int c = first; c < codes; c++)
        {
            Assert.True(float.IsNaN(numbers.Span[c]) ? float.IsNaN(Decoded(back.Span[c], format)) : back.Span[c] == c, $"{format} {c}");
        }
    }

    [Theory]
    [InlineData(SmallFloat.E4M3, 464f, 0x7E)]
    [InlineData(SmallFloat.E4M3, 465f, 0x7F)]
    [InlineData(SmallFloat.E5M2, 61440f, 0x7C)]
    [InlineData(SmallFloat.E2M1, 5f, 0x6)]
    [InlineData(SmallFloat.E2M1, 0.25f, 0x0)]
    [InlineData(SmallFloat.E2M1, 0.75f, 0x2)]
    public void HalfwayGoesToTheEvenCode(SmallFloat format, float value, byte code)
    {
        var y = new byte[1];
        SmallFloats.Encode([value], y, format, saturate: false, PowerRounding.Up);
        Assert.Equal(code, y[0]);
    }

    [Fact]
    public void BFloat16KeepsSevenBitsOfMantissa()
    {
        using var x = new GuardedMemory<float>(new[] { 1f, 1.00390625f, 1.01171875f, float.NaN, float.NegativeInfinity, 3.4028235e38f });
        using var bits = new GuardedMemory<ushort>(6);
        using var back = new GuardedMemory<float>(6);
        SmallFloats.ToBF16(x.Span, bits.Span);
        SmallFloats.FromBF16(bits.Span, back.Span);
        Assert.Equal([1f, 1f, 1.015625f, float.NaN, float.NegativeInfinity, float.PositiveInfinity], back.Span.ToArray());
    }

    [Fact]
    public void LowBitsAreSignExtendedForSignedTypes()
    {
        var bytes = new sbyte[4];
        Cast.LowBits<sbyte>([7, 8, -1, 23], bytes, 4);
        Assert.Equal([7, -8, -1, 7], bytes);
        var unsigned = new byte[3];
        Cast.LowBits<byte>([3, 4, -1], unsigned, 2);
        Assert.Equal([3, 0, 3], unsigned);
    }

    private static float Decoded(byte code, SmallFloat format)
    {
        var y = new float[1];
        SmallFloats.Decode([code], y, format);
        return y[0];
    }
}
