using System.Buffers.Binary;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Bitmaps of all depths, written by code.</summary>
public sealed class BmpFormatTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(8, false)]
    [InlineData(8, true)]
    public void PalettesAreDecoded(int bits, bool isTopDown)
    {
        (int height, int width) = (5, 13);
        byte[] palette = ImageFiles.Noise(bits, 4 << bits);
        int[] indices = [.. ImageFiles.Noise(9, height * width).Select(n => n % (1 << bits))];
        byte[] expected = [.. indices.SelectMany(i => (byte[])[palette[(4 * i) + 2], palette[(4 * i) + 1], palette[4 * i]])];
        Assert.Equal(expected, ImageFiles.Decode(File(indices, height, width, bits, palette, isTopDown)));
    }

    [Theory]
    [InlineData(16, 0, 0x7C00, 0x3E0, 0x1F)]
    [InlineData(16, 3, 0xF800, 0x7E0, 0x1F)]
    [InlineData(24, 0, 0xFF0000, 0xFF00, 0xFF)]
    [InlineData(32, 0, 0xFF0000, 0xFF00, 0xFF)]
    [InlineData(32, 3, 0xFF, 0x3FF00, 0x7FC0000)]
    public void ChannelsAreDecoded(int bits, int compression, int red, int green, int blue)
    {
        (int height, int width) = (4, 7);
        Random random = new(bits);
        uint[] pixels = [.. Enumerable.Range(0, height * width).Select(_ => (uint)random.NextInt64(1L << bits))];
        uint[] masks = [(uint)red, (uint)green, (uint)blue];
        byte[] expected = [.. pixels.SelectMany(p => masks.Select(m => (byte)((p & m) * 255UL / m)))];
        byte[] extra = compression == 3 ? [.. masks.SelectMany(BitConverter.GetBytes)] : [];
        Assert.Equal(expected, ImageFiles.Decode(File([.. pixels.Select(p => (int)p)], height, width, bits, extra, isTopDown: true, compression)));
    }

    [Fact]
    public void RunsAreExpanded()
    {
        // A run, a copy of an odd length, the rest of the row left out; then a move and the end.
        byte[] runs = [3, 1, 0, 3, 2, 3, 1, 0, 0, 0, 0, 2, 1, 0, 2, 2, 0, 1];
        byte[] palette = [0, 0, 0, 0, 10, 10, 10, 0, 20, 20, 20, 0, 30, 30, 30, 0];
        byte[] file = [.. File(new int[0], 0, 8, 8, [.. palette, .. new byte[1024 - 16]], isTopDown: true, 1), .. runs];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -3);
        byte[] expected = [10, 10, 10, 20, 30, 10, 0, 0, 0, 20, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(expected, ImageFiles.Decode(file, PixelFormat.Grayscale));
        Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(file[..^3]));
    }

    [Fact]
    public void RunsOfHalfBytesAreExpanded()
    {
        byte[] runs = [5, 0x12, 0, 3, 0x31, 0x20, 0, 1];
        byte[] palette = [0, 0, 0, 0, 10, 10, 10, 0, 20, 20, 20, 0, 30, 30, 30, 0];
        byte[] file = [.. File(new int[0], 0, 9, 4, [.. palette, .. new byte[64 - 16]], isTopDown: true, 2), .. runs];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -1);
        Assert.Equal([10, 20, 10, 20, 10, 30, 10, 20, 0], ImageFiles.Decode(file, PixelFormat.Grayscale));
    }

    [Fact]
    public void TheOldHeaderIsRead()
    {
        byte[] file = [.. "BM"u8, 0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 12, 0, 0, 0, 2, 0, 1, 0, 1, 0, 24, 0, 3, 2, 1, 6, 5, 4, 0, 0];
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFiles.Decode(file));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(24)]
    public void DamagedFilesAreRefused(int bits)
    {
        byte[] file = File([.. ImageFiles.Noise(1, 60).Select(n => n & 1)], 6, 10, bits, ImageFiles.Noise(2, bits > 8 ? 0 : 4 << bits), isTopDown: false);
        Assert.NotEqual(0, ImageFiles.CheckDamage(file, 400));
    }

    private static byte[] File(int[] pixels, int height, int width, int bits, byte[] extra, bool isTopDown, int compression = 0)
    {
        List<byte> rows = [];
        for (int y = 0; y < height; y++)
        {
            int[] row = pixels[(width * (isTopDown ? y : height - 1 - y))..][..width];
            rows.AddRange(bits <= 8 ? PngEncoder.Pack(row, bits) : row.SelectMany(p => BitConverter.GetBytes(p)[..(bits / 8)]));
            while (rows.Count % 4 != 0)
            {
                rows.Add(0xAA);
            }
        }

        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        int[] at = [10, 14, 18, 22, 30];
        int[] values = [54 + extra.Length, 40, width, isTopDown ? -height : height, compression];
        for (int i = 0; i < at.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at[i]), values[i]);
        }

        (header[26], header[28]) = (1, (byte)bits);
        return [.. header, .. extra, .. rows];
    }
}
