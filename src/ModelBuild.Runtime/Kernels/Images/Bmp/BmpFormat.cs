using System.Buffers.Binary;
using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Windows and OS/2 bitmaps: 1, 4 and 8 bits with a palette, the latter two also in runs; 16, 24 and 32 bits, with and without masks.</summary>
internal sealed class BmpFormat : ImageFormat
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "BMP";

    /// <inheritdoc/>
    public override string Name => FormatName;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        BmpHeader header = BmpHeader.Read(new FileBytes(Name, file, isBigEndian: false));
        return new ImageSize(header.Height, header.Width);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        FileBytes bytes = new(Name, file, isBigEndian: false);
        BmpHeader header = BmpHeader.Read(bytes);
        bool isRun = header.Compression is BmpCompression.Runs4 or BmpCompression.Runs8;
        bool isKnown = header.Bits is 1 or 4 or 8 or 16 or 24 or 32
            && (!isRun || header.Bits == (header.Compression == BmpCompression.Runs8 ? 8 : 4))
            && header.Compression is >= BmpCompression.None and <= BmpCompression.Masks or BmpCompression.MasksWithAlpha;
        if (!isKnown)
        {
            throw Unsupported($"{header.Bits} bits per pixel and the compression {(uint)header.Compression}");
        }

        if (header.Bits <= 8)
        {
            using PooledMemory<byte> indices = new(Name, isRun ? (long)header.Width * header.Height : header.Width, isRun);
            DecodePalette(bytes, header, target, indices.Span);
            return;
        }

        DecodeChannels(bytes, header, target);
    }

    private static int RowOf(in BmpHeader header, int y) => header.IsTopDown ? y : header.Height - 1 - y;

    private void DecodePalette(in FileBytes file, in BmpHeader header, PixelTarget target, Span<byte> indices)
    {
        Span<byte> palette = stackalloc byte[256 * 3];
        ReadOnlySpan<byte> stored = file.Slice(header.PaletteAt, (long)header.PaletteCount * header.PaletteStride);
        for (int i = 0; i < header.PaletteCount; i++)
        {
            ReadOnlySpan<byte> colour = stored.Slice(i * header.PaletteStride, 3);
            (palette[3 * i], palette[(3 * i) + 1], palette[(3 * i) + 2]) = (colour[2], colour[1], colour[0]);
        }

        bool isRun = header.Compression != BmpCompression.None;
        if (isRun)
        {
            BmpRuns.Expand(file.Slice(header.PixelsAt, Math.Max(0, file.Length - header.PixelsAt)), indices, header.Width, header.Height, header.Bits == 4);
        }

        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = isRun ? indices.Slice(y * header.Width, header.Width) : default;
            if (!isRun)
            {
                ReadOnlySpan<byte> packed = file.Slice(header.PixelsAt + (header.Stride * y), (((long)header.Width * header.Bits) + 7) / 8);
                PackedSamples.Expand(packed, indices, header.Bits);
                row = indices;
            }

            for (int x = 0; x < row.Length; x++)
            {
                target.PutRgb(RowOf(header, y), x, palette.Slice(3 * row[x], 3));
            }
        }
    }

    private static void DecodeChannels(in FileBytes file, in BmpHeader header, PixelTarget target)
    {
        (uint red, uint green, uint blue) = (header.RedMask, header.GreenMask, header.BlueMask);
        int bytes = header.Bits / 8;
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = file.Slice(header.PixelsAt + (header.Stride * y), (long)header.Width * bytes);
            for (int x = 0; x < header.Width; x++)
            {
                ReadOnlySpan<byte> stored = row.Slice(x * bytes, bytes);
                uint pixel = bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(stored) : bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(stored) : stored[0] | ((uint)stored[1] << 8) | ((uint)stored[2] << 16);
                target.Put(RowOf(header, y), x, Level(pixel, red), Level(pixel, green), Level(pixel, blue));
            }
        }
    }

    private static byte Level(uint pixel, uint mask)
    {
        if (mask == 0)
        {
            return 0;
        }

        int shift = BitOperations.TrailingZeroCount(mask);
        return (byte)((ulong)((pixel & mask) >> shift) * byte.MaxValue / (mask >> shift));
    }
}
