namespace ModelBuild.Kernels;

/// <summary>
/// JPEG files, baseline, extended and progressive with Huffman codes: grey, YCbCr and RGB of 8 bits, any whole ratio of samples, restart intervals. Transform, upsampling and colours are rounded as by the
/// decoders that are in use everywhere, so that pixels are equal to theirs.
/// </summary>
internal sealed class JpegFormat : ImageFormat
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "JPEG";

    /// <inheritdoc/>
    public override string Name => FormatName;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith<byte>([0xFF, JpegMarker.Start, 0xFF]);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        JpegHeader header = JpegHeader.Read(new FileBytes(Name, file, isBigEndian: true));
        return new ImageSize(header.Height, header.Width);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        FileBytes bytes = new(Name, file, isBigEndian: true);
        JpegHeader header = JpegHeader.Read(bytes);
        using PooledMemory<int> room = new(Name, JpegTables.Room, isCleared: true);
        using PooledMemory<byte> samples = new(Name, header.Length);
        JpegTables tables = new(room.Span);
        using (PooledMemory<short> coefficients = new(Name, header.Length, isCleared: true))
        {
            JpegCoefficients.Read(bytes, header, coefficients.Span, ref tables);
            Transform(header, tables, coefficients.Span, samples.Span);
        }

        Write(header, samples.Span, target);
    }

    private static void Transform(in JpegHeader header, in JpegTables tables, ReadOnlySpan<short> coefficients, Span<byte> samples)
    {
        for (int i = 0; i < header.Count; i++)
        {
            JpegComponent component = header.Components[i];
            ReadOnlySpan<int> factors = tables.Factors(i);
            ReadOnlySpan<short> blocks = coefficients.Slice((int)component.Start, (int)component.Length);
            Span<byte> plane = samples.Slice((int)component.Start, (int)component.Length);
            for (int block = 0; block < component.Columns * component.Rows; block++)
            {
                (int x, int y) = (block % component.Columns, block / component.Columns);
                JpegTransform.Run(blocks.Slice(block * JpegComponent.BlockSize, JpegComponent.BlockSize), factors, plane[(((y * component.Stride) + x) * JpegComponent.BlockSide)..], component.Stride);
            }
        }
    }

    private void Write(in JpegHeader header, ReadOnlySpan<byte> samples, PixelTarget target)
    {
        int width = JpegUpsampling.RoomOf(target.Width);
        using PooledMemory<byte> room = new(Name, 6L * width);
        Span<byte> pixels = room.Span[..(3 * target.Width)];
        for (int y = 0; y < target.Height; y++)
        {
            ReadOnlySpan<byte> first = Row(header, 0, samples, y, room.Span.Slice(3 * width, width));
            if (header.Count == 1)
            {
                target.PutGrey(y, 0, first[..target.Width]);
                continue;
            }

            ReadOnlySpan<byte> second = Row(header, 1, samples, y, room.Span.Slice(4 * width, width));
            ReadOnlySpan<byte> third = Row(header, 2, samples, y, room.Span.Slice(5 * width, width));
            if (header.IsRgb)
            {
                PixelJoin.Run(first, second, third, pixels);
            }
            else
            {
                JpegColours.Convert(first, second, third, pixels);
            }

            target.PutRgb(y, 0, pixels);
        }
    }

    private static ReadOnlySpan<byte> Row(in JpegHeader header, int index, ReadOnlySpan<byte> samples, int y, Span<byte> room)
    {
        JpegComponent component = header.Components[index];
        return JpegUpsampling.Row(component, samples.Slice((int)component.Start, (int)component.Length), y, room);
    }
}
