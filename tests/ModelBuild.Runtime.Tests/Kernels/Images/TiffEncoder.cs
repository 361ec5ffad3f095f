using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Writes TIFF files: strips or tiles of samples of one depth.</summary>
internal sealed record TiffEncoder
{
    public bool IsBigEndian { get; init; }

    public int Compression { get; init; } = 1;

    public int Photometric { get; init; } = 2;

    public int Bits { get; init; } = 8;

    public int Channels { get; init; } = 3;

    public bool HasPlanes { get; init; }

    public int Predictor { get; init; } = 1;

    /// <summary>Rows and columns of a tile; no columns for strips.</summary>
    public (int Height, int Width) Chunk { get; init; } = (4, 0);

    public int[]? Colours { get; init; }

    /// <param name="samples">[height,width,channels].</param>
    public byte[] Encode(int[] samples, int height, int width)
    {
        bool isTiled = Chunk.Width > 0;
        int chunkWidth = isTiled ? Chunk.Width : width;
        List<byte[]> chunks = [];
        for (int plane = 0; plane < (HasPlanes ? Channels : 1); plane++)
        {
            for (int y0 = 0; y0 < height; y0 += Chunk.Height)
            {
                for (int x0 = 0; x0 < width; x0 += chunkWidth)
                {
                    List<byte> raw = [];
                    for (int y = y0; y < (isTiled ? y0 + Chunk.Height : Math.Min(height, y0 + Chunk.Height)); y++)
                    {
                        int[] line = [.. Enumerable.Range(x0, chunkWidth).SelectMany(x => Enumerable.Range(0, Channels).Where(c => !HasPlanes || c == plane)
                            .Select(c => y < height && x < width ? samples[(((y * width) + x) * Channels) + c] : 0))];
                        int step = HasPlanes ? 1 : Channels;
                        int[] predicted = Predictor == 2 ? [.. line.Select((s, i) => (s - (i >= step ? line[i - step] : 0)) & ((1 << Bits) - 1))] : line;
                        raw.AddRange(Bits == 16 ? predicted.SelectMany(s => Short(s)) : PngEncoder.Pack(predicted, Bits));
                    }

                    chunks.Add(Compress([.. raw]));
                }
            }
        }

        int count = HasPlanes || Channels == 1 ? 1 : Channels;
        List<(int Tag, int Type, int[] Values)> entries =
        [
            (256, 4, [width]), (257, 3, [height]), (258, 3, [.. Enumerable.Repeat(Bits, Channels)]), (259, 3, [Compression]), (262, 3, [Photometric]),
            (isTiled ? 324 : 273, 4, new int[chunks.Count]), (277, 3, [Channels]), (isTiled ? 325 : 279, 4, [.. chunks.Select(c => c.Length)]), (284, 3, [HasPlanes ? 2 : 1]), (317, 3, [Predictor]),
        ];
        entries.AddRange(isTiled ? [(322, 3, [chunkWidth]), (323, 3, [Chunk.Height])] : [(278, 3, [Chunk.Height])]);
        if (Colours is not null)
        {
            entries.Add((320, 3, Colours));
        }

        entries.Sort((a, b) => a.Tag.CompareTo(b.Tag));
        int at = 8 + 2 + (12 * entries.Count) + 4;
        int pixels = at + entries.Sum(e => e.Values.Length * (e.Type == 3 ? 2 : 4));
        int[] offsets = [.. chunks.Select((_, i) => pixels + chunks.Take(i).Sum(c => c.Length))];
        List<byte> file = [.. IsBigEndian ? "MM"u8 : "II"u8, .. Short(42), .. Long(8), .. Short(entries.Count)];
        List<byte> rest = [];
        foreach ((int tag, int type, int[] given) in entries)
        {
            int[] values = tag is 273 or 324 ? offsets : given;
            byte[] data = [.. values.SelectMany(v => type == 3 ? Short(v) : Long(v))];
            file.AddRange([.. Short(tag), .. Short(type), .. Long(values.Length)]);
            file.AddRange(data.Length <= 4 ? [.. data, .. new byte[4 - data.Length]] : Long(at + rest.Count));
            rest.AddRange(data.Length <= 4 ? [] : data);
        }

        file.AddRange(Long(0));
        file.AddRange(rest);
        file.AddRange(new byte[pixels - file.Count]);
        return [.. file, .. chunks.SelectMany(c => c)];
    }

    private byte[] Compress(byte[] raw) => Compression switch
    {
        5 => Lzw(raw),
        8 => PngEncoder.Deflate(raw, CompressionLevel.Optimal),
        32773 => PackBits(raw),
        _ => raw,
    };

    private byte[] Short(int value)
    {
        byte[] bytes = new byte[2];
        (IsBigEndian ? (Action)(() => BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value)) : () => BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value))();
        return bytes;
    }

    private byte[] Long(int value) => IsBigEndian ? [.. BitConverter.GetBytes(value).Reverse()] : BitConverter.GetBytes(value);

    private static byte[] PackBits(byte[] raw)
    {
        List<byte> packed = [];
        for (int i = 0; i < raw.Length;)
        {
            int run = 1;
            while (run < 128 && i + run < raw.Length && raw[i + run] == raw[i])
            {
                run++;
            }

            if (run > 1)
            {
                packed.AddRange([(byte)(1 - run), raw[i]]);
                i += run;
                continue;
            }

            int copy = Math.Min(5, raw.Length - i);
            packed.AddRange([(byte)(copy - 1), .. raw[i..(i + copy)]]);
            i += copy;
        }

        return [.. packed];
    }

    private static byte[] Lzw(byte[] raw)
    {
        List<byte> packed = [];
        (ulong buffer, int count, int bits) = (0, 0, 9);
        Dictionary<string, int> codes = [];
        string text = "";
        Put(256);
        foreach (byte value in raw)
        {
            string longer = text + (char)value;
            if (longer.Length == 1 || codes.ContainsKey(longer))
            {
                text = longer;
                continue;
            }

            Put(CodeOf(text));
            codes[longer] = 258 + codes.Count;
            text = longer[^1..];

            // The decoder is one code behind, and both lengthen one early.
            int next = 258 + codes.Count;
            bits = next >= 2047 + 1 ? 12 : next >= 1023 + 1 ? 11 : next >= 511 + 1 ? 10 : 9;
            if (next == 4094)
            {
                Put(256);
                codes.Clear();
                bits = 9;
            }
        }

        Put(CodeOf(text));
        Put(257);
        Put(0);
        return [.. packed];

        int CodeOf(string known) => known.Length == 1 ? known[0] : codes[known];

        void Put(int code)
        {
            (buffer, count) = ((buffer << bits) | (uint)code, count + bits);
            for (; count >= 8; count -= 8)
            {
                packed.Add((byte)(buffer >> (count - 8)));
            }
        }
    }
}
