namespace ModelBuild.Kernels;

/// <summary>Bitmaps whose pixels are stored as runs (BI_RLE8, BI_RLE4).</summary>
internal static class BmpRuns
{
    /// <summary>Writes the index of every pixel, the rows in their order in the file; pixels that are passed over stay 0.</summary>
    /// <param name="runs">The stored runs.</param>
    /// <param name="indices">Zeros.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="isOf4Bits">Whether a byte holds two indices.</param>
    /// <exception cref="InvalidDataException">The runs end before the image does.</exception>
    public static void Expand(ReadOnlySpan<byte> runs, Span<byte> indices, int width, int height, bool isOf4Bits)
    {
        (int x, int y, int at) = (0, 0, 0);
        while (y < height)
        {
            if (at + 1 >= runs.Length)
            {
                throw ImageErrors.Damaged(BmpFormat.FormatName, "it ends too soon");
            }

            (int count, int value) = (runs[at], runs[at + 1]);
            at += 2;
            Span<byte> row = indices.Slice(y * width, width);
            if (count > 0)
            {
                for (int i = 0; i < count && x < width; i++)
                {
                    row[x++] = !isOf4Bits ? (byte)value : (byte)(i % 2 == 0 ? value >> 4 : value & 15);
                }
            }
            else if (value == 0)
            {
                (x, y) = (0, y + 1);
            }
            else if (value == 1)
            {
                return;
            }
            else if (value == 2)
            {
                if (at + 1 >= runs.Length)
                {
                    throw ImageErrors.Damaged(BmpFormat.FormatName, "it ends too soon");
                }

                (x, y, at) = (x + runs[at], y + runs[at + 1], at + 2);
            }
            else
            {
                int bytes = isOf4Bits ? (value + 1) / 2 : value;
                if (at + bytes > runs.Length)
                {
                    throw ImageErrors.Damaged(BmpFormat.FormatName, "it ends too soon");
                }

                for (int i = 0; i < value && x < width; i++)
                {
                    row[x++] = !isOf4Bits ? runs[at + i] : (byte)(i % 2 == 0 ? runs[at + (i / 2)] >> 4 : runs[at + (i / 2)] & 15);
                }

                at += (bytes + 1) / 2 * 2;
            }
        }
    }
}
