namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Codes pixels as lossless WebP does, choosing at random between all that would decode to the same: literals, copies, the color cache.</summary>
internal sealed class Vp8lPixelWriter(Vp8lBitWriter bits, Random random)
{
    private const int Literals = 256;
    private const int Lengths = 24;

    /// <summary>Writes a picture that belongs to another one.</summary>
    public void Write(uint[] pixels, int width) => Write(pixels, width, 0, false, 0);

    /// <summary>Writes the picture itself.</summary>
    public void WriteMain(uint[] pixels, int width, int cacheBits, int blockBits) => Write(pixels, width, cacheBits, true, blockBits);

    private void Write(uint[] pixels, int width, int cacheBits, bool isMain, int blockBits)
    {
        bits.Write(cacheBits > 0 ? 1 : 0, 1);
        if (cacheBits > 0)
        {
            bits.Write(cacheBits, 4);
        }

        int blocksOfRow = 1;
        uint[] blocks = [0];
        int groups = 1;
        if (isMain)
        {
            bits.Write(blockBits > 0 ? 1 : 0, 1);
            if (blockBits > 0)
            {
                bits.Write(blockBits - 2, 3);
                blocksOfRow = (width + (1 << blockBits) - 1) >> blockBits;
                int rows = ((pixels.Length / width) + (1 << blockBits) - 1) >> blockBits;

                // Group 1 is written, but no block uses it.
                groups = 4;
                blocks = [.. Enumerable.Range(0, rows * blocksOfRow).Select(i => (uint)(i == 0 ? 3 : random.Next(2) * 2))];
                new Vp8lPixelWriter(bits, random).Write([.. blocks.Select(b => b << 8)], blocksOfRow);
            }
        }

        int[][][] codes = [.. Enumerable.Range(0, groups).Select(g => Codes(cacheBits, g))];
        foreach (int[] lengths in codes.SelectMany(c => c))
        {
            bits.WriteLengths(lengths);
        }

        uint[] cache = new uint[1 << cacheBits];
        for (int i = 0; i < pixels.Length;)
        {
            int block = blockBits == 0 ? 0 : ((i / width >> blockBits) * blocksOfRow) + (i % width >> blockBits);
            int count = WritePixels(pixels, i, codes[blocks[block]], cacheBits > 0 ? cache : []);
            for (int end = i + count; i < end; i++)
            {
                cache[cacheBits == 0 ? 0 : (0x1E35A7BD * pixels[i]) >> (32 - cacheBits)] = pixels[i];
            }
        }
    }

    private int WritePixels(uint[] pixels, int at, int[][] codes, uint[] cache)
    {
        int choice = random.Next(3);
        int cached = Array.IndexOf(cache, pixels[at]);
        if (choice == 0 && cached >= 0)
        {
            bits.WriteSymbol(Literals + Lengths + cached, codes[0]);
            return 1;
        }

        int distance = 1 + random.Next(Math.Max(1, Math.Min(at, 100)));
        int count = 0;
        while (at >= distance && at + count < pixels.Length && count < 200 && pixels[at + count] == pixels[at + count - distance])
        {
            count++;
        }

        if (choice == 1 && count > 0)
        {
            WriteValue(count, Literals, codes[0]);
            WriteValue(distance + 120, 0, codes[4]);
            return count;
        }

        uint pixel = pixels[at];
        bits.WriteSymbol((int)((pixel >> 8) & 255), codes[0]);
        bits.WriteSymbol((int)((pixel >> 16) & 255), codes[1]);
        bits.WriteSymbol((int)(pixel & 255), codes[2]);
        bits.WriteSymbol((int)(pixel >> 24), codes[3]);
        return 1;
    }

    private void WriteValue(int value, int first, int[] code)
    {
        if (value <= 4)
        {
            bits.WriteSymbol(first + value - 1, code);
            return;
        }

        int extra = int.Log2(value - 1) - 1;
        int half = ((value - 1) >> extra) & 1;
        bits.WriteSymbol(first + (2 * extra) + 2 + half, code);
        bits.Write((value - 1) & ((1 << extra) - 1), extra);
    }

    private static int[][] Codes(int cacheBits, int group) =>
        [.. new[] { Literals + Lengths + (cacheBits > 0 ? 1 << cacheBits : 0), 256, 256, 256, 40 }.Select((n, i) => Complete(n, (37 * group) + i, group == 2))];

    /// <summary>Lengths of a complete code for all symbols, turned by so many; a deep one has code words of up to 15 bits.</summary>
    private static int[] Complete(int symbols, int turned, bool isDeep)
    {
        List<int> lengths = [];
        for (int depth = 1; isDeep && depth <= 5; depth++)
        {
            lengths.Add(depth);
            symbols--;
        }

        int whole = int.Log2(symbols);
        int split = symbols - (1 << whole);
        int above = isDeep ? 5 : 0;
        lengths.AddRange(Enumerable.Repeat(whole + above, (1 << whole) - split));
        lengths.AddRange(Enumerable.Repeat(whole + 1 + above, 2 * split));
        turned %= lengths.Count;
        return [.. lengths[turned..], .. lengths[..turned]];
    }
}
