using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>JPEG files, written by code; pixels of other decoders are compared by the conformance tests.</summary>
public sealed class JpegFormatTests
{
    // Quantisation by 4 and chroma that is averaged lose a few levels of a smooth picture.
    private const double Loss = 6;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void PicturesAreDecoded(int x, int y)
    {
        foreach ((int height, int width) in ((int, int)[])[(35, 43), (8, 8), (1, 1), (3, 5), (17, 4)])
        {
            byte[] pixels = Smooth(height, width);
            byte[] file = new JpegEncoder { Sampling = (x, y) }.Encode(pixels, height, width);
            Assert.Equal(new ImageSize(height, width), ImageFiles.SizeOf(file));
            Assert.InRange(Difference(pixels, ImageFiles.Decode(file)), 0, Loss);
        }
    }

    [Fact]
    public void GreyIsDecoded()
    {
        byte[] levels = [.. Smooth(21, 30).Where((_, i) => i % 3 == 0)];
        byte[] file = new JpegEncoder { IsGrey = true }.Encode(levels, 21, 30);
        byte[] decoded = ImageFiles.Decode(file, PixelFormat.Grayscale);
        Assert.InRange(Difference(levels, decoded), 0, Loss);
        Assert.Equal(decoded.SelectMany(l => (byte[])[l, l, l]), ImageFiles.Decode(file));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    public void AllWaysToStoreCoefficientsGiveThePixelsOfOne(int x, int y)
    {
        (int height, int width) = (37, 50);
        byte[] pixels = ImageFiles.Noise(1, height * width * 3);
        foreach (byte[] picture in (byte[][])[pixels, Smooth(height, width), ImageFiles.Picture(1, height, width)])
        {
            JpegEncoder encoder = new() { Sampling = (x, y) };
            byte[] expected = ImageFiles.Decode(encoder.Encode(picture, height, width));
            Assert.Equal(expected, ImageFiles.Decode((new JpegEncoder { Sampling = (x, y), Restart = 2 }).Encode(picture, height, width)));
            Assert.Equal(expected, ImageFiles.Decode((new JpegEncoder { Sampling = (x, y), IsSeparate = true, Restart = 3 }).Encode(picture, height, width)));
            Assert.Equal(expected, ImageFiles.Decode((new JpegEncoder { Sampling = (x, y), IsProgressive = true }).Encode(picture, height, width)));
            Assert.Equal(expected, ImageFiles.Decode((new JpegEncoder { Sampling = (x, y), IsProgressive = true, Restart = 5 }).Encode(picture, height, width)));
        }
    }

    [Fact]
    public void TheTransformIsWithinOneOfTheExactOne()
    {
        Random random = new(3);
        Span<byte> samples = stackalloc byte[64];
        int[] factors = [.. Enumerable.Range(0, 64).Select(_ => random.Next(1, 20))];
        for (int trial = 0; trial < 50; trial++)
        {
            short[] block = [.. Enumerable.Range(0, 64).Select(i => (short)random.Next(-60 / (1 + i), (60 / (1 + i)) + 1))];
            JpegTransform.Run(block, factors, samples, 8);
            for (int i = 0; i < 64; i++)
            {
                double sum = 128;
                for (int j = 0; j < 64; j++)
                {
                    double weight = (j % 8 == 0 ? Math.Sqrt(0.5) : 1) * (j / 8 == 0 ? Math.Sqrt(0.5) : 1) / 4;
                    sum += weight * block[j] * factors[j] * Math.Cos(((2 * (i % 8)) + 1) * (j % 8) * Math.PI / 16) * Math.Cos(((2 * (i / 8)) + 1) * (j / 8) * Math.PI / 16);
                }

                Assert.InRange(samples[i] - Math.Clamp(sum, 0, 255), -1, 1);
            }
        }
    }

    [Fact]
    public void ChromaLiesBetweenItsSamples()
    {
        JpegComponent component = new() { StepX = 2, StepY = 2, Width = 3, Height = 2, Columns = 1, Rows = 1 };
        byte[] plane = new byte[64];
        byte[][] rows = [[10, 20, 90], [50, 60, 10]];
        rows[0].CopyTo(plane, 0);
        rows[1].CopyTo(plane, 8);
        byte[] room = new byte[16];
        for (int y = 0; y < 4; y++)
        {
            byte[] actual = JpegUpsampling.Row(component, plane, y, room)[..6].ToArray();
            int other = Math.Clamp((y / 2) + (y % 2 == 0 ? -1 : 1), 0, 1);
            for (int x = 0; x < 6; x++)
            {
                int beside = Math.Clamp((x / 2) + (x % 2 == 0 ? -1 : 1), 0, 2);
                int at(int column) => (3 * rows[y / 2][column]) + rows[other][column];
                Assert.Equal(((3 * at(x / 2)) + at(beside) + (x % 2 == 0 ? 8 : 7)) / 16, actual[x]);
            }
        }
    }

    [Fact]
    public void WhatIsNotSupportedIsTold()
    {
        byte[] file = new JpegEncoder().Encode(Smooth(8, 8), 8, 8);
        int frame = file.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        AssertRefused("a frame of the kind 9", file, f => f[frame + 1] = 0xC9);
        AssertRefused("3 components of 12 bits", file, f => f[frame + 4] = 12);
        AssertRefused("4 components of 8 bits", file, f => f[frame + 9] = 4);
        AssertRefused("ends too soon", file[..^20], _ => { });
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public void DamagedFilesAreRefused(bool isProgressive, int restart)
    {
        byte[] file = new JpegEncoder { Sampling = (2, 2), IsProgressive = isProgressive, Restart = restart }.Encode(ImageFiles.Picture(2, 24, 20), 24, 20);
        Assert.NotEqual(0, ImageFiles.CheckDamage(file, 300));
    }

    private static void AssertRefused(string message, byte[] file, Action<byte[]> damage)
    {
        byte[] damaged = [.. file];
        damage(damaged);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(damaged)).Message, StringComparison.Ordinal);
    }

    // Colours that change so slowly that averaging them loses little.
    private static byte[] Smooth(int height, int width) => [.. Enumerable.Range(0, height * width * 3).Select(i =>
        (byte)(128 + (90 * Math.Sin((i / 3 % width * 0.06) + (i / 3 / width * 0.05) + (i % 3)))))];

    private static double Difference(byte[] expected, byte[] actual) => Math.Sqrt(expected.Zip(actual, (a, b) => (double)(a - b) * (a - b)).Average());
}
