using System.Buffers.Binary;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Makes lossless WebP files: the transforms as the specification words them, one channel at a time.</summary>
internal static class Vp8lEncoder
{
    /// <summary>Encodes pixels, alpha highest, blue lowest.</summary>
    public static byte[] Encode(uint[] pixels, int width, int seed, Vp8lTransformKind[] transforms, int cacheBits = 0, int blockBits = 0)
    {
        Random random = new(seed);
        Vp8lBitWriter bits = new();
        int height = pixels.Length / width;
        bits.Write(0x2F, 8);
        bits.Write(width - 1, 14);
        bits.Write(height - 1, 14);
        bits.Write(0, 4);
        foreach (Vp8lTransformKind kind in transforms)
        {
            bits.Write(1, 1);
            bits.Write((int)kind, 2);
            (pixels, width) = kind switch
            {
                Vp8lTransformKind.Predict => (Predict(pixels, width, bits, random), width),
                Vp8lTransformKind.CrossColor => (CrossColor(pixels, width, bits, random), width),
                Vp8lTransformKind.SubtractGreen => ([.. pixels.Select(p => Combine(p, p, (c, i) => i is 0 or 2 ? c - Channel(p, 1) : c))], width),
                _ => Palette(pixels, width, bits, random),
            };
        }

        bits.Write(0, 1);
        new Vp8lPixelWriter(bits, random).WriteMain(pixels, width, cacheBits, blockBits);
        return Container(("VP8L", bits.ToArray()));
    }

    /// <summary>A file of chunks.</summary>
    public static byte[] Container(params (string Name, byte[] Data)[] chunks)
    {
        byte[] content = [.. "WEBP"u8, .. chunks.SelectMany(c => c.Name.Select(l => (byte)l).Concat(Number(c.Data.Length)).Concat(c.Data).Concat(new byte[c.Data.Length & 1]))];
        return [.. "RIFF"u8, .. Number(content.Length), .. content];
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static uint[] Predict(uint[] pixels, int width, Vp8lBitWriter bits, Random random)
    {
        (int size, int blocksOfRow, uint[] blocks) = Blocks(pixels.Length, width, bits, random, () => (uint)random.Next(14) << 8);
        return [.. pixels.Select((p, i) =>
        {
            (int y, int x) = (i / width, i % width);
            uint At(int back) => pixels[i - back];
            uint expected = y == 0 ? (x == 0 ? 0xFF000000 : At(1))
                : x == 0 ? At(width)
                : Expected((int)(blocks[((y >> size) * blocksOfRow) + (x >> size)] >> 8), At(1), At(width), At(width - 1), At(width + 1));
            return Combine(p, expected, (c, e, _) => c - e);
        })];
    }

    private static uint Expected(int mode, uint l, uint t, uint tr, uint tl)
    {
        static uint Mean(uint a, uint b) => Combine(a, b, (x, y, _) => (x + y) / 2);
        static int Clamp(int v) => Math.Clamp(v, 0, 255);
        return mode switch
        {
            0 => 0xFF000000,
            1 => l,
            2 => t,
            3 => tr,
            4 => tl,
            5 => Mean(Mean(l, tr), t),
            6 => Mean(l, tl),
            7 => Mean(l, t),
            8 => Mean(tl, t),
            9 => Mean(t, tr),
            10 => Mean(Mean(l, tl), Mean(t, tr)),
            11 => Enumerable.Range(0, 4).Sum(c => Math.Abs(Channel(t, c) - Channel(tl, c))) < Enumerable.Range(0, 4).Sum(c => Math.Abs(Channel(l, c) - Channel(tl, c))) ? l : t,
            12 => Combine(l, t, (a, b, c) => Clamp(a + b - Channel(tl, c))),
            _ => Combine(Mean(l, t), tl, (a, b, _) => Clamp(a + ((a - b) / 2))),
        };
    }

    private static uint[] CrossColor(uint[] pixels, int width, Vp8lBitWriter bits, Random random)
    {
        (int size, int blocksOfRow, uint[] blocks) = Blocks(pixels.Length, width, bits, random, () => 0xFF000000 | (uint)random.Next(1 << 24));
        static int Share(uint element, int channel, int of) => ((sbyte)Channel(element, channel) * (sbyte)of) >> 5;
        return [.. pixels.Select((p, i) =>
        {
            uint element = blocks[((i / width >> size) * blocksOfRow) + (i % width >> size)];
            (int green, int red) = (Channel(p, 1), Channel(p, 2));
            return Combine(p, p, (c, k) => k == 2 ? c - Share(element, 0, green) : k == 0 ? c - Share(element, 1, green) - Share(element, 2, red) : c);
        })];
    }

    private static (uint[] Pixels, int Width) Palette(uint[] pixels, int width, Vp8lBitWriter bits, Random random)
    {
        uint[] colors = [.. pixels.Distinct()];
        bits.Write(colors.Length - 1, 8);
        new Vp8lPixelWriter(bits, random).Write([.. colors.Select((c, i) => i == 0 ? c : Combine(c, colors[i - 1], (a, b, _) => a - b))], colors.Length);
        int packing = colors.Length <= 2 ? 3 : colors.Length <= 4 ? 2 : colors.Length <= 16 ? 1 : 0;
        int packed = (width + (1 << packing) - 1) >> packing;
        uint[] result = new uint[packed * (pixels.Length / width)];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x) = (i / width, i % width);
            int place = (x & ((1 << packing) - 1)) * (8 >> packing);
            result[(y * packed) + (x >> packing)] |= 0xFF000000 | ((uint)Array.IndexOf(colors, pixels[i]) << (8 + place));
        }

        return (result, packed);
    }

    private static (int Size, int BlocksOfRow, uint[] Blocks) Blocks(int pixels, int width, Vp8lBitWriter bits, Random random, Func<uint> next)
    {
        int size = random.Next(2, 5);
        int blocksOfRow = (width + (1 << size) - 1) >> size;
        uint[] blocks = new uint[blocksOfRow * (((pixels / width) + (1 << size) - 1) >> size)];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = next();
        }

        bits.Write(size - 2, 3);
        new Vp8lPixelWriter(bits, random).Write(blocks, blocksOfRow);
        return (size, blocksOfRow, blocks);
    }

    private static int Channel(uint pixel, int channel) => (int)((pixel >> (8 * channel)) & 255);

    private static uint Combine(uint a, uint b, Func<int, int, int> of) => Combine(a, b, (x, _, c) => of(x, c));

    private static uint Combine(uint a, uint b, Func<int, int, int, int> of) =>
        Enumerable.Range(0, 4).Aggregate(0u, (sum, c) => sum | ((uint)(of(Channel(a, c), Channel(b, c), c) & 255) << (8 * c)));
}
