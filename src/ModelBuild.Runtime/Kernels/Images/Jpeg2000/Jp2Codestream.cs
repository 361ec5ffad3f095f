namespace ModelBuild.Kernels;

/// <summary>A JPEG 2000 codestream: its main header, and where the parts of its tiles lie (T.800 annex A).</summary>
internal static class Jp2Codestream
{
    private const int Soc = 0xFF4F;
    private const int Siz = 0xFF51;
    private const int Sot = 0xFF90;
    private const int Sod = 0xFF93;
    private const int Eoc = 0xFFD9;
    private const int FirstMarker = 0xFF00;
    private const int TilePartHeader = 12;

    /// <summary>Reads the size, which comes first.</summary>
    internal static Jp2Size ReadSize(ReadOnlySpan<byte> data)
    {
        Jp2Bytes bytes = new(data);
        return ReadSize(ref bytes);
    }

    /// <summary>Reads the main header, and finds the parts of tiles.</summary>
    /// <param name="data">The codestream.</param>
    /// <param name="size">The size.</param>
    /// <param name="parts">Receives the parts, those of each tile one after another.</param>
    internal static Jp2Parameters Read(ReadOnlySpan<byte> data, out Jp2Size size, Jp2List<Jp2TilePart> parts)
    {
        Jp2Bytes bytes = new(data);
        size = ReadSize(ref bytes);
        Jp2Parameters parameters = new(size.Components.Length);
        int marker = ReadSegments(ref bytes, parameters, Sot);
        while (marker == Sot)
        {
            parts.Add(ReadPart(ref bytes, data, size.TilesWide * size.TilesHigh));
            marker = bytes.Left < sizeof(ushort) ? Eoc : bytes.ReadUInt16();
        }

        if (marker != Eoc)
        {
            throw Jp2Errors.Damaged($"marker {marker:X4} stands behind a tile");
        }

        parts.Items.Sort(static (a, b) => a.Tile != b.Tile ? a.Tile.CompareTo(b.Tile) : a.Header.CompareTo(b.Header));
        return parameters;
    }

    /// <summary>Reads the header of a part of a tile.</summary>
    internal static void ReadHeader(ReadOnlySpan<byte> data, Jp2TilePart part, Jp2Parameters parameters)
    {
        Jp2Bytes bytes = new(data[part.Header..part.Data]);
        ReadSegments(ref bytes, parameters, Sod);
    }

    private static Jp2Size ReadSize(ref Jp2Bytes bytes)
    {
        if (bytes.ReadUInt16() != Soc || bytes.ReadUInt16() != Siz)
        {
            throw Jp2Errors.Damaged("its codestream does not begin with a size");
        }

        return Jp2Size.Read(ReadSegment(ref bytes));
    }

    private static ReadOnlySpan<byte> ReadSegment(ref Jp2Bytes bytes)
    {
        int length = bytes.ReadUInt16();
        return length >= sizeof(ushort) ? bytes.Read(length - sizeof(ushort)) : throw Jp2Errors.Damaged("a marker has no length");
    }

    /// <summary>Reads segments up to a marker.</summary>
    /// <returns>That marker.</returns>
    private static int ReadSegments(ref Jp2Bytes bytes, Jp2Parameters? parameters, int last)
    {
        while (true)
        {
            int marker = bytes.ReadUInt16();
            if (marker == last)
            {
                return marker;
            }

            if (marker is < FirstMarker or Sot or Sod or Eoc or Siz or Soc)
            {
                throw Jp2Errors.Damaged($"{marker:X4} stands where a marker of a header should");
            }

            ReadOnlySpan<byte> segment = ReadSegment(ref bytes);
            parameters?.Read(marker, segment);
        }
    }

    private static Jp2TilePart ReadPart(ref Jp2Bytes bytes, ReadOnlySpan<byte> data, int tiles)
    {
        int start = bytes.Position - sizeof(ushort);
        Jp2Bytes segment = new(ReadSegment(ref bytes));
        int tile = segment.ReadUInt16();
        uint length = segment.ReadUInt32();
        if (tile >= tiles)
        {
            throw Jp2Errors.Damaged($"it has tile {tile} of {tiles}");
        }

        // Without a length it is the last part.
        long end = length == 0 ? WithoutEnd(data) : start + (long)length;
        if (end > data.Length || (length != 0 && length < TilePartHeader))
        {
            throw length < TilePartHeader ? Jp2Errors.Damaged("a part of a tile is too short") : Jp2Errors.Ends();
        }

        int header = bytes.Position;
        ReadSegments(ref bytes, null, Sod);
        if (bytes.Position > end)
        {
            throw Jp2Errors.Damaged("a part of a tile is shorter than its header");
        }

        Jp2TilePart part = new(tile, header, bytes.Position, (int)end);
        bytes.Read(end - bytes.Position);
        return part;
    }

    private static int WithoutEnd(ReadOnlySpan<byte> data) => data.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]) ? data.Length - 2 : data.Length;
}
