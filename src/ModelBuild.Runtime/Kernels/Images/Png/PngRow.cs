namespace ModelBuild.Kernels;

/// <summary>A row of a PNG file as pixels of bytes.</summary>
internal static class PngRow
{
    /// <summary>Bytes of a pixel: 1 for grey, 3 for colours, 4 for colours with an alpha.</summary>
    public static int PixelBytes(PngHeader header) => header.Colour switch { PngColour.Grey or PngColour.GreyAlpha => 1, PngColour.RgbAlpha => 4, _ => 3 };

    /// <summary>Writes the pixels of a row.</summary>
    /// <param name="header">What the file's header tells.</param>
    /// <param name="row">The stored samples.</param>
    /// <param name="pixels">Receives <see cref="PixelBytes"/> for each pixel.</param>
    /// <param name="palette">256 colours.</param>
    public static void Expand(PngHeader header, ReadOnlySpan<byte> row, Span<byte> pixels, ReadOnlySpan<byte> palette)
    {
        switch (header.Colour)
        {
            case PngColour.Palette:
                for (int i = 0; i < pixels.Length / 3; i++)
                {
                    palette.Slice(3 * Sample(row, i, header.Bits), 3).CopyTo(pixels[(3 * i)..]);
                }

                break;
            case PngColour.Grey when header.Bits < 8:
                PackedSamples.Expand(row, pixels, header.Bits);
                int most = (1 << header.Bits) - 1;
                foreach (ref byte level in pixels)
                {
                    level = (byte)(level * byte.MaxValue / most);
                }

                break;
            case PngColour.GreyAlpha:
                Pick(row, pixels, header.Bits / 4);
                break;
            default:
                Pick(row, pixels, header.Bits / 8);
                break;
        }
    }

    private static int Sample(ReadOnlySpan<byte> row, int index, int bits)
    {
        int perByte = 8 / bits;
        return (row[index / perByte] >> (8 - bits - (index % perByte * bits))) & ((1 << bits) - 1);
    }

    private static void Pick(ReadOnlySpan<byte> row, Span<byte> pixels, int step)
    {
        if (step == 1)
        {
            row[..pixels.Length].CopyTo(pixels);
            return;
        }

        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = row[i * step];
        }
    }
}
