using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>The groups of five prefix codes of a lossless WebP picture, and which of them each block of pixels uses.</summary>
internal sealed class Vp8lGroups : IDisposable
{
    /// <summary>The codes of a group: green with lengths and the color cache, red, blue, alpha, distance.</summary>
    internal const int CodesOfGroup = 5;

    private const int Literals = 256;
    private const int Lengths = 24;
    private const int Distances = 40;
    private int[] _codes = [];
    private uint[] _blocks = [];
    private int _blocksOfRow;

    /// <summary>The pixels of a block on each side, as a power of two.</summary>
    internal int Bits { get; private set; } = 31;

    /// <summary>The tables of the codes.</summary>
    internal Vp8lCodes Codes { get; } = new();

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Codes.Dispose();
        ArrayPool<int>.Shared.Return(_codes);
        ArrayPool<uint>.Shared.Return(_blocks);
        (_codes, _blocks) = ([], []);
    }

    /// <summary>The codes of the pixels of a block.</summary>
    internal ReadOnlySpan<int> Of(int x, int y) =>
        _codes.AsSpan(_blocks.Length == 0 ? 0 : CodesOfGroup * (int)_blocks[((y >> Bits) * _blocksOfRow) + (x >> Bits)], CodesOfGroup);

    /// <summary>Reads one group for all pixels.</summary>
    internal void Read(ref Vp8lBits bits, int cacheSize)
    {
        _codes = ArrayPool<int>.Shared.Rent(CodesOfGroup);
        ReadGroup(ref bits, cacheSize, _codes);
    }

    /// <summary>Reads the picture of blocks and the groups that it names.</summary>
    internal void ReadWithBlocks(ref Vp8lBits bits, int width, int height, int cacheSize)
    {
        Bits = bits.Read(3) + 2;
        _blocksOfRow = (width + (1 << Bits) - 1) >> Bits;
        int count = _blocksOfRow * ((height + (1 << Bits) - 1) >> Bits);
        _blocks = ArrayPool<uint>.Shared.Rent(count);
        Span<uint> blocks = _blocks.AsSpan(0, count);
        Vp8lPixels.Read(ref bits, blocks, _blocksOfRow);

        uint last = 0;
        foreach (ref uint block in blocks)
        {
            block = (block >> 8) & 0xFFFF;
            last = Math.Max(last, block);
        }

        ReadUsed(ref bits, blocks, (int)last + 1, cacheSize);
    }

    /// <summary>Keeps the groups that some block uses, so that memory follows the size of the picture and not a number in it.</summary>
    private void ReadUsed(ref Vp8lBits bits, Span<uint> blocks, int groups, int cacheSize)
    {
        int[] places = ArrayPool<int>.Shared.Rent(groups);
        try
        {
            Span<int> place = places.AsSpan(0, groups);
            place.Clear();
            int used = 0;
            foreach (ref uint block in blocks)
            {
                ref int known = ref place[(int)block];
                known = known == 0 ? ++used : known;
                block = (uint)known - 1;
            }

            _codes = ArrayPool<int>.Shared.Rent(CodesOfGroup * used);
            Span<int> unused = stackalloc int[CodesOfGroup];
            for (int group = 0; group < groups; group++)
            {
                int before = Codes.Count;
                if (place[group] == 0)
                {
                    ReadGroup(ref bits, cacheSize, unused);
                    Codes.Count = before;
                }
                else
                {
                    ReadGroup(ref bits, cacheSize, _codes.AsSpan(CodesOfGroup * (place[group] - 1), CodesOfGroup));
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(places);
        }
    }

    private void ReadGroup(ref Vp8lBits bits, int cacheSize, scoped Span<int> codes)
    {
        codes[0] = Vp8lCodeLengths.Read(ref bits, Codes, Literals + Lengths + cacheSize);
        codes[1] = Vp8lCodeLengths.Read(ref bits, Codes, Literals);
        codes[2] = Vp8lCodeLengths.Read(ref bits, Codes, Literals);
        codes[3] = Vp8lCodeLengths.Read(ref bits, Codes, Literals);
        codes[4] = Vp8lCodeLengths.Read(ref bits, Codes, Distances);
    }
}
