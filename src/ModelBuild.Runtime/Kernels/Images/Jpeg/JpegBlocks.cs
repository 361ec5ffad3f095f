using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Reads the coefficients of blocks: whole ones, or a part of them as progressive files have it.</summary>
internal struct JpegBlocks
{
    private readonly bool _isProgressive;
    private readonly bool _isRefinement;
    private readonly int _first;
    private readonly int _last;
    private readonly int _shift;
    private int _emptyBlocks;

    /// <summary>A reader.</summary>
    public JpegBlocks(JpegScan scan, bool isProgressive) => (_isProgressive, _isRefinement, _first, _last, _shift) = (isProgressive, scan.IsRefinement, scan.First, scan.Last, scan.Shift);

    /// <summary>Forgets what was read before a restart.</summary>
    public void Restart() => _emptyBlocks = 0;

    /// <summary>Reads a block.</summary>
    /// <param name="bits">The data of the scan.</param>
    /// <param name="dc">The table of the first coefficient.</param>
    /// <param name="ac">The table of the others.</param>
    /// <param name="before">The first coefficient of the block before.</param>
    /// <param name="block">The coefficients.</param>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public void Read(scoped ref JpegBits bits, scoped JpegHuffman dc, scoped JpegHuffman ac, ref int before, scoped Span<short> block)
    {
        if (!_isProgressive)
        {
            before += Difference(ref bits, dc);
            block[0] = (short)before;
            ReadRest(ref bits, ac, block, 1, JpegComponent.BlockSize - 1);
        }
        else if (_first == 0)
        {
            if (!_isRefinement)
            {
                before += Difference(ref bits, dc);
                block[0] = (short)(before << _shift);
            }
            else if (bits.TakeBit())
            {
                block[0] |= (short)(1 << _shift);
            }
        }
        else if (_isRefinement)
        {
            Refine(ref bits, ac, block);
        }
        else if (_emptyBlocks > 0)
        {
            _emptyBlocks--;
        }
        else
        {
            ReadRest(ref bits, ac, block, _first, _last);
        }
    }

    private static int Difference(scoped ref JpegBits bits, scoped JpegHuffman dc)
    {
        int length = bits.Symbol(dc);
        return length <= 15 ? bits.TakeSigned(length) : throw Damaged();
    }

    private static InvalidDataException Damaged() => ImageErrors.Damaged(JpegFormat.FormatName, "a scan has coefficients beyond those of a block");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRest(scoped ref JpegBits bits, scoped JpegHuffman ac, scoped Span<short> block, int first, int last)
    {
        // The longest code and its number: half of what is ahead.
        const int MostTaken = 2 * JpegHuffman.MostBits;
        ReadOnlySpan<byte> order = JpegTables.ZigZag;
        ulong ahead = bits.Ahead;
        int count = bits.Count;
        for (int k = first; k <= last; k++)
        {
            if (count < MostTaken)
            {
                bits.Continue(ahead, count);
                bits.Fill();
                (ahead, count) = (bits.Ahead, bits.Count);
            }

            int symbol = ac.Find((int)(ahead >> (64 - JpegHuffman.MostBits)), out int code);
            (int run, int length) = (symbol >> 4, symbol & 15);
            int taken = symbol < 0 ? throw JpegBits.NoCode() : code + length;
            k += run;
            if (taken > count)
            {
                throw JpegBits.EndsTooSoon();
            }

            if (length == 0)
            {
                ahead <<= code;
                count -= code;
                if (run == 15)
                {
                    continue;
                }

                // Without the progressive mode, only this block ends.
                bits.Continue(ahead, count);
                _emptyBlocks = _isProgressive ? (1 << run) + bits.Take(run) - 1 : run == 0 ? 0 : throw Damaged();
                return;
            }

            if (k > last)
            {
                throw Damaged();
            }

            // A number whose highest bit is 0 is negative: as much is added as makes it so.
            int value = (int)((ahead << code) >> (64 - length));
            int isNegative = (int)(~(ahead << code) >> 63);
            block[order[k]] = (short)((value - (isNegative * ((1 << length) - 1))) << _shift);
            ahead <<= taken;
            count -= taken;
        }

        bits.Continue(ahead, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refine(scoped ref JpegBits bits, scoped JpegHuffman ac, scoped Span<short> block)
    {
        ReadOnlySpan<byte> order = JpegTables.ZigZag;
        int k = _first;
        int bit = 1 << _shift;
        for (; k <= _last && _emptyBlocks == 0; k++)
        {
            int symbol = bits.Symbol(ac);
            (int run, int length) = (symbol >> 4, symbol & 15);
            int value = 0;
            if (length == 1)
            {
                value = bits.TakeBit() ? bit : -bit;
            }
            else if (length != 0)
            {
                throw Damaged();
            }
            else if (run < 15)
            {
                _emptyBlocks = (1 << run) + bits.Take(run);
                break;
            }

            // Coefficients that are not 0 get their bit; so many that are 0 are passed over.
            for (; k <= _last; k++)
            {
                ref short coefficient = ref block[order[k]];
                if (coefficient != 0)
                {
                    Correct(ref bits, ref coefficient, bit);
                }
                else if (--run < 0)
                {
                    break;
                }
            }

            if (value != 0)
            {
                block[k <= _last ? order[k] : throw Damaged()] = (short)value;
            }
        }

        if (_emptyBlocks == 0)
        {
            return;
        }

        for (; k <= _last; k++)
        {
            ref short coefficient = ref block[order[k]];
            if (coefficient != 0)
            {
                Correct(ref bits, ref coefficient, bit);
            }
        }

        _emptyBlocks--;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Correct(scoped ref JpegBits bits, ref short coefficient, int bit)
    {
        if (bits.TakeBit() && (coefficient & bit) == 0)
        {
            coefficient += (short)(coefficient >= 0 ? bit : -bit);
        }
    }
}
