using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The bits of a scan, from the highest one of each byte on, up to the next marker.</summary>
internal ref struct JpegBits
{
    private readonly ReadOnlySpan<byte> _file;
    private int _at;
    private ulong _bits;
    private int _count;

    /// <summary>Bits of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">Where they begin.</param>
    public JpegBits(in FileBytes file, long at)
    {
        _file = file.All;
        _at = (int)at;
    }

    /// <summary>Where the next byte is that was not read ahead.</summary>
    public readonly long At => _at;

    /// <summary>Continues behind a marker.</summary>
    public void Restart(long at) => (_at, _bits, _count) = ((int)at, 0, 0);

    /// <summary>The next bits from the highest one on; zeros behind the last one.</summary>
    public readonly ulong Ahead => _bits;

    /// <summary>How many of <see cref="Ahead"/> are there.</summary>
    public readonly int Count => _count;

    /// <summary>Reads on, so that at least 56 bits are ahead where the scan has as many.</summary>
    public void Fill()
    {
        if (_count < 56 && _at <= _file.Length - sizeof(ulong))
        {
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(_file[_at..]);
            if (!HasMarker(next))
            {
                // Whole bytes are counted; the bits behind them are those that come again.
                _bits |= next >> _count;
                _at += (63 - _count) >> 3;
                _count |= 56;
                return;
            }
        }

        FillByBytes();
    }

    /// <summary>Passes over bits that <see cref="Ahead"/> has shown: what is left of them and of their number.</summary>
    public void Continue(ulong ahead, int count) => (_bits, _count) = (ahead, count);

    /// <summary>The next bits; zeros behind the last one.</summary>
    public int Peek(int bits)
    {
        if (_count < bits)
        {
            Fill();
        }

        return (int)(_bits >> (64 - bits));
    }

    /// <summary>Passes over bits.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public void Drop(int bits)
    {
        if (bits > _count)
        {
            throw EndsTooSoon();
        }

        _bits <<= bits;
        _count -= bits;
    }

    /// <summary>A symbol of a table.</summary>
    /// <exception cref="InvalidDataException">The bits are no code, or there are too few.</exception>
    public int Symbol(scoped JpegHuffman table)
    {
        int symbol = table.Find(Peek(JpegHuffman.MostBits), out int length);
        Drop(symbol >= 0 ? length : throw NoCode());
        return symbol;
    }

    /// <summary>An unsigned number.</summary>
    /// <param name="bits">0 to 16 of them.</param>
    public int Take(int bits)
    {
        if (bits == 0)
        {
            return 0;
        }

        int value = Peek(bits);
        Drop(bits);
        return value;
    }

    /// <summary>Whether the next bit is 1.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TakeBit()
    {
        if (_count == 0)
        {
            Fill();
        }

        bool isOne = (long)_bits < 0;
        Drop(1);
        return isOne;
    }

    /// <summary>A number whose highest bit is 0 where it is negative.</summary>
    /// <param name="bits">0 to 16 of them.</param>
    public int TakeSigned(int bits)
    {
        int value = Take(bits);
        return bits > 0 && value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;
    }

    /// <summary>The exception of a scan that ends within a block.</summary>
    public static InvalidDataException EndsTooSoon() => ImageErrors.Damaged(JpegFormat.FormatName, "the data of a scan ends too soon");

    /// <summary>The exception of bits that a table does not have.</summary>
    public static InvalidDataException NoCode() => ImageErrors.Damaged(JpegFormat.FormatName, "a scan has bits that are no code");

    // A byte of 0xFF: its complement is 0, which borrows from the bit above it.
    private static bool HasMarker(ulong bytes) => (((~bytes) - 0x0101_0101_0101_0101) & bytes & 0x8080_8080_8080_8080) != 0;

    private void FillByBytes()
    {
        while (_count <= 56 && _at < _file.Length)
        {
            byte next = _file[_at];
            if (next == 0xFF)
            {
                // 0xFF in the data is followed by a 0; anything else is a marker, at which the data ends.
                if (_at + 1 >= _file.Length || _file[_at + 1] != 0)
                {
                    return;
                }

                _at++;
            }

            _at++;
            _bits |= (ulong)next << (56 - _count);
            _count += 8;
        }
    }
}
