using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>WebP (RFC 9649): one picture, lossy or lossless; its alpha is left out.</summary>
internal sealed class WebPFormat : ImageFormat
{
    private const int ChunkHeader = 8;
    private const int FileHeader = 12;
    private const int ExtendedLength = 10;
    private const int Animation = 2;

    /// <inheritdoc/>
    public override string Name => WebPErrors.Format;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.Length >= FileHeader && file.StartsWith("RIFF"u8) && file[ChunkHeader..].StartsWith("WEBP"u8);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> data = Find(file, out bool isLossless, out ImageSize canvas);
        ImageSize size = isLossless ? Vp8lImage.SizeOf(data) : Vp8Header.SizeOf(data);
        return canvas == default || canvas == size
            ? size
            : throw Damaged($"its canvas is {canvas.Width} by {canvas.Height} pixels, its picture {size.Width} by {size.Height}");
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        ReadOnlySpan<byte> data = Find(file, out bool isLossless, out _);
        if (isLossless)
        {
            Vp8lImage.Decode(data, target);
        }
        else
        {
            Vp8Image.Decode(data, target);
        }
    }

    /// <summary>The data of the picture, and the size of the canvas where the file tells one.</summary>
    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, out bool isLossless, out ImageSize canvas)
    {
        canvas = default;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (length > file.Length - ChunkHeader)
        {
            throw WebPErrors.Ends();
        }

        ReadOnlySpan<byte> rest = file.Slice(ChunkHeader, (int)length);
        rest = rest.Length < 4 ? [] : rest[4..];
        while (rest.Length >= ChunkHeader)
        {
            ReadOnlySpan<byte> kind = rest[..4];
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            rest = rest[ChunkHeader..];
            if (size > rest.Length)
            {
                throw WebPErrors.Ends();
            }

            ReadOnlySpan<byte> data = rest[..(int)size];
            isLossless = kind.SequenceEqual("VP8L"u8);
            if (isLossless || kind.SequenceEqual("VP8 "u8))
            {
                return data;
            }

            if (kind.SequenceEqual("VP8X"u8))
            {
                canvas = ReadCanvas(data);
            }

            rest = rest[Math.Min(rest.Length, (int)size + ((int)size & 1))..];
        }

        throw Damaged("it has no picture");
    }

    private ImageSize ReadCanvas(ReadOnlySpan<byte> data)
    {
        if (data.Length < ExtendedLength)
        {
            throw WebPErrors.Ends();
        }

        return (data[0] & Animation) != 0
            ? throw Unsupported("an animation")
            : new ImageSize(Number24(data[7..]) + 1, Number24(data[4..]) + 1);
    }

    private static int Number24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
