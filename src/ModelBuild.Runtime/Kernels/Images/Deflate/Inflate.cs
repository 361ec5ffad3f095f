namespace ModelBuild.Kernels;

/// <summary>Expands data that zlib has compressed (RFC 1950 and 1951).</summary>
internal ref struct Inflate
{
    private const int EndOfBlock = 256;
    private const int LengthCodes = 19;
    private const int MostLiterals = 286;
    private const int MostDistances = 30;

    private readonly string _format;
    private readonly ReadOnlySpan<byte> _source;
    private readonly Span<byte> _target;
    private int _at;
    private int _written;
    private ulong _bits;
    private int _count;

    private Inflate(string format, ReadOnlySpan<byte> source, Span<byte> target)
    {
        _format = format;
        _source = source;
        _target = target;
    }

    private static ReadOnlySpan<byte> Order => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static ReadOnlySpan<ushort> LengthBase => [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<ushort> DistanceBase =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    /// <summary>Expands as much as the target takes.</summary>
    /// <param name="format">The name of the image format.</param>
    /// <param name="source">A zlib stream.</param>
    /// <param name="target">Receives the data; what follows it in the stream is left out.</param>
    /// <exception cref="InvalidDataException">The stream is damaged, or has less data.</exception>
    public static void Fill(string format, ReadOnlySpan<byte> source, Span<byte> target)
    {
        bool isZlib = source.Length >= 2 && (source[0] & 15) == 8 && ((source[0] << 8) | source[1]) % 31 == 0 && (source[1] & 32) == 0;
        if (!isZlib)
        {
            throw ImageErrors.Damaged(format, "its compressed data has no zlib header");
        }

        new Inflate(format, source[2..], target).Run();
    }

    private void Run()
    {
        Span<ushort> room = stackalloc ushort[2 * DeflateTable.Room];
        DeflateTable literals = new(_format, room[..DeflateTable.Room]);
        DeflateTable distances = new(_format, room[DeflateTable.Room..]);
        bool isLast = false;
        while (!isLast && _written < _target.Length)
        {
            isLast = Take(1) == 1;
            switch (Take(2))
            {
                case 0:
                    Copy();
                    break;
                case 1:
                    Fixed(literals, distances);
                    Expand(literals, distances);
                    break;
                case 2:
                    ReadCodes(literals, distances);
                    Expand(literals, distances);
                    break;
                default:
                    throw ImageErrors.Damaged(_format, "its compressed data has a block of an unknown kind");
            }
        }

        if (_written < _target.Length)
        {
            throw ImageErrors.Damaged(_format, $"its compressed data ends after {_written} of {_target.Length} bytes");
        }
    }

    private void Fill()
    {
        while (_count <= 56 && _at < _source.Length)
        {
            _bits |= (ulong)_source[_at++] << _count;
            _count += 8;
        }
    }

    private void Drop(int bits)
    {
        if (bits > _count)
        {
            throw ImageErrors.Damaged(_format, "its compressed data ends too soon");
        }

        _bits >>= bits;
        _count -= bits;
    }

    private int Take(int bits)
    {
        Fill();
        int value = (int)(_bits & ((1UL << bits) - 1));
        Drop(bits);
        return value;
    }

    private int Symbol(scoped DeflateTable table)
    {
        Fill();
        int symbol = table.Find(_bits, out int length);
        if (symbol < 0)
        {
            throw ImageErrors.Damaged(_format, "its compressed data has bits that are no code");
        }

        Drop(length);
        return symbol;
    }

    // A block that is not compressed begins at a whole byte.
    private void Copy()
    {
        Drop(_count % 8);
        int length = Take(16);
        if ((length ^ Take(16)) != 0xFFFF)
        {
            throw ImageErrors.Damaged(_format, "a block of its compressed data contradicts itself in its length");
        }

        length = Math.Min(length, _target.Length - _written);
        for (; length > 0 && _count > 0; length--)
        {
            _target[_written++] = (byte)Take(8);
        }

        if (length > _source.Length - _at)
        {
            throw ImageErrors.Damaged(_format, "its compressed data ends too soon");
        }

        _source.Slice(_at, length).CopyTo(_target[_written..]);
        (_at, _written) = (_at + length, _written + length);
    }

    private static void Fixed(scoped DeflateTable literals, scoped DeflateTable distances)
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        literals.Build(lengths);
        lengths[..MostDistances].Fill(5);
        distances.Build(lengths[..MostDistances]);
    }

    private void ReadCodes(scoped DeflateTable literals, scoped DeflateTable distances)
    {
        (int literalCount, int distanceCount, int codeCount) = (Take(5) + 257, Take(5) + 1, Take(4) + 4);
        if (literalCount > MostLiterals || distanceCount > MostDistances)
        {
            throw ImageErrors.Damaged(_format, "its compressed data has codes of too many symbols");
        }

        Span<byte> lengths = stackalloc byte[MostLiterals + MostDistances];
        lengths.Clear();
        for (int i = 0; i < codeCount; i++)
        {
            lengths[Order[i]] = (byte)Take(3);
        }

        literals.Build(lengths[..LengthCodes]);
        lengths.Clear();
        int total = literalCount + distanceCount;
        for (int i = 0; i < total;)
        {
            int symbol = Symbol(literals);
            if (symbol < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }

            int repeat = symbol == 16 ? Take(2) + 3 : symbol == 17 ? Take(3) + 3 : Take(7) + 11;
            if ((symbol == 16 && i == 0) || i + repeat > total)
            {
                throw ImageErrors.Damaged(_format, "the codes of its compressed data repeat what is not there");
            }

            lengths.Slice(i, repeat).Fill(symbol == 16 ? lengths[i - 1] : (byte)0);
            i += repeat;
        }

        literals.Build(lengths[..literalCount]);
        distances.Build(lengths.Slice(literalCount, distanceCount));
    }

    private void Expand(scoped DeflateTable literals, scoped DeflateTable distances)
    {
        while (_written < _target.Length)
        {
            int symbol = Symbol(literals);
            if (symbol < EndOfBlock)
            {
                _target[_written++] = (byte)symbol;
                continue;
            }

            if (symbol == EndOfBlock)
            {
                return;
            }

            int code = symbol - EndOfBlock - 1;
            int length = code < LengthBase.Length ? LengthBase[code] + Take(LengthExtra[code]) : 0;
            int distanceCode = length == 0 ? -1 : Symbol(distances);
            if (distanceCode is < 0 or >= MostDistances)
            {
                throw ImageErrors.Damaged(_format, "its compressed data has an unknown length or distance");
            }

            int distance = DistanceBase[distanceCode] + Take(Math.Max(0, (distanceCode / 2) - 1));
            if (distance > _written)
            {
                throw ImageErrors.Damaged(_format, "its compressed data refers to what is before its begin");
            }

            length = Math.Min(length, _target.Length - _written);
            Repeat(distance, length);
        }
    }

    private void Repeat(int distance, int length)
    {
        if (distance >= length)
        {
            _target.Slice(_written - distance, length).CopyTo(_target[_written..]);
        }
        else
        {
            for (int i = 0; i < length; i++)
            {
                _target[_written + i] = _target[_written + i - distance];
            }
        }

        _written += length;
    }
}
