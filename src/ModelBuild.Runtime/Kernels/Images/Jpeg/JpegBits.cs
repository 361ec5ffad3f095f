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
            throw ImageErrors.Damaged(JpegFormat.FormatName, "the data of a scan ends too soon");
        }

        _bits <<= bits;
        _count -= bits;
    }

    /// <summary>A symbol of a table.</summary>
    /// <exception cref="InvalidDataException">The bits are no code, or there are too few.</exception>
    public int Symbol(scoped JpegHuffman table)
    {
        int symbol = table.Find(Peek(JpegHuffman.MostBits), out int length);
        Drop(symbol >= 0 ? length : throw ImageErrors.Damaged(JpegFormat.FormatName, "a scan has bits that are no code"));
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

    /// <summary>A number whose highest bit is 0 where it is negative.</summary>
    /// <param name="bits">0 to 16 of them.</param>
    public int TakeSigned(int bits)
    {
        int value = Take(bits);
        return bits > 0 && value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;
    }

    private void Fill()
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
