using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>
/// Tagged image files: the first image, in strips or tiles, of grey, colour or a palette; not compressed, or by PackBits, LZW or Deflate. Samples beyond red, green and blue are left out, of samples of 16
/// bits the upper 8 are taken.
/// </summary>
internal sealed class TiffFormat : ImageFormat
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "TIFF";

    /// <inheritdoc/>
    public override string Name => FormatName;

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8);

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        TiffDirectory directory = TiffDirectory.Read(file);
        return new ImageSize((int)Math.Min(int.MaxValue, directory.Number(TiffTag.Height, null)), (int)Math.Min(int.MaxValue, directory.Number(TiffTag.Width, null)));
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        TiffDirectory directory = TiffDirectory.Read(file);
        TiffLayout layout = TiffLayout.Read(directory);
        using PooledMemory<byte> samples = new(Name, (long)layout.Width * layout.Height * layout.UsedSamples);
        using PooledMemory<byte> chunk = new(Name, layout.Stride * layout.ChunkHeight);
        int planes = layout.HasPlanes ? layout.UsedSamples : 1;
        for (int plane = 0; plane < planes; plane++)
        {
            for (long i = 0; i < layout.Across * layout.Down; i++)
            {
                (int x, int y) = ((int)(i % layout.Across) * layout.ChunkWidth, (int)(i / layout.Across) * layout.ChunkHeight);
                Span<byte> raw = chunk.Span[..(int)(layout.Stride * (layout.IsTiled ? layout.ChunkHeight : Math.Min(layout.ChunkHeight, layout.Height - y)))];
                Expand(directory, layout, (plane * layout.Across * layout.Down) + i, raw);
                Place(directory.File, layout, plane, x, y, raw, samples.Span);
            }
        }

        Write(directory, layout, samples.Span, target);
    }

    private static void Expand(TiffDirectory directory, in TiffLayout layout, long index, Span<byte> raw)
    {
        long at = directory.Number(layout.IsTiled ? TiffTag.TileOffsets : TiffTag.StripOffsets, null, index);
        long length = directory.Number(layout.IsTiled ? TiffTag.TileBytes : TiffTag.StripBytes, directory.File.Length - at, index);
        ReadOnlySpan<byte> stored = directory.File.Slice(at, length);
        switch (layout.Compression)
        {
            case 1:
                directory.File.Slice(at, Math.Max(raw.Length, length))[..raw.Length].CopyTo(raw);
                break;
            case 5:
                TiffLzw.Fill(stored, raw);
                break;
            case 8 or 32946:
                Inflate.Fill(FormatName, stored, raw);
                break;
            case 32773:
                PackBits.Fill(FormatName, stored, raw);
                break;
            default:
                throw ImageErrors.Unsupported(FormatName, $"the compression {layout.Compression}");
        }
    }

    // Writes the samples that are used to the image.
    private static void Place(in FileBytes file, in TiffLayout layout, int plane, int x, int y, Span<byte> raw, Span<byte> samples)
    {
        (int stride, int width) = ((int)layout.Stride, Math.Min(layout.ChunkWidth, layout.Width - x));
        (int used, int from) = (layout.UsedSamples, layout.ChunkSamples);
        int copied = layout.HasPlanes ? 1 : used;
        for (int row = 0; row < Math.Min(raw.Length / stride, layout.Height - y); row++)
        {
            Span<byte> line = raw.Slice(row * stride, stride);
            Span<byte> to = samples.Slice((int)((((long)(y + row) * layout.Width) + x) * used), width * used)[plane..];
            if (layout.Bits < 8)
            {
                PackedSamples.Expand(line, to, layout.Bits);
                continue;
            }

            line = layout.Bits == 16 ? TakeHigh(line, file, layout) : Predict(line, layout);
            for (int i = 0; i < width; i++)
            {
                line.Slice(i * from, copied).CopyTo(to[(i * used)..]);
            }
        }
    }

    private static Span<byte> Predict(Span<byte> line, scoped in TiffLayout layout)
    {
        for (int i = layout.ChunkSamples; layout.Predictor == 2 && i < line.Length; i++)
        {
            line[i] += line[i - layout.ChunkSamples];
        }

        return line;
    }

    // The upper bytes move to the front of the row.
    private static Span<byte> TakeHigh(Span<byte> line, scoped in FileBytes file, scoped in TiffLayout layout)
    {
        bool isBigEndian = file.All[0] == 'M';
        Span<ushort> before = stackalloc ushort[layout.ChunkSamples];
        before.Clear();
        for (int i = 0; i < line.Length / 2; i++)
        {
            ushort sample = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(line[(2 * i)..]) : BinaryPrimitives.ReadUInt16LittleEndian(line[(2 * i)..]);
            if (layout.Predictor == 2)
            {
                sample = before[i % before.Length] += sample;
            }

            line[i] = (byte)(sample >> 8);
        }

        return line[..(line.Length / 2)];
    }

    private static void Write(TiffDirectory directory, in TiffLayout layout, Span<byte> samples, PixelTarget target)
    {
        Span<byte> colours = stackalloc byte[256 * 3];
        int count = 1 << Math.Min(layout.Bits, 8);
        for (int i = 0; i < count * 3 && layout.Photometric == TiffPhotometric.Palette; i++)
        {
            colours[(i % count * 3) + (i / count)] = (byte)(directory.Number(TiffTag.Colours, null, i) >> 8);
        }

        for (int y = 0; y < layout.Height; y++)
        {
            Span<byte> row = samples.Slice(y * layout.Width * layout.UsedSamples, layout.Width * layout.UsedSamples);
            switch (layout.Photometric)
            {
                case TiffPhotometric.Rgb:
                    target.PutRgb(y, 0, row);
                    break;
                case TiffPhotometric.Palette:
                    for (int x = 0; x < row.Length; x++)
                    {
                        target.PutRgb(y, x, colours.Slice(3 * row[x], 3));
                    }

                    break;
                default:
                    foreach (ref byte level in row)
                    {
                        level = (byte)(layout.Bits < 8 ? level * byte.MaxValue / (count - 1) : level);
                        level = layout.Photometric == TiffPhotometric.WhiteIsZero ? (byte)~level : level;
                    }

                    target.PutGrey(y, 0, row);
                    break;
            }
        }
    }
}
