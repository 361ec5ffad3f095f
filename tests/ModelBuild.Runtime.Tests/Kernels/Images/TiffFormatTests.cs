using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>TIFF files of all kinds that are decoded, written by code.</summary>
public sealed class TiffFormatTests
{
    public static TheoryData<int, bool, bool, int, bool> Kinds()
    {
        TheoryData<int, bool, bool, int, bool> kinds = [];
        foreach (int compression in (int[])[1, 5, 8, 32773])
        {
            foreach (bool isTiled in (bool[])[false, true])
            {
                kinds.Add(compression, isTiled, false, 1, false);
                kinds.Add(compression, isTiled, true, 2, false);
                kinds.Add(compression, isTiled, false, 2, true);
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ColoursAreDecoded(int compression, bool isTiled, bool isBigEndian, int predictor, bool hasPlanes)
    {
        foreach (int bits in (int[])[8, 16])
        {
            foreach (int channels in (int[])[3, 4])
            {
                TiffEncoder encoder = new()
                {
                    Compression = compression,
                    Chunk = isTiled ? (16, 16) : (5, 0),
                    IsBigEndian = isBigEndian,
                    Predictor = predictor,
                    HasPlanes = hasPlanes,
                    Bits = bits,
                    Channels = channels,
                };
                (int height, int width) = (21, 34);
                int[] samples = Samples(height, width, channels, bits);
                byte[] expected = [.. Enumerable.Range(0, height * width * 3).Select(i => (byte)(samples[(i / 3 * channels) + (i % 3)] >> (bits - 8)))];
                Assert.Equal(expected, ImageFiles.Decode(encoder.Encode(samples, height, width)));
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(0, 4)]
    [InlineData(1, 8)]
    [InlineData(0, 16)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    public void GreyAndPalettesAreDecoded(int photometric, int bits)
    {
        (int height, int width) = (9, 13);
        Random random = new(bits);
        int[] colours = [.. Enumerable.Range(0, 3 << bits).Select(_ => random.Next(65536))];
        int[] samples = [.. Enumerable.Range(0, height * width).Select(_ => random.Next(1 << bits))];
        TiffEncoder encoder = new() { Photometric = photometric, Bits = bits, Channels = 1, Colours = photometric == 3 ? colours : null };
        byte[] expected = [.. Enumerable.Range(0, height * width * 3).Select(i =>
        {
            int sample = samples[i / 3];
            int level = bits == 16 ? sample >> 8 : sample * 255 / ((1 << bits) - 1);
            return (byte)(photometric == 3 ? colours[(i % 3 << bits) + sample] >> 8 : photometric == 0 ? 255 - level : level);
        })];
        Assert.Equal(expected, ImageFiles.Decode(encoder.Encode(samples, height, width)));
    }

    [Fact]
    public void LongCodesAreRead()
    {
        // Noise makes a new code of every pair, so that the table fills up and is begun again.
        int[] samples = [.. ImageFiles.Noise(3, 90 * 70 * 3).Select(n => (int)n)];
        TiffEncoder encoder = new() { Compression = 5, Chunk = (90, 0) };
        Assert.Equal(samples.Select(s => (byte)s), ImageFiles.Decode(encoder.Encode(samples, 90, 70)));

        int[] flat = new int[300 * 300 * 3];
        Assert.All(ImageFiles.Decode((encoder with { Chunk = (300, 0) }).Encode(flat, 300, 300)), p => Assert.Equal(0, p));
    }

    [Theory]
    [InlineData(7, 2, 8, "the compression 7")]
    [InlineData(1, 5, 8, "the photometric interpretation 5")]
    [InlineData(1, 2, 4, "3 samples of 4 bits")]
    public void WhatIsNotSupportedIsTold(int compression, int photometric, int bits, string message)
    {
        byte[] file = new TiffEncoder { Compression = compression, Photometric = photometric, Bits = bits }.Encode(Samples(4, 4, 3, bits), 4, 4);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 16)]
    [InlineData(8, 0)]
    [InlineData(32773, 0)]
    public void DamagedFilesAreRefused(int compression, int tile)
    {
        byte[] file = new TiffEncoder { Compression = compression, Chunk = tile > 0 ? (tile, tile) : (5, 0) }.Encode(Samples(20, 18, 3, 8), 20, 18);
        Assert.NotEqual(0, ImageFiles.CheckDamage(file, 300));
    }

    private static int[] Samples(int height, int width, int channels, int bits)
    {
        byte[] picture = ImageFiles.Picture(5, height, width);
        return [.. Enumerable.Range(0, height * width * channels).Select(i => ((picture[(i / channels * 3) + (i % channels % 3)] * 257) + (i % channels / 3)) >> (16 - bits))];
    }
}
