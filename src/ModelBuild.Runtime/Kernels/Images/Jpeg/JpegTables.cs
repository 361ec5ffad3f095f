namespace ModelBuild.Kernels;

/// <summary>The tables that scans refer to.</summary>
internal ref struct JpegTables
{
    /// <summary>Elements of the memory that they need.</summary>
    public const int Room = (2 * Count * JpegHuffman.Room) + ((Count + JpegComponent.List.MostCount) * JpegComponent.BlockSize);

    private const int Count = 4;

    private readonly Span<int> _room;
    private int _defined;

    /// <summary>No tables.</summary>
    /// <param name="room"><see cref="Room"/> zeros.</param>
    public JpegTables(Span<int> room) => _room = room;

    /// <summary>From the order in which coefficients are stored to their place in the block.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>A Huffman table; one that is not defined has no codes.</summary>
    /// <param name="isAc">Whether it is one for other coefficients than the first.</param>
    /// <param name="index">Its number, 0 to 3.</param>
    public readonly JpegHuffman Huffman(bool isAc, int index) => new(_room.Slice(((isAc ? Count : 0) + index) * JpegHuffman.Room, JpegHuffman.Room));

    /// <summary>What a component's coefficients are multiplied by, in the order of a block; none where it has been in no scan.</summary>
    public readonly Span<int> Factors(int component) => Quantization(Count + component);

    /// <summary>Keeps the quantisation table of a component as it is at its first scan.</summary>
    /// <exception cref="InvalidDataException">It is not defined.</exception>
    public void Latch(int component, int table)
    {
        if ((_defined & (1 << (Count + component))) != 0)
        {
            return;
        }

        if ((_defined & (1 << table)) == 0)
        {
            throw ImageErrors.Damaged(JpegFormat.FormatName, $"it has no quantisation table {table}");
        }

        Quantization(table).CopyTo(Factors(component));
        _defined |= 1 << (Count + component);
    }

    /// <summary>True when a component has been in a scan.</summary>
    public readonly bool IsLatched(int component) => (_defined & (1 << (Count + component))) != 0;

    /// <summary>Reads Huffman tables.</summary>
    public readonly void ReadHuffman(scoped FileBytes segment)
    {
        for (long at = 0; at < segment.Length;)
        {
            int head = segment.U8(at);
            ReadOnlySpan<byte> counts = segment.Slice(at + 1, 16);
            int symbols = 0;
            foreach (byte count in counts)
            {
                symbols += count;
            }

            if (head >> 4 > 1 || (head & 15) >= Count || symbols > 256)
            {
                throw ImageErrors.Damaged(JpegFormat.FormatName, $"a Huffman table has the number {head} and {symbols} symbols");
            }

            Huffman(head >> 4 == 1, head & 15).Build(counts, segment.Slice(at + 17, symbols));
            at += 17 + symbols;
        }
    }

    /// <summary>Reads quantisation tables.</summary>
    public void ReadQuantization(scoped FileBytes segment)
    {
        for (long at = 0; at < segment.Length;)
        {
            int head = segment.U8(at++);
            int bytes = head >> 4 == 0 ? 1 : 2;
            if (head >> 4 > 1 || (head & 15) >= Count)
            {
                throw ImageErrors.Damaged(JpegFormat.FormatName, $"a quantisation table has the number {head}");
            }

            Span<int> factors = Quantization(head & 15);
            for (int i = 0; i < JpegComponent.BlockSize; i++, at += bytes)
            {
                factors[ZigZag[i]] = bytes == 1 ? segment.U8(at) : segment.U16(at);
            }

            _defined |= 1 << (head & 15);
        }
    }

    private readonly Span<int> Quantization(int index) => _room.Slice((2 * Count * JpegHuffman.Room) + (index * JpegComponent.BlockSize), JpegComponent.BlockSize);
}
