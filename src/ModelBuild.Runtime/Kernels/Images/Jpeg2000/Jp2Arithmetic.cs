namespace ModelBuild.Kernels;

/// <summary>The arithmetic decoder of JPEG 2000 (MQ, T.800 annex C).</summary>
internal ref struct Jp2Arithmetic
{
    /// <summary>The number of contexts.</summary>
    internal const int Contexts = 19;

    private readonly ReadOnlySpan<byte> _data;
    private readonly Span<byte> _contexts;
    private int _next;
    private uint _code;
    private uint _interval;
    private int _count;

    /// <summary>Starts at the first byte.</summary>
    /// <param name="data">The data; behind it ones follow.</param>
    /// <param name="contexts">The state of each context above its more likely symbol.</param>
    internal Jp2Arithmetic(ReadOnlySpan<byte> data, Span<byte> contexts)
    {
        _data = data;
        _contexts = contexts;
        _code = (uint)At(0) << 16;
        Fill();
        _code <<= 7;
        _count -= 7;
        _interval = 0x8000;
    }

    /// <summary>The share of the unlikely symbol in each state.</summary>
    internal static ReadOnlySpan<ushort> Shares =>
    [
        0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401, 0x1C01, 0x1601, 0x5601, 0x5401,
        0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201, 0x1C01, 0x1801, 0x1601, 0x1401, 0x1201, 0x1101, 0x0AC1, 0x09C1,
        0x08A1, 0x0521, 0x0441, 0x02A1, 0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025, 0x0015, 0x0009, 0x0005, 0x0001, 0x5601,
    ];

    /// <summary>The state behind a likely symbol.</summary>
    internal static ReadOnlySpan<byte> AfterLikely =>
    [
        1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16,
        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
        33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46,
    ];

    /// <summary>The state behind an unlikely symbol.</summary>
    internal static ReadOnlySpan<byte> AfterUnlikely =>
    [
        1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14,
        15, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
        30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46,
    ];

    /// <summary>The states in which an unlikely symbol becomes the likely one: 0, 6 and 14.</summary>
    internal static bool Switches(int state) => state is 0 or 6 or 14;

    /// <summary>Puts a context into a state, with 0 as its more likely symbol.</summary>
    internal static byte State(int state) => (byte)(state << 1);

    /// <summary>The next symbol of a context.</summary>
    internal int Read(int context)
    {
        ref byte own = ref _contexts[context];
        int state = own >> 1;
        int likely = own & 1;
        uint share = Shares[state];
        _interval -= share;
        bool isBelow = (_code >> 16) < share;
        if (!isBelow)
        {
            _code -= share << 16;
            if ((_interval & 0x8000) != 0)
            {
                return likely;
            }
        }

        // The shares are exchanged where the likely symbol's would be the smaller one.
        bool isExchanged = _interval < share;
        _interval = isBelow ? share : _interval;
        int symbol = likely;
        if (isBelow == isExchanged)
        {
            own = (byte)((AfterLikely[state] << 1) | likely);
        }
        else
        {
            symbol = 1 - likely;
            own = (byte)((AfterUnlikely[state] << 1) | (Switches(state) ? symbol : likely));
        }

        do
        {
            if (_count == 0)
            {
                Fill();
            }

            _interval <<= 1;
            _code <<= 1;
            _count--;
        }
        while ((_interval & 0x8000) == 0);
        return symbol;
    }

    private void Fill()
    {
        int next = At(_next + 1);
        if (At(_next) != 0xFF)
        {
            _next++;
            _code += (uint)next << 8;
            _count = 8;
        }
        else if (next > 0x8F)
        {
            _code += 0xFF00;
            _count = 8;
        }
        else
        {
            _next++;
            _code += (uint)next << 9;
            _count = 7;
        }
    }

    private readonly int At(int index) => index < _data.Length ? _data[index] : 0xFF;
}
