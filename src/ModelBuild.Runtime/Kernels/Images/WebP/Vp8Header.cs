namespace ModelBuild.Kernels;

/// <summary>What stands before the blocks of a lossy WebP picture: a key frame of VP8 (RFC 6386 section 9).</summary>
internal sealed class Vp8Header
{
    private const int LengthBytes = 3;
    private const int KeyFrameHeader = 10;
    private const int MaxChromaDcIndex = 117;
    private readonly byte[] _probabilities = new byte[Vp8Coefficients.Kinds * Vp8Coefficients.OfKind];
    private readonly byte[] _segmentProbabilities = [255, 255, 255];
    private readonly Vp8Segment[] _segments = new Vp8Segment[4];

    private Vp8Header()
    {
    }

    /// <summary>The reader of the first partition; behind the header it has the modes of blocks.</summary>
    internal Vp8Bools First { get; private set; }

    /// <summary>The readers of the partitions of coefficients: row after row of blocks in turn.</summary>
    internal Vp8Bools[] Partitions { get; private set; } = [];

    /// <summary>The segments.</summary>
    internal ReadOnlySpan<Vp8Segment> Segments => _segments;

    /// <summary>Whether each block tells its segment.</summary>
    internal bool HasSegmentMap { get; private set; }

    /// <summary>The probabilities of the tree of segments.</summary>
    internal ReadOnlySpan<byte> SegmentProbabilities => _segmentProbabilities;

    /// <summary>The probabilities of coefficients.</summary>
    internal ReadOnlySpan<byte> Probabilities => _probabilities;

    /// <summary>How likely it is that a block has coefficients, in 256ths; null where blocks do not tell.</summary>
    internal int? SkipProbability { get; private set; }

    /// <summary>The loop filter.</summary>
    internal Vp8FilterHeader Filter { get; private set; }

    /// <summary>The size of the picture.</summary>
    internal static ImageSize SizeOf(ReadOnlySpan<byte> data)
    {
        if (data.Length < KeyFrameHeader)
        {
            throw WebPErrors.Ends();
        }

        if ((data[0] & 1) != 0 || ((data[0] >> 1) & 7) > 3 || (data[0] & 0x10) == 0 || data[3] != 0x9D || data[4] != 0x01 || data[5] != 0x2A)
        {
            throw WebPErrors.Damaged("its lossy data is no key frame of VP8");
        }

        return new ImageSize((data[8] | (data[9] << 8)) & 0x3FFF, (data[6] | (data[7] << 8)) & 0x3FFF);
    }

    /// <summary>Reads the header.</summary>
    internal static Vp8Header Read(ReadOnlySpan<byte> data)
    {
        var header = new Vp8Header();
        SizeOf(data);
        int firstLength = (data[0] | (data[1] << 8) | (data[2] << 16)) >> 5;
        int end = KeyFrameHeader + firstLength;
        if (end > data.Length)
        {
            throw WebPErrors.Ends();
        }

        Vp8Bools bools = new(KeyFrameHeader, end);
        _ = bools.ReadNumber(data, 2); // The colour space, and whether sums need clamping; they always are clamped.
        header.ReadSegments(ref bools, data, out bool areAbsolute);
        header.Filter = Vp8FilterHeader.Read(ref bools, data, header._segments, areAbsolute);
        header.Partitions = ReadPartitions(data, end, 1 << bools.ReadNumber(data, 2));
        header.ReadSteps(ref bools, data, areAbsolute);
        _ = bools.ReadFlag(data); // Whether the probabilities are kept for later frames.
        ReadOnlySpan<byte> kept = Vp8Coefficients.Kept;
        for (int i = 0; i < kept.Length; i++)
        {
            header._probabilities[i] = bools.Read(data, kept[i]) ? (byte)bools.ReadNumber(data, 8) : Vp8Coefficients.Defaults[i];
        }

        header.SkipProbability = bools.ReadFlag(data) ? bools.ReadNumber(data, 8) : null;
        header.First = bools;
        return header;
    }

    private void ReadSegments(ref Vp8Bools bools, ReadOnlySpan<byte> data, out bool areAbsolute)
    {
        areAbsolute = false;
        if (!bools.ReadFlag(data))
        {
            return;
        }

        HasSegmentMap = bools.ReadFlag(data);
        areAbsolute = true;
        if (bools.ReadFlag(data))
        {
            areAbsolute = bools.ReadFlag(data);
            foreach (ref Vp8Segment segment in _segments.AsSpan())
            {
                segment.Index = bools.ReadOptional(data, 7);
            }

            foreach (ref Vp8Segment segment in _segments.AsSpan())
            {
                segment.Level = bools.ReadOptional(data, 6);
            }
        }

        if (HasSegmentMap)
        {
            foreach (ref byte probability in _segmentProbabilities.AsSpan())
            {
                probability = bools.ReadFlag(data) ? (byte)bools.ReadNumber(data, 8) : (byte)255;
            }
        }
    }

    private void ReadSteps(ref Vp8Bools bools, ReadOnlySpan<byte> data, bool areAbsolute)
    {
        int index = bools.ReadNumber(data, 7);
        int lumaDc = bools.ReadOptional(data, 4);
        int meansDc = bools.ReadOptional(data, 4);
        int meansAc = bools.ReadOptional(data, 4);
        int chromaDc = bools.ReadOptional(data, 4);
        int chromaAc = bools.ReadOptional(data, 4);
        foreach (ref Vp8Segment segment in _segments.AsSpan())
        {
            int q = segment.Index + (areAbsolute ? 0 : index);
            segment.Luma = (Dc(q + lumaDc), Ac(q));
            segment.Means = (2 * Dc(q + meansDc), Math.Max(8, Ac(q + meansAc) * 155 / 100));
            segment.Chroma = (Dc(Math.Min(q + chromaDc, MaxChromaDcIndex)), Ac(q + chromaAc));
        }
    }

    private static Vp8Bools[] ReadPartitions(ReadOnlySpan<byte> data, int lengths, int count)
    {
        var partitions = new Vp8Bools[count];
        int start = lengths + (LengthBytes * (count - 1));
        if (start >= data.Length)
        {
            throw WebPErrors.Ends();
        }

        for (int i = 0; i < count; i++)
        {
            int at = lengths + (LengthBytes * i);
            int length = i == count - 1 ? data.Length : data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
            int end = Math.Min(data.Length, start + Math.Min(length, data.Length - start));
            partitions[i] = new Vp8Bools(start, end);
            start = end;
        }

        return partitions;
    }

    private static int Dc(int index) => Vp8Steps.Dc[Math.Clamp(index, 0, Vp8Steps.MaxIndex)];

    private static int Ac(int index) => Vp8Steps.Ac[Math.Clamp(index, 0, Vp8Steps.MaxIndex)];
}
