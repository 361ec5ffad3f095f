namespace ModelBuild.Kernels;

/// <summary>Reads the bits of a packet's header; behind a byte of ones stands a bit of 0 (T.800 B.10.1).</summary>
internal ref struct Jp2HeaderBits
{
    private readonly ReadOnlySpan<byte> _data;
    private int _next;
    private int _byte;
    private int _left;

    /// <summary>Starts at a byte.</summary>
    internal Jp2HeaderBits(ReadOnlySpan<byte> data, int start)
    {
        _data = data;
        _next = start;
    }

    /// <summary>The next bit.</summary>
    internal bool Read()
    {
        if (_left == 0)
        {
            _left = _byte == 0xFF ? 7 : 8;
            _byte = _next < _data.Length ? _data[_next++] : throw Jp2Errors.Ends();
        }

        _left--;
        return ((_byte >> _left) & 1) != 0;
    }

    /// <summary>The next bits as a number, the highest first.</summary>
    internal int Read(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++)
        {
            value = (value << 1) | (Read() ? 1 : 0);
        }

        return value;
    }

    /// <summary>Ends the header.</summary>
    /// <returns>The byte behind it.</returns>
    internal readonly int End() => _byte == 0xFF ? _next + 1 : _next;
}
