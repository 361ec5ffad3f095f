namespace ModelBuild.Kernels;

/// <summary>The markers of JPEG files that decoding needs: the byte after 0xFF.</summary>
internal static class JpegMarker
{
    /// <summary>Huffman-coded frames: baseline, extended, progressive.</summary>
    public const int Baseline = 0xC0, Extended = 0xC1, Progressive = 0xC2;

    /// <summary>Huffman tables.</summary>
    public const int Huffman = 0xC4;

    /// <summary>The last frame marker; all from <see cref="Baseline"/> on are frames but for three.</summary>
    public const int LastFrame = 0xCF;

    /// <summary>Reserved, and the settings of arithmetic coding: no frames.</summary>
    public const int Reserved = 0xC8, Arithmetic = 0xCC;

    /// <summary>The first and the last restart marker.</summary>
    public const int Restart = 0xD0, LastRestart = 0xD7;

    /// <summary>Begin and end of the image.</summary>
    public const int Start = 0xD8, End = 0xD9;

    /// <summary>A scan, quantisation tables, the restart interval.</summary>
    public const int Scan = 0xDA, Quantization = 0xDB, Interval = 0xDD;

    /// <summary>Segments of JFIF and of Adobe.</summary>
    public const int Jfif = 0xE0, Adobe = 0xEE;

    /// <summary>A marker without a segment.</summary>
    public const int Temporary = 0x01;

    /// <summary>Finds the next marker.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">Where to look; then where the marker's segment is.</param>
    /// <returns>The marker, or a negative number at the end of the file.</returns>
    public static int Next(in FileBytes file, ref long at)
    {
        while (at + 1 < file.Length)
        {
            ReadOnlySpan<byte> rest = file.All[(int)at..^1];
            int found = rest.IndexOf((byte)0xFF);
            if (found < 0)
            {
                break;
            }

            at += found + 1;
            byte marker = file.All[(int)at];
            if (marker is not (0 or 0xFF))
            {
                at++;
                return marker;
            }
        }

        return -1;
    }

    /// <summary>True for a marker that is followed by a segment.</summary>
    public static bool HasSegment(int marker) => marker is not ((>= Restart and <= End) or Temporary);

    /// <summary>True for a marker of a frame.</summary>
    public static bool IsFrame(int marker) => marker is >= Baseline and <= LastFrame and not (Huffman or Reserved or Arithmetic);

    /// <summary>The data of a segment.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">Where the segment is; then where what follows it is.</param>
    public static FileBytes Segment(in FileBytes file, ref long at)
    {
        int length = file.U16(at);
        ReadOnlySpan<byte> data = length >= 2 ? file.Slice(at + 2, length - 2) : throw ImageErrors.Damaged(JpegFormat.FormatName, $"a segment has the length {length}");
        at += length;
        return new FileBytes(JpegFormat.FormatName, data, isBigEndian: true);
    }
}
