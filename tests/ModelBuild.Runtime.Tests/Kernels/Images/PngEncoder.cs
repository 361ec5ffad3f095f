using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>Writes PNG files of any colour type and depth, with the filters in turn.</summary>
internal static class PngEncoder
{
    private static readonly (int X, int Y, int StepX, int StepY)[] s_adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <param name="samples">[height,width,channels], below 2 to the power of the bits.</param>
    /// <param name="colour">The number of the colour type.</param>
    /// <param name="palette">3 bytes for each colour; for colour type 3.</param>
    /// <param name="chunk">Bytes of a chunk of pixels at most.</param>
    public static byte[] Encode(
        int[] samples, int height, int width, int colour, int bits, bool isInterlaced = false, byte[]? palette = null, int chunk = int.MaxValue, CompressionLevel level = CompressionLevel.Optimal)
    {
        int channels = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        MemoryStream raw = new();
        foreach ((int x0, int y0, int stepX, int stepY) in isInterlaced ? s_adam7 : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            int filter = 0;
            for (int y = y0; y < height && x0 < width; y += stepY)
            {
                List<int> line = [];
                for (int x = x0; x < width; x += stepX)
                {
                    line.AddRange(samples.AsSpan(((y * width) + x) * channels, channels));
                }

                byte[] row = Pack(line, bits);
                raw.WriteByte((byte)filter);
                raw.Write(Filter(filter, row, above ?? new byte[row.Length], Math.Max(1, channels * bits / 8)));
                filter = (filter + 1) % 5;
                above = row;
            }
        }

        MemoryStream file = new();
        file.Write([0x89, .. "PNG"u8, 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colour, (byte)(isInterlaced ? 1 : 0));
        Chunk(file, "IHDR", header);
        Chunk(file, "tEXt", "Comment\0drawn by code"u8.ToArray());
        if (palette is not null)
        {
            Chunk(file, "PLTE", palette);
        }

        foreach (byte[] part in Deflate(raw.ToArray(), level).Chunk(Math.Min(chunk, 1 << 20)))
        {
            Chunk(file, "IDAT", part);
        }

        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A zlib stream.</summary>
    public static byte[] Deflate(byte[] data, CompressionLevel level)
    {
        MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, level, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    /// <summary>Samples of any depth as bytes, the first in the high bits.</summary>
    public static byte[] Pack(IReadOnlyList<int> samples, int bits)
    {
        byte[] bytes = new byte[((samples.Count * bits) + 7) / 8];
        for (int i = 0; i < samples.Count; i++)
        {
            if (bits == 16)
            {
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), (ushort)samples[i]);
            }
            else
            {
                bytes[i * bits / 8] |= (byte)(samples[i] << (8 - bits - (i * bits % 8)));
            }
        }

        return bytes;
    }

    /// <summary>The checksum of a chunk, bit by bit.</summary>
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    private static byte[] Filter(int kind, byte[] row, byte[] above, int distance)
    {
        byte[] filtered = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= distance ? row[i - distance] : 0;
            int corner = i >= distance ? above[i - distance] : 0;
            int estimate = left + above[i] - corner;
            int[] nearest = [left, above[i], corner];
            int guess = kind switch { 0 => 0, 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, _ => nearest.MinBy(n => Math.Abs(estimate - n)) };
            filtered[i] = (byte)(row[i] - guess);
        }

        return filtered;
    }

    private static void Chunk(MemoryStream file, string name, byte[] data)
    {
        byte[] content = [.. name.Select(c => (byte)c), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(content));
        file.Write(number);
    }
}
