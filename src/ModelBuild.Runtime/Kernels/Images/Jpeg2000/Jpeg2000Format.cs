namespace ModelBuild.Kernels;

/// <summary>JPEG 2000 (T.800): JP2 files and codestreams; grey, RGB or luma with chroma of up to 16 bits; alpha is left out.</summary>
internal sealed class Jpeg2000Format : ImageFormat
{
    private const uint Codestream = 0x6A703263;
    private const uint Header = 0x6A703268;
    private const uint Color = 0x636F6C72;
    private const uint Palette = 0x70636C72;
    private const int Srgb = 16;
    private const int Grey = 17;
    private const int LumaChroma = 18;

    private static ReadOnlySpan<byte> Signature => [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', 13, 10, 0x87, 10];

    private static ReadOnlySpan<byte> RawSignature => [0xFF, 0x4F, 0xFF, 0x51];

    /// <inheritdoc/>
    public override string Name => Jp2Errors.Format;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith(Signature) || file.StartsWith(RawSignature);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        Jp2Size size = Jp2Codestream.ReadSize(Find(file, out _));
        return new ImageSize(size.Area.Height, size.Area.Width);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target) => Jp2Image.Decode(Find(file, out Jp2Colors colors), colors, target);

    /// <summary>The codestream, and what its components mean.</summary>
    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, out Jp2Colors colors)
    {
        colors = Jp2Colors.Plain;
        if (file.StartsWith(RawSignature))
        {
            return file;
        }

        Jp2Bytes boxes = new(file);
        while (boxes.Left > 0)
        {
            ReadOnlySpan<byte> content = ReadBox(ref boxes, out uint kind);
            if (kind == Codestream)
            {
                return content;
            }

            if (kind == Header)
            {
                colors = ReadColors(content);
            }
        }

        throw Damaged("it has no codestream");
    }

    private Jp2Colors ReadColors(ReadOnlySpan<byte> content)
    {
        Jp2Bytes boxes = new(content);
        Jp2Colors colors = Jp2Colors.Plain;
        while (boxes.Left > 0)
        {
            Jp2Bytes bytes = new(ReadBox(ref boxes, out uint kind));
            if (kind == Palette)
            {
                throw Unsupported("a palette");
            }

            if (kind == Color && bytes.ReadByte() == 1)
            {
                bytes.ReadUInt16();
                uint space = bytes.ReadUInt32();
                colors = space switch
                {
                    Srgb or Grey => Jp2Colors.Plain,
                    LumaChroma => Jp2Colors.LumaChroma,
                    _ => throw Unsupported($"color space {space}"),
                };
            }
        }

        return colors;
    }

    private static ReadOnlySpan<byte> ReadBox(scoped ref Jp2Bytes bytes, out uint kind)
    {
        uint length = bytes.ReadUInt32();
        kind = bytes.ReadUInt32();
        switch (length)
        {
            case 0:
                return bytes.Read(bytes.Left);
            case 1:
                uint high = bytes.ReadUInt32();
                uint low = bytes.ReadUInt32();
                return high != 0 ? throw Jp2Errors.Ends() : low >= 16 ? bytes.Read(low - 16) : throw Jp2Errors.Damaged("a box is shorter than its header");
            case < 8:
                throw Jp2Errors.Damaged("a box is shorter than its header");
            default:
                return bytes.Read(length - 8);
        }
    }
}
