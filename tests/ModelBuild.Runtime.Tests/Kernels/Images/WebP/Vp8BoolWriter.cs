namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>The arithmetic encoder of lossy WebP (RFC 6386 section 7.3).</summary>
internal sealed class Vp8BoolWriter
{
    private readonly List<byte> _bytes = [];
    private uint _range = 255;
    private uint _bottom;
    private int _count = 24;

    public void Write(bool value, int probability = 128)
    {
        uint split = 1 + (((_range - 1) * (uint)probability) >> 8);
        _bottom += value ? split : 0;
        _range = value ? _range - split : split;
        for (; _range < 128; _range <<= 1)
        {
            Shift();
        }
    }

    public void WriteNumber(int value, int bits)
    {
        for (int i = bits - 1; i >= 0; i--)
        {
            Write(((value >> i) & 1) != 0);
        }
    }

    /// <summary>Writes a flag, and where it is set a number with its sign.</summary>
    public void WriteOptional(int value, int bits)
    {
        Write(value != 0);
        if (value != 0)
        {
            WriteNumber(Math.Abs(value), bits);
            Write(value < 0);
        }
    }

    public byte[] Finish()
    {
        for (int i = 0; i < 32; i++)
        {
            Shift();
        }

        return [.. _bytes];
    }

    private void Shift()
    {
        if ((_bottom & 0x80000000) != 0)
        {
            int i = _bytes.Count - 1;
            while (_bytes[i] == 255)
            {
                _bytes[i--] = 0;
            }

            _bytes[i]++;
        }

        _bottom <<= 1;
        if (--_count == 0)
        {
            _bytes.Add((byte)(_bottom >> 24));
            _bottom &= 0xFFFFFF;
            _count = 8;
        }
    }
}
