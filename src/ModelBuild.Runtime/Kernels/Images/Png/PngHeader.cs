namespace ModelBuild.Kernels;

/// <summary>What the first chunk of a PNG file tells.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">Bits of a sample.</param>
/// <param name="Colour">Which samples a pixel has.</param>
/// <param name="IsInterlaced">Whether the pixels come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int Bits, PngColour Colour, bool IsInterlaced)
{
    private const int DataLength = 13;

    /// <summary>Samples of a pixel.</summary>
    public int Channels => Colour switch { PngColour.Rgb => 3, PngColour.GreyAlpha => 2, PngColour.RgbAlpha => 4, _ => 1 };

    /// <summary>Bytes of a row of so many pixels, without its filter.</summary>
    public long BytesOf(int width) => (((long)width * Channels * Bits) + 7) / 8;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static PngHeader Read(in FileBytes file)
    {
        int at = PngFormat.Signature.Length;
        if (file.U32(at) != DataLength || !file.Slice(at + 4, 4).SequenceEqual("IHDR"u8))
        {
            throw ImageErrors.Damaged(PngFormat.FormatName, "it does not begin with a header");
        }

        PngChunk.Check(file, at, DataLength);
        (int width, int height) = (file.I32(at + 8), file.I32(at + 12));
        (int bits, int colour, int interlace) = (file.U8(at + 16), file.U8(at + 17), file.U8(at + 20));
        bool isKnown = (PngColour)colour switch
        {
            PngColour.Grey => bits is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => bits is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.RgbAlpha => bits is 8 or 16,
            _ => false,
        };
        return isKnown && interlace <= 1 && file.U8(at + 18) == 0 && file.U8(at + 19) == 0
            ? new PngHeader(width, height, bits, (PngColour)colour, interlace == 1)
            : throw ImageErrors.Damaged(PngFormat.FormatName, $"its header tells a colour type {colour} of {bits} bits, the compression {file.U8(at + 18)}, the filter {file.U8(at + 19)} and the interlace {interlace}");
    }
}
