using System.Buffers.Binary;

namespace ModelBuild.Kernels;

/// <summary>Reads bits from the least significant one of each byte on, as the lossless WebP format has them; never beyond the end of the data.</summary>
internal ref struct Vp8lBits
{
    private const int Enough = 32;
    private readonly ReadOnlySpan<byte> _data;
    private ulong _window;
    private int _filled;
    private int _next;

    /// <summary>Starts at the first bit of the data.</summary>
    internal Vp8lBits(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The next 32 bits, the first one lowest; zeros stand for what lies beyond the end.</summary>
    internal uint Peek()
    {
        if (_filled < Enough)
        {
            Fill();
        }

        return (uint)_window;
    }

    /// <summary>Passes over bits that <see cref="Peek"/> has shown.</summary>
    internal void Skip(int count)
    {
        if (count > _filled)
        {
            throw WebPErrors.Ends();
        }

        _window >>= count;
        _filled -= count;
    }

    /// <summary>The next bits as a number, 24 at most.</summary>
    internal int Read(int count)
    {
        uint value = Peek() & ((1u << count) - 1);
        Skip(count);
        return (int)value;
    }

    /// <summary>Whether the next bit is set.</summary>
    internal bool ReadFlag() => Read(1) != 0;

    private void Fill()
    {
        if (_next + sizeof(ulong) <= _data.Length)
        {
            // The bits above the whole bytes that count are those which the next call sets again.
            _window |= BinaryPrimitives.ReadUInt64LittleEndian(_data[_next..]) << _filled;
            int bytes = (63 - _filled) >> 3;
            _next += bytes;
            _filled += 8 * bytes;
            return;
        }

        while (_filled <= 56 && _next < _data.Length)
        {
            _window |= (ulong)_data[_next++] << _filled;
            _filled += 8;
        }
    }
}
