using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>Netpbm's bitmaps, grey maps and colour maps, as text and as bytes (P1 to P6). Only the first image of a file is read.</summary>
internal sealed class PnmFormat : ImageFormat
{
    private const int MostDigits = 10;
    private const int MostLevel = 65535;

    /// <inheritdoc/>
    public override string Name => "PNM";

    /// <inheritdoc/>
    public override bool Recognises(ReadOnlySpan<byte> file) => file.Length >= 3 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'6' && (IsSpace(file[2]) || file[2] == '#');

    /// <inheritdoc/>
    public override ImageSize SizeOf(ReadOnlySpan<byte> file)
    {
        int at = 2;
        return SizeAt(file, ref at);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> file, PixelTarget target)
    {
        int kind = file[1] - '0';
        int at = 2;
        _ = SizeAt(file, ref at);
        bool isBitmap = kind is 1 or 4;
        int most = isBitmap ? 1 : Number(file, ref at, MostLevel);
        if (most == 0)
        {
            throw Damaged("its greatest level is 0");
        }

        // One white space ends the header of a binary file.
        at += kind >= 4 ? 1 : 0;
        int samples = target.Width * (kind is 3 or 6 ? 3 : 1);
        using PooledMemory<byte> row = new(Name, samples);
        for (int y = 0; y < target.Height; y++)
        {
            if (kind == 4)
            {
                ReadBits(file, ref at, row.Span);
            }
            else if (kind > 4)
            {
                ReadBytes(file, ref at, row.Span, most);
            }
            else
            {
                ReadText(file, ref at, row.Span, most, isBitmap);
            }

            if (samples == target.Width)
            {
                target.PutGrey(y, 0, row.Span);
            }
            else
            {
                target.PutRgb(y, 0, row.Span);
            }
        }
    }

    private static bool IsSpace(byte c) => c is (byte)' ' or (>= 9 and <= 13);

    private ImageSize SizeAt(ReadOnlySpan<byte> file, ref int at)
    {
        int width = Number(file, ref at, int.MaxValue);
        return new ImageSize(Number(file, ref at, int.MaxValue), width);
    }

    // A bit that is set is black.
    private void ReadBits(ReadOnlySpan<byte> file, ref int at, Span<byte> row)
    {
        ReadOnlySpan<byte> bits = Take(file, ref at, (row.Length + 7) / 8);
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (bits[i / 8] << (i % 8) & 0x80) != 0 ? (byte)0 : byte.MaxValue;
        }
    }

    private void ReadBytes(ReadOnlySpan<byte> file, ref int at, Span<byte> row, int most)
    {
        int bytes = most > byte.MaxValue ? 2 : 1;
        ReadOnlySpan<byte> levels = Take(file, ref at, (long)row.Length * bytes);
        if (most == byte.MaxValue)
        {
            levels.CopyTo(row);
            return;
        }

        for (int i = 0; i < row.Length; i++)
        {
            row[i] = Level(bytes == 1 ? levels[i] : BinaryPrimitives.ReadUInt16BigEndian(levels[(2 * i)..]), most);
        }
    }

    private void ReadText(ReadOnlySpan<byte> file, ref int at, Span<byte> row, int most, bool isBitmap)
    {
        foreach (ref byte sample in row)
        {
            if (!isBitmap)
            {
                sample = Level(Number(file, ref at, most), most);
                continue;
            }

            // The digits of a bitmap need no space between them.
            Skip(file, ref at);
            sample = At(file, at++) switch
            {
                (byte)'0' => byte.MaxValue,
                (byte)'1' => 0,
                byte other => throw Damaged($"a bit is the character {other}"),
            };
        }
    }

    private static byte Level(int level, int most) => (byte)(((Math.Min(level, most) * 255L) + (most / 2)) / most);

    private int Number(ReadOnlySpan<byte> file, ref int at, int most)
    {
        Skip(file, ref at);
        long value = 0;
        int start = at;
        while (at < file.Length && file[at] is >= (byte)'0' and <= (byte)'9' && at - start < MostDigits)
        {
            value = (value * 10) + file[at++] - '0';
        }

        return at == start ? throw Damaged(at >= file.Length ? "it ends too soon" : $"a number begins with the character {file[at]}")
            : value > most ? throw Damaged($"a number is {value}, above {most}")
            : (int)value;
    }

    // White space, and comments up to the end of a line.
    private static void Skip(ReadOnlySpan<byte> file, ref int at)
    {
        bool isComment = false;
        while (at < file.Length && (isComment || IsSpace(file[at]) || file[at] == '#'))
        {
            isComment = (isComment || file[at] == '#') && file[at] is not ((byte)'\n' or (byte)'\r');
            at++;
        }
    }

    private byte At(ReadOnlySpan<byte> file, int at) => new FileBytes(Name, file, isBigEndian: true).U8(at);

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> file, ref int at, long count)
    {
        ReadOnlySpan<byte> taken = new FileBytes(Name, file, isBigEndian: true).Slice(at, count);
        at += taken.Length;
        return taken;
    }
}
