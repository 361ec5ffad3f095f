namespace ModelBuild.Kernels;

/// <summary>What the header of a Windows or OS/2 bitmap tells.</summary>
internal readonly struct BmpHeader
{
    private const int InfoAt = 14;
    private const int CoreSize = 12;
    private const int InfoSize = 40;
    private const int MasksAt = InfoAt + InfoSize;

    private BmpHeader(in FileBytes file)
    {
        uint size = file.U32(InfoAt);
        bool isCore = size == CoreSize;
        if (!isCore && size < InfoSize)
        {
            throw ImageErrors.Unsupported(BmpFormat.FormatName, $"a header of {size} bytes");
        }

        int height = isCore ? file.U16(InfoAt + 6) : file.I32(InfoAt + 8);
        (IsTopDown, Width, Height) = (height < 0, isCore ? file.U16(InfoAt + 4) : file.I32(InfoAt + 4), (int)Math.Min(int.MaxValue, Math.Abs((long)height)));
        Bits = file.U16(InfoAt + (isCore ? 10 : 14));
        Compression = isCore ? BmpCompression.None : (BmpCompression)file.U32(InfoAt + 16);
        bool hasMasks = Compression is BmpCompression.Masks or BmpCompression.MasksWithAlpha;
        PaletteAt = InfoAt + size + (hasMasks && size == InfoSize ? Compression == BmpCompression.Masks ? 12u : 16u : 0u);
        PaletteStride = isCore ? 3 : 4;
        uint colours = isCore ? 0 : file.U32(InfoAt + 32);
        PaletteCount = Bits > 8 ? 0 : colours is 0 or > 256 ? 1 << Bits : (int)colours;
        PixelsAt = file.U32(10);
        (RedMask, GreenMask, BlueMask) = hasMasks ? (file.U32(MasksAt), file.U32(MasksAt + 4), file.U32(MasksAt + 8))
            : Bits == 16 ? (0x7C00u, 0x3E0u, 0x1Fu)
            : (0xFF0000u, 0xFF00u, 0xFFu);
    }

    /// <summary>True where the first row is the upper one.</summary>
    public bool IsTopDown { get; }

    /// <summary>Pixels of a row, 0 or less in damaged files.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bits of a pixel.</summary>
    public int Bits { get; }

    /// <summary>How the pixels are stored.</summary>
    public BmpCompression Compression { get; }

    /// <summary>Where the colours are.</summary>
    public long PaletteAt { get; }

    /// <summary>Bytes of a colour.</summary>
    public int PaletteStride { get; }

    /// <summary>How many colours there are.</summary>
    public int PaletteCount { get; }

    /// <summary>Where the pixels are.</summary>
    public long PixelsAt { get; }

    /// <summary>The bits of red.</summary>
    public uint RedMask { get; }

    /// <summary>The bits of green.</summary>
    public uint GreenMask { get; }

    /// <summary>The bits of blue.</summary>
    public uint BlueMask { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public long Stride => (((long)Width * Bits) + 31) / 32 * 4;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">The file is cut, or its header is of an unknown kind.</exception>
    public static BmpHeader Read(in FileBytes file) => new(file);
}
