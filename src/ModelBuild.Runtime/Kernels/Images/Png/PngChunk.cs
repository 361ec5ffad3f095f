namespace ModelBuild.Kernels;

/// <summary>A chunk of a PNG file.</summary>
/// <param name="DataAt">Where its data is.</param>
/// <param name="Length">Bytes of its data.</param>
internal readonly record struct PngChunk(int DataAt, int Length)
{
    private const int Overhead = 12;

    private static readonly uint[] s_crc = Table();

    /// <summary>Where the next chunk is.</summary>
    public long Next => (long)DataAt + Length + 4;

    /// <summary>Finds the next chunk of a name, before the end of the image.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">Where to begin.</param>
    /// <param name="name">Its four letters.</param>
    /// <param name="chunk">The chunk, whose checksum is right.</param>
    public static bool TryFind(in FileBytes file, long at, ReadOnlySpan<byte> name, out PngChunk chunk)
    {
        while (at + Overhead <= file.Length && !file.Slice(at + 4, 4).SequenceEqual("IEND"u8))
        {
            uint length = file.U32(at);
            if (file.Slice(at + 4, 4).SequenceEqual(name))
            {
                Check(file, at, length);
                chunk = new PngChunk((int)at + 8, (int)length);
                return true;
            }

            at += Overhead + (long)length;
        }

        chunk = default;
        return false;
    }

    /// <summary>Compares the checksum of a chunk.</summary>
    /// <exception cref="InvalidDataException">It differs, or the file is cut.</exception>
    public static void Check(in FileBytes file, long at, uint length)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in file.Slice(at + 4, 4L + length))
        {
            crc = s_crc[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        if (~crc != file.U32(at + 8 + length))
        {
            throw ImageErrors.Damaged(PngFormat.FormatName, "the checksum of a chunk is wrong");
        }
    }

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
