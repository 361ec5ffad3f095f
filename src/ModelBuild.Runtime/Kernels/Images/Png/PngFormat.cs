namespace ModelBuild.Kernels;

/// <summary>Portable network graphics of all colour types and depths. An alpha channel is left out, of samples of 16 bits the upper 8 are taken.</summary>
internal sealed class PngFormat : ImageFormat
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "PNG";

    private const int MostColours = 256;

    /// <summary>The first bytes.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <inheritdoc/>
    public override string Name => FormatName;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        PngHeader header = PngHeader.Read(new FileBytes(Name, file, isBigEndian: true));
        return new ImageSize(header.Height, header.Width);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        FileBytes bytes = new(Name, file, isBigEndian: true);
        PngHeader header = PngHeader.Read(bytes);
        Span<byte> palette = stackalloc byte[3 * MostColours];
        palette.Clear();
        if (header.Colour == PngColour.Palette)
        {
            ReadPalette(bytes, palette);
        }

        long length = 0;
        foreach (PngPass pass in PngPass.Of(header))
        {
            length += pass.Rows(header) * (1 + header.BytesOf(pass.Columns(header)));
        }

        using PooledMemory<byte> raw = new(Name, length);
        ReadData(bytes, raw.Span);
        using PooledMemory<byte> row = new(Name, (long)header.Width * 4);
        Span<byte> rest = raw.Span;
        foreach (PngPass pass in PngPass.Of(header))
        {
            ReadPass(header, pass, ref rest, row.Span, palette, target);
        }
    }

    private static void ReadPass(PngHeader header, PngPass pass, ref Span<byte> raw, scoped Span<byte> pixels, scoped ReadOnlySpan<byte> palette, scoped PixelTarget target)
    {
        (int columns, int rows) = (pass.Columns(header), pass.Rows(header));
        int stride = (int)header.BytesOf(columns);
        int distance = Math.Max(1, header.Channels * header.Bits / 8);
        int pixelBytes = PngRow.PixelBytes(header);

        // The row above the first one is zeros.
        using PooledMemory<byte> zeros = new(FormatName, stride, isCleared: true);
        ReadOnlySpan<byte> above = zeros.Span;
        for (int i = 0; i < rows; i++)
        {
            Span<byte> row = raw.Slice(1, stride);
            PngFilter.Undo(raw[0], row, above, distance);
            above = row;
            raw = raw[(1 + stride)..];
            PngRow.Expand(header, row, pixels[..(columns * pixelBytes)], palette);
            (int y, int step) = (pass.Y + (i * pass.StepY), pass.StepX == 1 ? columns : 1);
            for (int j = 0; j < columns; j += step)
            {
                ReadOnlySpan<byte> some = pixels.Slice(j * pixelBytes, step * pixelBytes);
                if (pixelBytes == 1)
                {
                    target.PutGrey(y, pass.X + (j * pass.StepX), some);
                }
                else
                {
                    target.PutRgb(y, pass.X + (j * pass.StepX), some, pixelBytes);
                }
            }
        }
    }

    private void ReadPalette(in FileBytes file, Span<byte> palette)
    {
        if (!PngChunk.TryFind(file, Signature.Length, "PLTE"u8, out PngChunk chunk) || chunk.Length > palette.Length || chunk.Length % 3 != 0)
        {
            throw Damaged("it has no palette, or one of a wrong size");
        }

        file.Slice(chunk.DataAt, chunk.Length).CopyTo(palette);
    }

    private void ReadData(in FileBytes file, Span<byte> raw)
    {
        if (!PngChunk.TryFind(file, Signature.Length, "IDAT"u8, out PngChunk first))
        {
            throw Damaged("it has no pixels");
        }

        if (!PngChunk.TryFind(file, first.Next, "IDAT"u8, out PngChunk next))
        {
            Inflate.Fill(Name, file.Slice(first.DataAt, first.Length), raw);
            return;
        }

        // The stream is cut into chunks anywhere.
        using PooledMemory<byte> joined = new(Name, file.Length);
        file.Slice(first.DataAt, first.Length).CopyTo(joined.Span);
        int length = first.Length;
        do
        {
            file.Slice(next.DataAt, next.Length).CopyTo(joined.Span[length..]);
            length += next.Length;
        }
        while (PngChunk.TryFind(file, next.Next, "IDAT"u8, out next));
        Inflate.Fill(Name, joined.Span[..length], raw);
    }
}
