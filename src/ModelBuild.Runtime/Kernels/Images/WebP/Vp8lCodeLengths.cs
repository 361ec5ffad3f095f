namespace ModelBuild.Kernels;

/// <summary>Reads a prefix code of a lossless WebP picture: its symbols, or the lengths of its code words.</summary>
internal static class Vp8lCodeLengths
{
    /// <summary>The symbols of the largest code: literals, lengths, and a color cache of 11 bits.</summary>
    internal const int MaxSymbols = 256 + 24 + (1 << 11);

    private const int Literal = 16;
    private const int RepeatLast = 16;
    private const int RepeatZero = 17;
    private const int StartLength = 8;

    private static ReadOnlySpan<byte> Order => [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Reads a code of so many symbols and adds it.</summary>
    internal static int Read(ref Vp8lBits bits, Vp8lCodes codes, int symbols)
    {
        Span<byte> lengths = stackalloc byte[MaxSymbols];
        lengths = lengths[..symbols];
        lengths.Clear();
        if (bits.ReadFlag())
        {
            ReadSimple(ref bits, lengths);
        }
        else
        {
            ReadLengths(ref bits, codes, lengths);
        }

        return codes.Add(lengths);
    }

    private static void ReadSimple(ref Vp8lBits bits, scoped Span<byte> lengths)
    {
        bool hasTwo = bits.ReadFlag();
        Mark(lengths, bits.Read(bits.ReadFlag() ? 8 : 1));
        if (hasTwo)
        {
            Mark(lengths, bits.Read(8));
        }
    }

    private static void Mark(Span<byte> lengths, int symbol)
    {
        if (symbol >= lengths.Length)
        {
            throw WebPErrors.Damaged("a prefix code has a symbol that does not exist");
        }

        lengths[symbol] = 1;
    }

    private static void ReadLengths(ref Vp8lBits bits, Vp8lCodes codes, scoped Span<byte> lengths)
    {
        Span<byte> outer = stackalloc byte[Order.Length];
        outer.Clear();
        int given = 4 + bits.Read(4);
        for (int i = 0; i < given; i++)
        {
            outer[Order[i]] = (byte)bits.Read(3);
        }

        int left = lengths.Length;
        if (bits.ReadFlag())
        {
            int size = 2 + (2 * bits.Read(3));
            left = 2 + bits.Read(size);
            if (left > lengths.Length)
            {
                throw WebPErrors.Damaged("a prefix code has more lengths than symbols");
            }
        }

        int before = codes.Count;
        int code = codes.Add(outer);
        byte last = StartLength;
        for (int symbol = 0; symbol < lengths.Length && left > 0; left--)
        {
            int length = codes.Read(ref bits, code);
            if (length < Literal)
            {
                lengths[symbol++] = (byte)length;
                last = length == 0 ? last : (byte)length;
                continue;
            }

            int repeat = length switch
            {
                RepeatLast => 3 + bits.Read(2),
                RepeatZero => 3 + bits.Read(3),
                _ => 11 + bits.Read(7),
            };
            if (symbol + repeat > lengths.Length)
            {
                throw WebPErrors.Damaged("a prefix code has more lengths than symbols");
            }

            lengths.Slice(symbol, repeat).Fill(length == RepeatLast ? last : (byte)0);
            symbol += repeat;
        }

        codes.Count = before;
    }
}
