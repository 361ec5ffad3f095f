namespace ModelBuild.Kernels;

/// <summary>LZW as TIFF has it: codes of 9 to 12 bits, the first bit the highest one, lengthened one code early.</summary>
internal static class TiffLzw
{
    private const int Clear = 256;
    private const int End = 257;
    private const int First = 258;
    private const int LeastBits = 9;
    private const int MostBits = 12;

    /// <summary>Expands data up to the length of the target.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or there is less of it.</exception>
    public static void Fill(ReadOnlySpan<byte> source, Span<byte> target)
    {
        // A code stands for a part of what is written already: the code before it and one more byte.
        Span<int> starts = stackalloc int[1 << MostBits];
        Span<ushort> lengths = stackalloc ushort[1 << MostBits];
        (int at, uint buffer, int count, int bits) = (0, 0, 0, LeastBits);
        (int next, int written, int before, int beforeLength) = (First, 0, -1, 0);
        while (written < target.Length)
        {
            while (count < bits)
            {
                buffer = (buffer << 8) | (at < source.Length ? source[at] : throw Damaged("its compressed data ends too soon"));
                (at, count) = (at + 1, count + 8);
            }

            count -= bits;
            int code = (int)(buffer >> count) & ((1 << bits) - 1);
            if (code == Clear)
            {
                (next, bits, before) = (First, LeastBits, -1);
                continue;
            }

            if (code == End || code > next || (code >= First && before < 0) || (code == next && next >= starts.Length))
            {
                throw Damaged(code == End ? "its compressed data ends too soon" : "its compressed data has an unknown code");
            }

            if (before >= 0 && next < starts.Length)
            {
                // What stands before this code, and the first byte that it will write.
                (starts[next], lengths[next]) = (before, (ushort)Math.Min(ushort.MaxValue, beforeLength + 1));
                next++;
                bits += next == (1 << bits) - 1 && bits < MostBits ? 1 : 0;
            }

            int length = code < Clear ? 1 : lengths[code];
            (before, beforeLength) = (written, length);
            if (code < Clear)
            {
                target[written++] = (byte)code;
                continue;
            }

            for (int from = starts[code], i = Math.Min(length, target.Length - written); i > 0; i--)
            {
                target[written++] = target[from++];
            }
        }
    }

    private static InvalidDataException Damaged(string why) => ImageErrors.Damaged(TiffFormat.FormatName, why);
}
