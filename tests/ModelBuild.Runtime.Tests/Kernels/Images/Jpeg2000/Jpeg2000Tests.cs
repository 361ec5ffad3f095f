using System.Buffers.Binary;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>JPEG 2000: what an encoder of these tests makes decodes to the same pixels.</summary>
public sealed class Jpeg2000Tests
{
    // Steps of quantisation of a thirty-second, cut off, through three levels and a change of colors.
    private const int LossyTolerance = 1;

    // Where a codestream tells how many components it has.
    private const int ComponentCount = 41;

    private const int LargeSize = 2000;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 3)]
    [InlineData(17, 33, 3)]
    [InlineData(33, 17, 5)]
    [InlineData(1, 40, 2)]
    [InlineData(40, 1, 2)]
    public void Sizes(int height, int width, int levels)
    {
        AssertExact(height, width, 1, new Jp2Options { Levels = levels });
        AssertExact(height, width, 3, new Jp2Options { Levels = levels, IsMixed = true });
    }

    [Theory]
    [InlineData("Bypass")]
    [InlineData("Reset")]
    [InlineData("Terminate")]
    [InlineData("Causal")]
    [InlineData("Symbols")]
    [InlineData("Bypass, Terminate")]
    [InlineData("Bypass, Reset, Causal, Symbols")]
    public void BlocksOfEveryStyle(string style)
    {
        Jp2Options options = new() { Style = Enum.Parse<Jp2BlockStyle>(style), Levels = 1 };
        AssertExact(24, 35, 1, options with { BlockBitsX = 6, BlockBitsY = 6 });
        AssertExact(24, 35, 1, options with { Layers = 5, Bits = 12 });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void PacketsInEveryOrder(int order)
    {
        AssertExact(20, 26, 3, new Jp2Options { Order = (Jp2Order)order, Layers = 4, HasMarkers = order % 2 == 0, IsMixed = true });
        AssertExact(20, 26, 3, new Jp2Options { Order = (Jp2Order)order, Layers = 2, Tile = 16, Offset = 5 });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void SmallPrecincts(int order) => AssertExact(31, 29, 1, new Jp2Options { Order = (Jp2Order)order, PrecinctBits = 3, Layers = 3, Offset = 3 });

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(16)]
    public void OtherDepthsAreScaled(int bits)
    {
        int most = (1 << bits) - 1;
        int[] samples = [.. ImageFiles.Noise(bits, 2 * 13 * 11).Chunk(2).Select(b => ((b[0] << 8) | b[1]) & most)];
        byte[] expected = [.. samples.Select(s => (byte)(((s * 255) + (most / 2)) / most))];
        Assert.Equal(expected, ImageFiles.Decode(Jp2Encoder.Encode(samples, 11, 1, new Jp2Options { Bits = bits }), PixelFormat.Grayscale));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 33)]
    [InlineData(48, 31)]
    public void TheTransformInReals(int height, int width)
    {
        foreach (int offset in new[] { 0, 7 })
        {
            byte[] pixels = ImageFiles.Picture(offset, height, width);
            byte[] file = Jp2Encoder.Encode([.. pixels.Select(p => (int)p)], width, 3, new Jp2Options { IsReversible = false, IsMixed = true, Levels = 3, Offset = offset, Layers = 2 });
            byte[] decoded = ImageFiles.Decode(file);
            Assert.InRange(pixels.Zip(decoded, (a, b) => Math.Abs(a - b)).Max(), 0, LossyTolerance);
        }
    }

    [Fact]
    public void TheContainerTellsColors()
    {
        byte[] pixels = ImageFiles.Picture(1, 6, 7);
        byte[] codestream = Jp2Encoder.Encode([.. pixels.Select(p => (int)p)], 7, 3, new Jp2Options());
        Assert.Equal(pixels, ImageFiles.Decode(Jp2Encoder.Container(codestream, 16)));

        // A quarter of luma without chroma is grey.
        int[] grey = [.. Enumerable.Range(0, 42).SelectMany(_ => new[] { 64, 128, 128 })];
        Assert.All(ImageFiles.Decode(Jp2Encoder.Container(Jp2Encoder.Encode(grey, 7, 3, new Jp2Options()), 18)), p => Assert.Equal(64, p));
    }

    [Fact]
    public void AlphaIsLeftOut()
    {
        int[] samples = [.. ImageFiles.Noise(3, 5 * 6 * 4).Select(b => (int)b)];
        byte[] expected = [.. samples.Where((_, i) => i % 4 != 3).Select(s => (byte)s)];
        Assert.Equal(expected, ImageFiles.Decode(Jp2Encoder.Encode(samples, 6, 4, new Jp2Options())));
        Assert.Equal([.. samples.Where((_, i) => i % 2 == 0).Select(s => (byte)s)], ImageFiles.Decode(Jp2Encoder.Encode(samples, 6, 2, new Jp2Options()), PixelFormat.Grayscale));
    }

    [Fact]
    public void WhatIsNotSupportedIsTold()
    {
        int[] samples = [.. ImageFiles.Noise(3, 30).Select(b => (int)b)];
        byte[] codestream = Jp2Encoder.Encode(samples, 6, 1, new Jp2Options());
        AssertRefused("color space 12", Jp2Encoder.Container(codestream, 12));
        AssertRefused("no codestream", Jp2Encoder.Container(codestream, 16)[..77]);
        byte[] palette = Jp2Encoder.Box("jp2h", Jp2Encoder.Box("pclr", new byte[8]));
        AssertRefused("a palette", [.. Jp2Encoder.Container([], 16)[..12], .. palette, .. Jp2Encoder.Box("jp2c", codestream)]);
        byte[] many = [.. codestream];
        many[ComponentCount] = 5;
        AssertRefused("5 components", many);
    }

    [Fact]
    public void DamagedFilesAreRefused()
    {
        int[] samples = [.. ImageFiles.Picture(2, 19, 23).Select(b => (int)b)];
        Jp2Options plain = new() { Layers = 3, IsMixed = true };
        Assert.InRange(ImageFiles.CheckDamage(Jp2Encoder.Container(Jp2Encoder.Encode(samples, 23, 3, plain), 16), 800), 100, int.MaxValue);
        Jp2Options odd = new() { Style = Jp2BlockStyle.Bypass | Jp2BlockStyle.Terminate, Tile = 16, PrecinctBits = 4, HasMarkers = true, IsReversible = false };
        Assert.InRange(ImageFiles.CheckDamage(Jp2Encoder.Encode(samples, 23, 3, odd), 800), 100, int.MaxValue);
    }

    [Fact]
    public void AShortFileTakesNoMemoryForManyPackets()
    {
        byte[] file = Jp2Encoder.Encode([.. ImageFiles.Noise(3, 64).Select(b => (int)b)], 8, 1, new Jp2Options { PrecinctBits = 1 });
        foreach (int at in new[] { 8, 12, 24, 28 })
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), LargeSize);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused("ends before", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * LargeSize * LargeSize);
    }

    private static void AssertRefused(string message, byte[] file) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(file)).Message, StringComparison.Ordinal);

    private static void AssertExact(int height, int width, int components, Jp2Options options)
    {
        byte[] picture = ImageFiles.Picture(height, height, width);
        int[] samples = [.. picture.Where((_, i) => components == 3 || i % 3 == 1).Select(p => p * ((1 << options.Bits) - 1) / 255)];
        byte[] decoded = ImageFiles.Decode(Jp2Encoder.Encode(samples, width, components, options), components == 3 ? PixelFormat.Rgb : PixelFormat.Grayscale);
        Assert.Equal(picture.Where((_, i) => components == 3 || i % 3 == 1), decoded);
    }
}
