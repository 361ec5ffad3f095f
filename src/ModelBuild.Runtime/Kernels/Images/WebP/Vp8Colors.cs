namespace ModelBuild.Kernels;

/// <summary>Makes RGB of the planes of a lossy WebP picture: chroma is interpolated between the four nearest, with the rounding that decoders of the format share.</summary>
internal static class Vp8Colors
{
    // BT.601 with luma from 16 to 235, in 14 bits; a product keeps 6 below the point.
    private const int LumaShare = 19077;
    private const int RedShare = 26149;
    private const int GreenOfBlue = 6419;
    private const int GreenOfRed = 13320;
    private const int BlueShare = 33050;
    private const int RedOffset = 14234;
    private const int GreenOffset = 8708;
    private const int BlueOffset = 17685;

    /// <summary>Writes the picture.</summary>
    internal static void Write(Vp8Plane luma, Vp8Plane blue, Vp8Plane red, PixelTarget target)
    {
        int width = target.Width;
        int half = (width + 1) / 2;
        int lastRow = ((target.Height + 1) / 2) - 1;
        using PooledMemory<byte> memory = new(WebPErrors.Format, 5L * width);
        Span<byte> blues = memory.Span[..width];
        Span<byte> reds = memory.Span.Slice(width, width);
        Span<byte> rgb = memory.Span[(2 * width)..];
        for (int y = 0; y < target.Height; y++)
        {
            int near = y >> 1;
            int far = Math.Clamp((y & 1) == 0 ? near - 1 : near + 1, 0, lastRow);
            Interpolate(blue.Pixels.Slice(blue.At(near, 0), half), blue.Pixels.Slice(blue.At(far, 0), half), blues);
            Interpolate(red.Pixels.Slice(red.At(near, 0), half), red.Pixels.Slice(red.At(far, 0), half), reds);
            Convert(luma.Pixels.Slice(luma.At(y, 0), width), blues, reds, rgb);
            target.PutRgb(y, 0, rgb);
        }
    }

    private static void Interpolate(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> row)
    {
        row[0] = Beside(near[0], far[0]);
        for (int x = 1; x < near.Length; x++)
        {
            int nears = near[x - 1] + near[x];
            int fars = far[x - 1] + far[x];
            row[(2 * x) - 1] = Between(near[x - 1], nears + fars + (2 * (near[x] + far[x - 1])));
            if (2 * x < row.Length)
            {
                row[2 * x] = Between(near[x], nears + fars + (2 * (near[x - 1] + far[x])));
            }
        }

        if ((row.Length & 1) == 0)
        {
            row[^1] = Beside(near[^1], far[^1]);
        }
    }

    private static byte Between(int nearest, int sum) => (byte)((((sum + 8) >> 3) + nearest) >> 1);

    private static byte Beside(int near, int far) => (byte)(((3 * near) + far + 2) >> 2);

    private static void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blues, ReadOnlySpan<byte> reds, Span<byte> rgb)
    {
        for (int x = 0; x < luma.Length; x++)
        {
            int y = (luma[x] * LumaShare) >> 8;
            rgb[3 * x] = Level(y + ((reds[x] * RedShare) >> 8) - RedOffset);
            rgb[(3 * x) + 1] = Level(y - ((blues[x] * GreenOfBlue) >> 8) - ((reds[x] * GreenOfRed) >> 8) + GreenOffset);
            rgb[(3 * x) + 2] = Level(y + ((blues[x] * BlueShare) >> 8) - BlueOffset);
        }
    }

    private static byte Level(int value) => (byte)Math.Clamp(value >> 6, 0, 255);
}
