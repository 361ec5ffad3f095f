namespace ModelBuild.Kernels;

/// <summary>Reads the bits of passes that are written as they are; behind a byte of ones stands a bit of 0, behind the data ones follow.</summary>
internal ref struct Jp2RawBits
{
    private readonly ReadOnlySpan<byte> _data;
    private int _next;
    private int _byte;
    private int _left;

    /// <summary>Starts at the first byte.</summary>
    internal Jp2RawBits(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The next bit.</summary>
    internal int Read()
    {
        if (_left == 0)
        {
            _left = _byte == 0xFF ? 7 : 8;
            _byte = _next < _data.Length ? _data[_next++] : 0xFF;
        }

        _left--;
        return (_byte >> _left) & 1;
    }
}
