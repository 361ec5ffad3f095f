using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed class QuantizedElementwiseTests
{
    private const float AScale = 0.0371f;
    private const int AZero = 131;
    private const float BScale = 0.0213f;
    private const int BZero = 7;
    private const int YZero = 99;

    private static readonly int[] s_lengths = [1, 3, 4, 15, 16, 17, 31, 64, 70, 255];

    /// <summary>All 65,536 pairs of bytes, in the order of the QDQ nodes.</summary>
    [Theory]
    [InlineData(0.05f)]
    [InlineData(0.5f)]
    [InlineData(0.001f)]
    [InlineData(1e-12f)]
    public void EveryPairIsTheQdqGraph(float yScale)
    {
        var a = new byte[65536];
        var b = new byte[65536];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = (byte)(i >> 8);
            b[i] = (byte)i;
        }

        var sum = new byte[65536];
        var product = new byte[65536];
        QuantizedAdd.Run(a, b, sum, a.Length, b.Length, AScale, AZero, BScale, BZero, yScale, YZero);
        QuantizedMul.Run(a, b, product, a.Length, b.Length, AScale, AZero, BScale, BZero, yScale, YZero);
        for (int i = 0; i < a.Length; i++)
        {
            float left = (a[i] - AZero) * AScale;
            float right = (b[i] - BZero) * BScale;
            float total = left + right;
            float scaled = left * right;
            Assert.Equal(Reference(total, yScale, YZero, 0, 255), sum[i]);
            Assert.Equal(Reference(scaled, yScale, YZero, 0, 255), product[i]);
        }
    }

    /// <summary>Scales of any ratio, and those whose sums often lie in the middle of two integers.</summary>
    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(0.5f, 0.25f)]
    [InlineData(1.5f, 0.5f)]
    [InlineData(0.75f, 3f)]
    [InlineData(7.9f, 0.001f)]
    [InlineData(8.5f, 1f)]
    [InlineData(1e-6f, 1e-7f)]
    [InlineData(0.49999997f, 0.50000006f)]
    public void EverySumOfScalesOfAnyRatioIsTheQdqGraph(float aRatio, float bRatio)
    {
        var random = new Random(7);
        for (int i = 0; i < 8; i++)
        {
            float yScale = i == 0 ? 1f : (random.NextSingle() + 0.01f) * MathF.ScaleB(1f, random.Next(-8, 8));
            float spread = i < 4 ? 0f : 0.3f;
            CheckSums(aRatio * yScale * (1f + (spread * random.NextSingle())), random.Next(256), bRatio * yScale * (1f + (spread * random.NextSingle())), random.Next(256), yScale, random.Next(256));
        }
    }

    private static void CheckSums(float aScale, int aZero, float bScale, int bZero, float yScale, int yZero)
    {
        var a = new byte[65536];
        var b = new byte[65536];
        var expected = new byte[65536];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = (byte)((i >> 8) ^ i);
            b[i] = (byte)i;
            float left = (a[i] - aZero) * aScale;
            float right = (b[i] - bZero) * bScale;
            expected[i] = (byte)Reference(left + right, yScale, yZero, 0, 255);
        }

        var sum = new byte[65536];
        QuantizedAdd.Run(a, b, sum, a.Length, b.Length, aScale, aZero, bScale, bZero, yScale, yZero);
        Assert.True(expected.AsSpan().SequenceEqual(sum), $"{aScale} {aZero} {bScale} {bZero} {yScale} {yZero}");

        // In place, as the planner places it.
        QuantizedAdd.Run(a, b, a, a.Length, b.Length, aScale, aZero, bScale, bZero, yScale, yZero);
        Assert.True(expected.AsSpan().SequenceEqual(a));
    }

    [Fact]
    public void SecondOperandRepeats()
    {
        foreach (int channels in s_lengths)
        {
            foreach (int bLength in new[] { 1, channels, channels * 3 })
            {
                int length = channels * 3;
                using GuardedMemory<byte> a = Bytes(length, 1);
                using GuardedMemory<byte> b = Bytes(bLength, 2);
                using var y = new GuardedMemory<byte>(length);
                QuantizedAdd.Run(a.Span, b.Span, y.Span, length, bLength, AScale, AZero, BScale, BZero, 0.04f, YZero);
                for (int i = 0; i < length; i++)
                {
                    float left = (a.Span[i] - AZero) * AScale;
                    float right = (b.Span[i % bLength] - BZero) * BScale;
                    Assert.Equal(Reference(left + right, 0.04f, YZero, 0, 255), y.Span[i]);
                }
            }
        }

        Assert.Throws<ArgumentException>(() => QuantizedMul.Run(new byte[6], new byte[4], new byte[6], 6, 4, 1f, 0, 1f, 0, 1f, 0));
    }

    [Fact]
    public void TablesMapEveryByte()
    {
        var table = new byte[256];
        new Random(4).NextBytes(table);
        foreach (int length in s_lengths)
        {
            using GuardedMemory<byte> x = Bytes(length, length);
            using var y = new GuardedMemory<byte>(length);
            LookupTable.U8(x.Span, table, y.Span, length);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(table[x.Span[i]], y.Span[i]);
            }
        }

        var all = new byte[256];
        for (int i = 0; i < 256; i++)
        {
            all[i] = (byte)i;
        }

        LookupTable.U8(all, table, all, 256);
        Assert.Equal(table, all);
    }

    [Fact]
    public void ConcatPlacesAndRequantises()
    {
        var table = new byte[256];
        new Random(5).NextBytes(table);
        using GuardedMemory<byte> x = Bytes(3 * 70, 6);
        using var y = new GuardedMemory<byte>(3 * 80);
        y.Span.Fill(1);
        QuantizedConcat.U8(x.Span, table, y.Span, outer: 3, xInner: 70, yInner: 80, yOffset: 10);
        QuantizedConcat.U8(x.Span, default, y.Span, outer: 3, xInner: 4, yInner: 80, yOffset: 2);
        for (int i = 0; i < 240; i++)
        {
            int inner = i % 80;
            byte expected = inner >= 10 ? table[x.Span[(i / 80 * 70) + inner - 10]] : inner is >= 2 and < 6 ? x.Span[(i / 80 * 4) + inner - 2] : (byte)1;
            Assert.Equal(expected, y.Span[i]);
        }

        Assert.Throws<ArgumentException>(() => QuantizedConcat.U8(new byte[4], default, new byte[4], 1, 4, 4, 1));
    }

    [Fact]
    public void AveragePoolsSumExactly()
    {
        const float Multiplier = 1.37f;
        foreach (int channels in new[] { 1, 5, 16, 35, 70 })
        {
            foreach (bool includePad in new[] { false, true })
            {
                using GuardedMemory<byte> x = Bytes(2 * 7 * 6 * channels, channels);
                using var y = new GuardedMemory<byte>(2 * 4 * 3 * channels);
                QuantizedAveragePool.U8(x.Span, y.Span, 2, 7, 6, channels, 4, 3, 3, 3, 2, 2, 1, 1, 1, 0, includePad, Multiplier, 111, 50);
                for (int i = 0; i < y.Span.Length; i++)
                {
                    int c = i % channels;
                    int ox = i / channels % 3;
                    int oy = i / channels / 3 % 4;
                    int image = i / channels / 12;
                    int sum = 0;
                    int count = 0;
                    for (int ky = 0; ky < 3; ky++)
                    {
                        for (int kx = 0; kx < 3; kx++)
                        {
                            int iy = (oy * 2) - 1 + ky;
                            int ix = (ox * 2) - 1 + kx;
                            bool inside = iy >= 0 && iy < 7 && ix >= 0 && ix < 6;
                            bool padded = iy >= -1 && iy < 8 && ix >= -1 && ix < 6;
                            count += inside || (includePad && padded) ? 1 : 0;
                            sum += inside ? x.Span[(((((image * 7) + iy) * 6) + ix) * channels) + c] - 111 : 0;
                        }
                    }

                    Assert.Equal(QuantizedReference.ToU8(sum, Multiplier / count, 50, 0, 255), y.Span[i]);
                }

                using var mean = new GuardedMemory<byte>(2 * channels);
                QuantizedGlobalAveragePool.U8(x.Span, mean.Span, 2, 42, channels, Multiplier, 111, 50);
                for (int i = 0; i < mean.Span.Length; i++)
                {
                    int sum = 0;
                    for (int pixel = 0; pixel < 42; pixel++)
                    {
                        sum += x.Span[(((i / channels * 42) + pixel) * channels) + (i % channels)] - 111;
                    }

                    Assert.Equal(QuantizedReference.ToU8(sum, Multiplier / 42, 50, 0, 255), mean.Span[i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(258)]
    [InlineData(1200)]
    public void GlobalAveragePoolsOfManyPixelsSumExactly(int pixels)
    {
        const float Multiplier = 1.01f;
        foreach (int channels in new[] { 3, 16, 48, 64, 91, 150 })
        {
            var values = new byte[pixels * channels];
            new Random(channels).NextBytes(values);

            // The largest sums.
            for (int i = 0; i < values.Length; i += channels)
            {
                values[i] = 255;
                values[i + channels - 1] = 255;
            }

            using var x = new GuardedMemory<byte>(values);
            using var y = new GuardedMemory<byte>(channels);
            QuantizedGlobalAveragePool.U8(x.Span, y.Span, 1, pixels, channels, Multiplier, 7, 3);
            for (int c = 0; c < channels; c++)
            {
                int sum = 0;
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    sum += values[(pixel * channels) + c] - 7;
                }

                Assert.Equal(QuantizedReference.ToU8(sum, Multiplier / pixels, 3, 0, 255), y.Span[c]);
            }
        }
    }

    internal static int Reference(float value, float scale, int zero, int min, int max)
    {
        float quotient = value / scale;
        return float.IsNaN(quotient) ? zero : (int)Math.Clamp(Math.Round((double)quotient, MidpointRounding.ToEven) + zero, min, max);
    }

    private static GuardedMemory<byte> Bytes(int length, int seed)
    {
        var values = new byte[length];
        new Random(seed).NextBytes(values);
        return new GuardedMemory<byte>(values);
    }
}
