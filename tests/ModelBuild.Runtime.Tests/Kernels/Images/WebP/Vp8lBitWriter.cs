namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Writes bits from the least significant one of each byte on, and prefix codes.</summary>
internal sealed class Vp8lBitWriter
{
    private readonly List<byte> _bytes = [];
    private int _bits;

    public byte[] ToArray() => [.. _bytes];

    public void Write(int value, int bits)
    {
        for (int i = 0; i < bits; i++, _bits++)
        {
            if (_bits % 8 == 0)
            {
                _bytes.Add(0);
            }

            _bytes[^1] |= (byte)(((value >> i) & 1) << (_bits % 8));
        }
    }

    /// <summary>Writes the lengths of a code, each by itself in four bits.</summary>
    public void WriteLengths(int[] lengths)
    {
        int[] order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        Write(0, 1);
        Write(order.Length - 4, 4);
        foreach (int symbol in order)
        {
            Write(symbol < 16 ? 4 : 0, 3);
        }

        Write(0, 1);
        foreach (int length in lengths)
        {
            WriteReversed(length, 4);
        }
    }

    /// <summary>Writes a symbol of the canonical code of the lengths.</summary>
    public void WriteSymbol(int symbol, int[] lengths)
    {
        int code = 0;
        for (int length = 1; length <= lengths[symbol]; length++)
        {
            code <<= 1;
            for (int i = 0; i < lengths.Length; i++)
            {
                if (lengths[i] == length && length == lengths[symbol] && i == symbol)
                {
                    WriteReversed(code, length);
                    return;
                }

                code += lengths[i] == length ? 1 : 0;
            }
        }
    }

    private void WriteReversed(int code, int length)
    {
        for (int i = length - 1; i >= 0; i--)
        {
            Write(code >> i, 1);
        }
    }
}
