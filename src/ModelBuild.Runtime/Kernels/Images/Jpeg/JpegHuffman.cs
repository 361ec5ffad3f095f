using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>A Huffman table: codes of up to 9 bits are looked up at once, longer ones by their length.</summary>
internal readonly ref struct JpegHuffman
{
    /// <summary>Elements of the memory that a table needs.</summary>
    public const int Room = (1 << FastBits) + (2 * (MostBits + 1)) + MostSymbols;

    /// <summary>Bits of the longest code.</summary>
    public const int MostBits = 16;

    private const int FastBits = 9;
    private const int MostSymbols = 256;
    private const int SymbolBits = 8;

    private readonly Span<int> _room;

    /// <summary>A table.</summary>
    /// <param name="room"><see cref="Room"/> elements, zeros for an empty table.</param>
    public JpegHuffman(Span<int> room) => _room = room[..Room];

    private Span<int> Ends => _room.Slice(1 << FastBits, MostBits + 1);

    private Span<int> Offsets => _room.Slice((1 << FastBits) + MostBits + 1, MostBits + 1);

    private Span<int> Symbols => _room[^MostSymbols..];

    /// <summary>Makes the table.</summary>
    /// <param name="counts">How many codes of 1 to 16 bits there are.</param>
    /// <param name="symbols">The symbols in the order of their codes.</param>
    /// <exception cref="InvalidDataException">There are more codes than bits can tell apart.</exception>
    public void Build(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        Span<int> fast = _room[..(1 << FastBits)];
        fast.Clear();
        for (int i = 0; i < symbols.Length; i++)
        {
            Symbols[i] = symbols[i];
        }

        (int code, int index) = (0, 0);
        for (int length = 1; length <= MostBits; length++, code <<= 1)
        {
            Offsets[length] = index - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (length <= FastBits && code < 1 << length)
                {
                    fast.Slice(code << (FastBits - length), 1 << (FastBits - length)).Fill((length << SymbolBits) | symbols[index]);
                }
            }

            Ends[length] = code;
            if (code > 1 << length)
            {
                throw ImageErrors.Damaged(JpegFormat.FormatName, "a Huffman table has too many codes");
            }
        }
    }

    /// <summary>A symbol, or a negative number where the bits are no code.</summary>
    /// <param name="ahead">The next 16 bits.</param>
    /// <param name="length">The bits of its code.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int ahead, out int length)
    {
        int entry = _room[ahead >> (MostBits - FastBits)];
        length = entry >> SymbolBits;
        return entry != 0 ? entry & ((1 << SymbolBits) - 1) : FindLong(ahead, out length);
    }

    private int FindLong(int ahead, out int length)
    {
        for (length = FastBits + 1; length <= MostBits; length++)
        {
            int code = ahead >> (MostBits - length);
            if (code < Ends[length])
            {
                int index = code + Offsets[length];
                return index is >= 0 and < MostSymbols ? Symbols[index] : -1;
            }
        }

        return -1;
    }
}
