using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>The prefix codes of a lossless WebP picture as tables in one growing array; a code is named by where its table starts.</summary>
/// <remarks>
/// A table begins with the number of bits that its first part is looked up by, 8 at most. An entry is a symbol above six bits: the length of its code, or with <see cref="Link"/>
/// the number of bits that a further part is looked up by, whose place from the start of the table is then the symbol.
/// </remarks>
internal sealed class Vp8lCodes : IDisposable
{
    private const int RootBits = 8;
    private const int LengthBits = 6;
    private const uint Link = 1 << (LengthBits - 1);
    private const int MaxLength = 15;
    private uint[] _tables = ArrayPool<uint>.Shared.Rent(1024);
    private int _count;

    /// <summary>The entries of all codes; set back to forget the codes that were added last.</summary>
    internal int Count
    {
        get => _count;
        set => _count = value;
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        ArrayPool<uint>.Shared.Return(_tables);
        _tables = [];
    }

    /// <summary>Reads one symbol.</summary>
    internal int Read(ref Vp8lBits bits, int code)
    {
        uint window = bits.Peek();
        int root = (int)_tables[code];
        uint entry = _tables[code + 1 + (int)(window & ((1u << root) - 1))];
        if ((entry & Link) != 0)
        {
            int more = (int)(entry & (Link - 1));
            bits.Skip(root);
            entry = _tables[code + (int)(entry >> LengthBits) + (int)((window >> root) & ((1u << more) - 1))];
        }

        bits.Skip((int)(entry & (Link - 1)));
        return (int)(entry >> LengthBits);
    }

    /// <summary>Adds the canonical code of the lengths, 0 for a symbol without one.</summary>
    internal int Add(ReadOnlySpan<byte> lengths)
    {
        Span<int> counts = stackalloc int[MaxLength + 1];
        counts.Clear();
        foreach (byte length in lengths)
        {
            counts[length]++;
        }

        int used = lengths.Length - counts[0];
        if (used <= 1)
        {
            return used == 1 ? AddOnly(lengths.IndexOfAnyExcept((byte)0)) : throw WebPErrors.Damaged("a prefix code has no symbol");
        }

        int deepest = MaxLength;
        while (counts[deepest] == 0)
        {
            deepest--;
        }

        Span<int> next = stackalloc int[MaxLength + 1];
        int space = 0;
        for (int length = 1; length <= MaxLength; length++)
        {
            next[length] = space;
            space = (space + counts[length]) << 1;
        }

        if (space != 1 << (MaxLength + 1))
        {
            throw WebPErrors.Damaged("a prefix code is not complete");
        }

        return Fill(lengths, next, Math.Min(deepest, RootBits));
    }

    private int AddOnly(int symbol)
    {
        int code = Grow(2);
        _tables[code] = 0;
        _tables[code + 1] = (uint)symbol << LengthBits;
        return code;
    }

    private int Fill(ReadOnlySpan<byte> lengths, Span<int> next, int root)
    {
        int mask = (1 << root) - 1;
        Span<int> first = stackalloc int[MaxLength + 1];
        next.CopyTo(first);
        Span<byte> deepest = stackalloc byte[1 << RootBits];
        deepest.Clear();
        foreach (byte length in lengths)
        {
            if (length > root)
            {
                ref byte part = ref deepest[Reversed(next[length]++, length) & mask];
                part = Math.Max(part, length);
            }
        }

        int code = Grow(1 + (1 << root));
        _tables[code] = (uint)root;
        for (int i = 0; i <= mask; i++)
        {
            if (deepest[i] != 0)
            {
                int more = deepest[i] - root;
                int part = Grow(1 << more);
                _tables[code + 1 + i] = ((uint)(part - code) << LengthBits) | Link | (uint)more;
            }
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length != 0)
            {
                Enter(code, root, symbol, length, Reversed(first[length]++, length));
            }
        }

        return code;
    }

    private void Enter(int code, int root, int symbol, int length, int bits)
    {
        int start = code + 1;
        int size = 1 << root;
        if (length > root)
        {
            uint link = _tables[start + (bits & (size - 1))];
            start = code + (int)(link >> LengthBits);
            size = 1 << (int)(link & (Link - 1));
            bits >>= root;
            length -= root;
        }

        uint entry = ((uint)symbol << LengthBits) | (uint)length;
        for (int i = bits; i < size; i += 1 << length)
        {
            _tables[start + i] = entry;
        }
    }

    private static int Reversed(int bits, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++)
        {
            reversed = (reversed << 1) | ((bits >> i) & 1);
        }

        return reversed;
    }

    private int Grow(int entries)
    {
        int start = _count;
        _count += entries;
        if (_count > _tables.Length)
        {
            uint[] larger = ArrayPool<uint>.Shared.Rent(Math.Max(_count, 2 * _tables.Length));
            _tables.AsSpan(0, start).CopyTo(larger);
            ArrayPool<uint>.Shared.Return(_tables);
            _tables = larger;
        }

        return start;
    }
}
