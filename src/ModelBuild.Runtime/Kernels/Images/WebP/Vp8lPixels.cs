using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>Reads the coded pixels of a lossless WebP picture or of one that belongs to it: literals, copies of earlier pixels, and colors of a cache.</summary>
internal static class Vp8lPixels
{
    private const int Literals = 256;
    private const int FirstCacheSymbol = Literals + 24;
    private const int MaxCacheBits = 11;
    private const uint CacheFactor = 0x1E35A7BD;

    /// <summary>Columns to the left and rows up of the near pixels, by distance code: the row in the high four bits, 8 less the column in the low ones.</summary>
    private static ReadOnlySpan<byte> Near =>
    [
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1A, 0x26, 0x2A, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1B, 0x36, 0x3A,
        0x25, 0x2B, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1C, 0x35, 0x3B, 0x46, 0x4A, 0x24, 0x2C, 0x58, 0x45, 0x4B, 0x34, 0x3C, 0x03,
        0x57, 0x59, 0x13, 0x1D, 0x56, 0x5A, 0x23, 0x2D, 0x44, 0x4C, 0x55, 0x5B, 0x33, 0x3D, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1E,
        0x66, 0x6A, 0x22, 0x2E, 0x54, 0x5C, 0x43, 0x4D, 0x65, 0x6B, 0x32, 0x3E, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5D, 0x11, 0x1F,
        0x64, 0x6C, 0x42, 0x4E, 0x76, 0x7A, 0x21, 0x2F, 0x75, 0x7B, 0x31, 0x3F, 0x63, 0x6D, 0x52, 0x5E, 0x00, 0x74, 0x7C, 0x41,
        0x4F, 0x10, 0x20, 0x62, 0x6E, 0x30, 0x73, 0x7D, 0x51, 0x5F, 0x40, 0x72, 0x7E, 0x61, 0x6F, 0x50, 0x71, 0x7F, 0x60, 0x70,
    ];

    /// <summary>Reads a picture that belongs to another: blocks, colors or groups of codes.</summary>
    internal static void Read(ref Vp8lBits bits, Span<uint> pixels, int width) => Read(ref bits, pixels, width, false);

    /// <summary>Reads the picture itself.</summary>
    internal static void ReadMain(ref Vp8lBits bits, Span<uint> pixels, int width) => Read(ref bits, pixels, width, true);

    private static void Read(ref Vp8lBits bits, Span<uint> pixels, int width, bool isMain)
    {
        int cacheBits = 0;
        if (bits.ReadFlag())
        {
            cacheBits = bits.Read(4);
            if (cacheBits is < 1 or > MaxCacheBits)
            {
                throw WebPErrors.Damaged($"its color cache has {cacheBits} bits");
            }
        }

        int cacheSize = cacheBits == 0 ? 0 : 1 << cacheBits;
        using Vp8lGroups groups = new();
        if (isMain && bits.ReadFlag())
        {
            groups.ReadWithBlocks(ref bits, width, pixels.Length / width, cacheSize);
        }
        else
        {
            groups.Read(ref bits, cacheSize);
        }

        uint[] cache = ArrayPool<uint>.Shared.Rent(Math.Max(1, cacheSize));
        try
        {
            Span<uint> colors = cache.AsSpan(0, cacheSize);
            colors.Clear();
            Read(ref bits, pixels, width, groups, colors, 32 - cacheBits);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(cache);
        }
    }

    private static void Read(ref Vp8lBits bits, Span<uint> pixels, int width, Vp8lGroups groups, Span<uint> cache, int cacheShift)
    {
        Vp8lCodes codes = groups.Codes;
        int blockMask = (int)((1u << groups.Bits) - 1);
        ReadOnlySpan<int> group = [];
        int x = 0;
        int y = 0;
        for (int i = 0; i < pixels.Length;)
        {
            if ((x & blockMask) == 0 || group.IsEmpty)
            {
                group = groups.Of(x, y);
            }

            int symbol = codes.Read(ref bits, group[0]);
            int count = 1;
            if (symbol < Literals)
            {
                uint red = (uint)codes.Read(ref bits, group[1]);
                uint blue = (uint)codes.Read(ref bits, group[2]);
                uint alpha = (uint)codes.Read(ref bits, group[3]);
                pixels[i] = (alpha << 24) | (red << 16) | ((uint)symbol << 8) | blue;
            }
            else if (symbol >= FirstCacheSymbol)
            {
                pixels[i] = cache[symbol - FirstCacheSymbol];
            }
            else
            {
                count = Value(ref bits, symbol - Literals);
                int distance = Distance(Value(ref bits, codes.Read(ref bits, group[4])), width);
                if (distance > i || count > pixels.Length - i)
                {
                    throw WebPErrors.Damaged("it copies pixels from outside of the picture");
                }

                for (int to = i; to < i + count; to++)
                {
                    pixels[to] = pixels[to - distance];
                }

                group = [];
            }

            if (!cache.IsEmpty)
            {
                foreach (uint pixel in pixels.Slice(i, count))
                {
                    cache[(int)((CacheFactor * pixel) >> cacheShift)] = pixel;
                }
            }

            i += count;
            x += count;
            if (x >= width)
            {
                y += x / width;
                x %= width;
            }
        }
    }

    private static int Value(ref Vp8lBits bits, int prefix)
    {
        if (prefix < 4)
        {
            return prefix + 1;
        }

        int extra = (prefix - 2) >> 1;
        return ((2 + (prefix & 1)) << extra) + bits.Read(extra) + 1;
    }

    private static int Distance(int code, int width)
    {
        if (code > Near.Length)
        {
            return code - Near.Length;
        }

        int near = Near[code - 1];
        return Math.Max(1, ((near >> 4) * width) + 8 - (near & 0xF));
    }
}
