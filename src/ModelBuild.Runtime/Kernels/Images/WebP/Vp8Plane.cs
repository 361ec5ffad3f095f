namespace ModelBuild.Kernels;

/// <summary>One plane of a lossy WebP picture in whole macroblocks, with the pixels that stand for those outside of it: a row above, a column to the left, four columns to the right.</summary>
internal readonly ref struct Vp8Plane
{
    private const int Right = 4;
    private const byte Above = 127;
    private const byte Left = 129;

    /// <summary>A plane in memory.</summary>
    /// <param name="memory">At least <see cref="Length"/> elements.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="height">The rows.</param>
    internal Vp8Plane(Span<byte> memory, int width, int height)
    {
        Stride = 1 + width + Right;
        Pixels = memory[..(int)Length(width, height)];
        Pixels[..Stride].Fill(Above);
        for (int y = 0; y < height; y++)
        {
            Pixels[(y + 1) * Stride] = Left;
        }
    }

    /// <summary>All pixels.</summary>
    internal Span<byte> Pixels { get; }

    /// <summary>Elements from one row to the next.</summary>
    internal int Stride { get; }

    /// <summary>The elements of a plane.</summary>
    internal static long Length(int width, int height) => (1L + width + Right) * (1 + height);

    /// <summary>Where a pixel lies.</summary>
    internal int At(int y, int x) => ((y + 1) * Stride) + 1 + x;

    /// <summary>Repeats the last pixel of a row to its right, for blocks that look above to the right.</summary>
    internal void ExtendRow(int y) => Pixels.Slice(((y + 2) * Stride) - Right, Right).Fill(Pixels[((y + 2) * Stride) - Right - 1]);
}
