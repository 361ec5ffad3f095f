using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>The arithmetic encoder of JPEG 2000 (T.800 C.2).</summary>
internal sealed class Jp2ArithmeticWriter(byte[] contexts)
{
    private readonly List<byte> _bytes = [0];
    private uint _code;
    private uint _interval = 0x8000;
    private int _count = 12;

    public void Write(int context, int symbol)
    {
        int state = contexts[context] >> 1;
        int likely = contexts[context] & 1;
        uint share = Jp2Arithmetic.Shares[state];
        _interval -= share;
        bool isSmaller = _interval < share;
        if (symbol == likely)
        {
            if ((_interval & 0x8000) != 0)
            {
                _code += share;
                return;
            }

            contexts[context] = (byte)((Jp2Arithmetic.AfterLikely[state] << 1) | likely);
        }
        else
        {
            contexts[context] = (byte)((Jp2Arithmetic.AfterUnlikely[state] << 1) | (Jp2Arithmetic.Switches(state) ? 1 - likely : likely));
        }

        if (symbol == likely == isSmaller)
        {
            _interval = share;
        }
        else
        {
            _code += share;
        }

        do
        {
            _interval <<= 1;
            _code <<= 1;
            if (--_count == 0)
            {
                PutByte();
            }
        }
        while ((_interval & 0x8000) == 0);
    }

    public byte[] Finish()
    {
        uint end = _code + _interval;
        _code |= 0xFFFF;
        _code -= _code >= end ? 0x8000u : 0;
        _code <<= _count;
        PutByte();
        _code <<= _count;
        PutByte();
        return [.. _bytes.Skip(1).Take(_bytes[^1] == 0xFF ? _bytes.Count - 2 : _bytes.Count - 1)];
    }

    private void PutByte()
    {
        if (_bytes[^1] != 0xFF && _code >= 0x8000000)
        {
            _bytes[^1]++;
            _code &= 0x7FFFFFF;
        }

        int bits = _bytes[^1] == 0xFF ? 7 : 8;
        int shift = 27 - bits;
        _bytes.Add((byte)(_code >> shift));
        _code &= (1u << shift) - 1;
        _count = bits;
    }
}
