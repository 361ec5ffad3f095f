using System.Buffers.Binary;
using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Reads yes or no by probability: the arithmetic code of lossy WebP (RFC 6386 section 7). The data is handed to each call, so that readers of several partitions can stand in an array.</summary>
internal struct Vp8Bools
{
    private readonly int _end;
    private int _next;
    private ulong _value;
    private int _bits;
    private uint _range;

    /// <summary>Starts at the first byte of a part of the data.</summary>
    internal Vp8Bools(int start, int end)
    {
        (_next, _end) = (start, end);
        _bits = -8;
        _range = 255;
    }

    /// <summary>Whether the next one is a yes.</summary>
    /// <param name="data">The data.</param>
    /// <param name="probability">How likely a no is, in 256ths.</param>
    internal bool Read(ReadOnlySpan<byte> data, int probability)
    {
        if (_bits < 0)
        {
            Fill(data);
        }

        uint split = 1 + (((_range - 1) * (uint)probability) >> 8);
        ulong border = (ulong)split << _bits;
        bool isYes = _value >= border;
        if (isYes)
        {
            _value -= border;
            _range -= split;
        }
        else
        {
            _range = split;
        }

        int shift = BitOperations.LeadingZeroCount(_range) - 24;
        _range <<= shift;
        _bits -= shift;
        return isYes;
    }

    /// <summary>Whether the next one, as likely as not, is a yes.</summary>
    internal bool ReadFlag(ReadOnlySpan<byte> data) => Read(data, 128);

    /// <summary>The next bits as a number, the highest first.</summary>
    internal int ReadNumber(ReadOnlySpan<byte> data, int bits)
    {
        int value = 0;
        for (int i = 0; i < bits; i++)
        {
            value = (value << 1) | (ReadFlag(data) ? 1 : 0);
        }

        return value;
    }

    /// <summary>A number with a sign behind it where a flag says that there is one, else 0.</summary>
    internal int ReadOptional(ReadOnlySpan<byte> data, int bits)
    {
        if (!ReadFlag(data))
        {
            return 0;
        }

        int value = ReadNumber(data, bits);
        return ReadFlag(data) ? -value : value;
    }

    private void Fill(ReadOnlySpan<byte> data)
    {
        if (_end - _next >= sizeof(uint))
        {
            _value = (_value << 32) | BinaryPrimitives.ReadUInt32BigEndian(data[_next..]);
            _bits += 32;
            _next += sizeof(uint);
            return;
        }

        if (_next >= _end)
        {
            throw WebPErrors.Ends();
        }

        _value = (_value << 8) | data[_next++];
        _bits += 8;
    }
}
