using System.IO.Compression;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>PNG files of all colour types and depths, written by code.</summary>
public sealed class PngFormatTests
{
    public static TheoryData<int, int, bool> Types()
    {
        TheoryData<int, int, bool> types = [];
        foreach ((int colour, int[] depths) in new[] { (0, (int[])[1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (int bits in depths)
            {
                types.Add(colour, bits, false);
                types.Add(colour, bits, true);
            }
        }

        return types;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryTypeIsDecoded(int colour, int bits, bool isInterlaced)
    {
        foreach ((int height, int width) in ((int, int)[])[(13, 19), (1, 1), (3, 2), (8, 8), (1, 9)])
        {
            (byte[] file, byte[] expected) = Draw(colour, bits, isInterlaced, height, width);
            Assert.Equal(new ImageSize(height, width), ImageFiles.SizeOf(file));
            Assert.Equal(expected, ImageFiles.Decode(file));
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void EveryCompressionIsExpanded(CompressionLevel level)
    {
        byte[] pixels = ImageFiles.Picture(3, 150, 170);
        byte[] flat = new byte[pixels.Length];
        flat.AsSpan(5000, 9000).Fill(77);
        foreach (byte[] image in (byte[][])[pixels, flat, ImageFiles.Noise(4, pixels.Length)])
        {
            byte[] file = PngEncoder.Encode([.. image.Select(p => (int)p)], 150, 170, 2, 8, chunk: 1000, level: level);
            Assert.Equal(image, ImageFiles.Decode(file));
        }
    }

    [Fact]
    public void WhatIsWrongIsTold()
    {
        (byte[] file, _) = Draw(2, 8, false, 5, 6);
        AssertRefused("checksum", file, f => f[29] ^= 1);
        AssertRefused("does not begin with a header", file, f => f[12] = (byte)'x');
        AssertRefused("ends too soon", file[..20], _ => { });
        AssertRefused("no pixels", file[..33], _ => { });
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(2, 8, false)]
    [InlineData(3, 4, false)]
    [InlineData(6, 16, true)]
    public void DamagedFilesAreRefused(int colour, int bits, bool isInterlaced) => Assert.NotEqual(0, ImageFiles.CheckDamage(Draw(colour, bits, isInterlaced, 13, 19).File, 300));

    [Fact]
    public void DamagedStreamsAreRefused()
    {
        // Without the checksums of PNG in the way.
        byte[] data = ImageFiles.Picture(7, 20, 30);
        byte[] stream = PngEncoder.Deflate(data, CompressionLevel.SmallestSize);
        byte[] target = new byte[data.Length];
        Inflate.Fill("PNG", stream, target);
        Assert.Equal(data, target);
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] damaged = i < stream.Length / 2 ? stream[..(2 * i)] : [.. stream];
            if (damaged.Length == stream.Length)
            {
                damaged[random.Next(stream.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                Inflate.Fill("PNG", damaged, target);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 300, 1000);
    }

    private static void AssertRefused(string message, byte[] file, Action<byte[]> damage)
    {
        byte[] damaged = [.. file];
        damage(damaged);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(damaged)).Message, StringComparison.Ordinal);
    }

    private static (byte[] File, byte[] Expected) Draw(int colour, int bits, bool isInterlaced, int height, int width)
    {
        int channels = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        Random random = new((colour * 100) + bits);
        int[] samples = [.. Enumerable.Range(0, height * width * channels).Select(_ => random.Next(1 << bits))];
        byte[]? palette = colour == 3 ? ImageFiles.Noise(colour, 3 << bits) : null;
        int most = (1 << bits) - 1;
        byte[] expected = [.. Enumerable.Range(0, height * width * 3).Select(i =>
        {
            int sample = samples[(i / 3 * channels) + (channels >= 3 ? i % 3 : 0)];
            return palette is not null ? palette[(3 * sample) + (i % 3)] : (byte)(bits == 16 ? sample >> 8 : sample * 255 / most);
        })];
        return (PngEncoder.Encode(samples, height, width, colour, bits, isInterlaced, palette), expected);
    }
}
