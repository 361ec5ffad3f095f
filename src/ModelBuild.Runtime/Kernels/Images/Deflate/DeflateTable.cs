namespace ModelBuild.Kernels;

/// <summary>A prefix code of Deflate (RFC 1951): codes of up to 10 bits are looked up at once, longer ones bit by bit.</summary>
internal readonly ref struct DeflateTable
{
    /// <summary>Elements of the memory that a table needs.</summary>
    public const int Room = (1 << FastBits) + MostLength + 1 + MostSymbols;

    private const int FastBits = 10;
    private const int MostLength = 15;
    private const int MostSymbols = 288;
    private const int LengthBits = 4;

    private readonly string _format;
    private readonly Span<ushort> _fast;
    private readonly Span<ushort> _counts;
    private readonly Span<ushort> _symbols;

    /// <summary>An empty table.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="room"><see cref="Room"/> elements.</param>
    public DeflateTable(string format, Span<ushort> room)
    {
        _format = format;
        _fast = room[..(1 << FastBits)];
        _counts = room.Slice(1 << FastBits, MostLength + 1);
        _symbols = room.Slice((1 << FastBits) + MostLength + 1, MostSymbols);
    }

    /// <summary>Makes the code of the given lengths.</summary>
    /// <param name="lengths">Bits of the code of each symbol; 0 for a symbol that does not occur.</param>
    /// <exception cref="InvalidDataException">There are more codes than bits can tell apart.</exception>
    public void Build(ReadOnlySpan<byte> lengths)
    {
        _counts.Clear();
        _fast.Clear();
        foreach (byte length in lengths)
        {
            _counts[length]++;
        }

        _counts[0] = 0;
        Span<ushort> next = stackalloc ushort[MostLength + 2];
        Span<int> code = stackalloc int[MostLength + 2];
        next.Clear();
        code.Clear();
        int left = 1;
        for (int length = 1; length <= MostLength; length++)
        {
            left = (left * 2) - _counts[length];
            if (left < 0)
            {
                throw ImageErrors.Damaged(_format, "a code of its compressed data has too many symbols");
            }

            next[length + 1] = (ushort)(next[length] + _counts[length]);
            code[length + 1] = (code[length] + _counts[length]) << 1;
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length > 0)
            {
                _symbols[next[length]++] = (ushort)symbol;
                SetFast(symbol, length, code[length]++);
            }
        }
    }

    /// <summary>The next symbol, or a negative number where the bits are no code.</summary>
    /// <param name="bits">The next bits, the first in the lowest one.</param>
    /// <param name="length">The bits of its code.</param>
    public int Find(ulong bits, out int length)
    {
        int entry = _fast[(int)(bits & ((1 << FastBits) - 1))];
        if (entry != 0)
        {
            length = entry & ((1 << LengthBits) - 1);
            return entry >> LengthBits;
        }

        (int code, int first, int index) = (0, 0, 0);
        for (length = 1; length <= MostLength; length++, bits >>= 1)
        {
            int count = _counts[length];
            code |= (int)(bits & 1);
            if (code - count < first)
            {
                return _symbols[index + code - first];
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return -1;
    }

    // Bits are read from the lowest one, codes are written from the highest one.
    private void SetFast(int symbol, int length, int code)
    {
        if (length > FastBits)
        {
            return;
        }

        int reversed = 0;
        for (int bit = 0; bit < length; bit++)
        {
            reversed |= ((code >> bit) & 1) << (length - 1 - bit);
        }

        for (int entry = reversed; entry < _fast.Length; entry += 1 << length)
        {
            _fast[entry] = (ushort)((symbol << LengthBits) | length);
        }
    }
}
