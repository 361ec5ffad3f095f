using System.Text;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Netpbm files, all six kinds.</summary>
public sealed class PnmFormatTests
{
    [Theory]
    [InlineData("P1\n# black on the left\n3 2\n1 00 101\n", new byte[] { 0, 255, 255, 0, 255, 0 })]
    [InlineData("P2 3 2 15 0 1 2 15 14 7", new byte[] { 0, 17, 34, 255, 238, 119 })]
    [InlineData("P2\n3 2\n#a\n#b\n1000\n0 500 1000\n2 250 999", new byte[] { 0, 128, 255, 1, 64, 255 })]
    public void TextOfLevels(string file, byte[] expected) => Assert.Equal(expected, ImageFiles.Decode(Encoding.ASCII.GetBytes(file), PixelFormat.Grayscale));

    [Fact]
    public void TextOfColours() => Assert.Equal([255, 0, 128, 1, 2, 3], ImageFiles.Decode("P3 2 1 255\n255 0 128\n1 2 3"u8.ToArray()));

    [Fact]
    public void Bits()
    {
        byte[] file = [.. "P4\n10 2\n"u8, 0b1010_0000, 0b0100_0000, 0xFF, 0xFF];
        byte[] expected = [0, 255, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(expected, ImageFiles.Decode(file, PixelFormat.Grayscale));
    }

    [Fact]
    public void LevelsOfTwoBytes() => Assert.Equal([0, 128, 255], ImageFiles.Decode([.. "P5 3 1 65535 "u8, 0, 0, 128, 128, 255, 255], PixelFormat.Grayscale));

    [Theory]
    [InlineData(PixelFormat.Rgb)]
    [InlineData(PixelFormat.Bgr)]
    [InlineData(PixelFormat.Grayscale)]
    public void Channels(PixelFormat format)
    {
        byte[] pixels = ImageFiles.Noise(1, 5 * 4 * 3);
        byte[] expected = format switch
        {
            PixelFormat.Rgb => pixels,
            PixelFormat.Bgr => [.. pixels.Chunk(3).SelectMany(p => p.Reverse())],
            _ => [.. pixels.Chunk(3).Select(p => (byte)(((p[0] * 19595) + (p[1] * 38470) + (p[2] * 7471) + 32768) >> 16))],
        };
        Assert.Equal(expected, ImageFiles.Decode([.. "P6 4 5 255\n"u8, .. pixels], format));
    }

    [Theory]
    [InlineData("P6 4 5 255\n", "it ends too soon")]
    [InlineData("P5 4 5 65536 ", "65536, above 65535")]
    [InlineData("P5 4 5 0 ", "greatest level is 0")]
    [InlineData("P5 4 x", "begins with the character 120")]
    [InlineData("P2 1 1 7 8", "8, above 7")]
    [InlineData("P1 1 1 2", "a bit is the character 50")]
    [InlineData("P5 0 7 255 ", "a size of 0 by 7")]
    [InlineData("P5 99999 99999 255 ", "99999 by 99999")]
    [InlineData("GIF89a", "begins with 474946383961")]
    [InlineData("", "is empty")]
    public void WhatIsWrongIsTold(string file, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(Encoding.ASCII.GetBytes(file))).Message, StringComparison.Ordinal);

    [Fact]
    public void AnImageOfAnotherSizeIsRefused() =>
        Assert.Throws<ArgumentException>(() => ImageDecoder.Run("P5 2 1 255 ab"u8, new byte[6], 1, 3, PixelFormat.Rgb));

    [Theory]
    [InlineData("P1 3 2 1 0 0 1 0 1")]
    [InlineData("P3 2 1 255\n255 0 128\n1 2 3")]
    [InlineData("P4 10 2 abcd")]
    [InlineData("P6 2 2 255 abcdefghijkl")]
    public void DamagedFilesAreRefused(string file) => Assert.NotEqual(0, ImageFiles.CheckDamage(Encoding.ASCII.GetBytes(file), 400));
}
