namespace ModelBuild.Kernels;

/// <summary>Predicts blocks of lossy WebP from the pixels around them, which lie in the same plane (RFC 6386 section 12).</summary>
internal static class Vp8Predictor
{
    private const int Small = 4;
    private const byte Middle = 128;

    /// <summary>Predicts a block of 16 by 16 or 8 by 8.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="at">The block's first pixel.</param>
    /// <param name="stride">Pixels from one row to the next.</param>
    /// <param name="size">The block's rows and columns.</param>
    /// <param name="mode">One of the first four of <see cref="Vp8Mode"/>.</param>
    /// <param name="hasTop">Whether there are pixels of the picture above.</param>
    /// <param name="hasLeft">Whether there are pixels of the picture to the left.</param>
    internal static void Large(Span<byte> plane, int at, int stride, int size, byte mode, bool hasTop, bool hasLeft)
    {
        if (mode == Vp8Mode.Mean)
        {
            byte mean = MeanOf(plane, at, stride, size, hasTop, hasLeft);
            for (int y = 0; y < size; y++)
            {
                plane.Slice(at + (y * stride), size).Fill(mean);
            }

            return;
        }

        Simple(plane, at, stride, size, mode);
    }

    /// <summary>Predicts a block of 4 by 4.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="at">The block's first pixel.</param>
    /// <param name="stride">Pixels from one row to the next.</param>
    /// <param name="mode">One of <see cref="Vp8Mode"/>.</param>
    /// <param name="aboveRight">The first of the four pixels above to the right.</param>
    internal static void FourByFour(Span<byte> plane, int at, int stride, byte mode, int aboveRight)
    {
        if (mode is Vp8Mode.Motion)
        {
            Simple(plane, at, stride, Small, mode);
            return;
        }

        // The edge from the lowest pixel to the left over the corner to the last one above to the right.
        Span<byte> edge = stackalloc byte[13];
        for (int i = 0; i < Small; i++)
        {
            edge[i] = plane[at + ((Small - 1 - i) * stride) - 1];
        }

        plane.Slice(at - stride - 1, Small + 1).CopyTo(edge[Small..]);
        plane.Slice(aboveRight, Small).CopyTo(edge[9..]);
        Span<byte> block = stackalloc byte[16];
        Vp8Directions.Fill(edge, mode, block);
        for (int y = 0; y < Small; y++)
        {
            block.Slice(Small * y, Small).CopyTo(plane[(at + (y * stride))..]);
        }
    }

    private static void Simple(Span<byte> plane, int at, int stride, int size, byte mode)
    {
        ReadOnlySpan<byte> above = plane.Slice(at - stride, size);
        byte corner = plane[at - stride - 1];
        for (int y = 0; y < size; y++)
        {
            Span<byte> row = plane.Slice(at + (y * stride), size);
            byte left = plane[at + (y * stride) - 1];
            switch (mode)
            {
                case Vp8Mode.Top:
                    above.CopyTo(row);
                    break;
                case Vp8Mode.Left:
                    row.Fill(left);
                    break;
                default:
                    for (int x = 0; x < size; x++)
                    {
                        row[x] = (byte)Math.Clamp(above[x] + left - corner, 0, 255);
                    }

                    break;
            }
        }
    }

    private static byte MeanOf(ReadOnlySpan<byte> plane, int at, int stride, int size, bool hasTop, bool hasLeft)
    {
        int sum = 0;
        for (int i = 0; i < size; i++)
        {
            sum += (hasTop ? plane[at - stride + i] : 0) + (hasLeft ? plane[at + (i * stride) - 1] : 0);
        }

        int count = (hasTop ? size : 0) + (hasLeft ? size : 0);
        return count == 0 ? Middle : (byte)((sum + (count / 2)) / count);
    }
}
