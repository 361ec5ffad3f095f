namespace ModelBuild.Kernels;

/// <summary>Runs and copies of bytes.</summary>
internal static class PackBits
{
    /// <summary>Expands data up to the length of the target.</summary>
    /// <param name="format">The name of the image format.</param>
    /// <param name="source">Compressed data.</param>
    /// <param name="target">Receives the data.</param>
    /// <exception cref="InvalidDataException">There is less of it.</exception>
    public static void Fill(string format, ReadOnlySpan<byte> source, Span<byte> target)
    {
        FileBytes bytes = new(format, source, isBigEndian: true);
        (int at, int written) = (0, 0);
        while (written < target.Length)
        {
            sbyte count = (sbyte)bytes.U8(at++);
            int length = Math.Min(target.Length - written, 1 + Math.Abs((int)count));
            if (count >= 0)
            {
                bytes.Slice(at, length).CopyTo(target[written..]);
                at += 1 + count;
            }
            else if (count != sbyte.MinValue)
            {
                target.Slice(written, length).Fill(bytes.U8(at++));
            }
            else
            {
                continue;
            }

            written += length;
        }
    }
}
