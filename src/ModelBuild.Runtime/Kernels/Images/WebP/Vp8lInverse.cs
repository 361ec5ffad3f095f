namespace ModelBuild.Kernels;

/// <summary>Undoes the transforms of a lossless WebP picture in place.</summary>
internal static class Vp8lInverse
{
    private const uint Opaque = 0xFF000000;
    private const uint AlphaGreen = 0xFF00FF00;
    private const uint RedBlue = 0x00FF00FF;

    /// <summary>Undoes one transform.</summary>
    /// <param name="transform">The transform.</param>
    /// <param name="pixels">All pixels, alpha highest, blue lowest; of <see cref="Vp8lTransformKind.Palette"/> the packed ones, first in memory for all.</param>
    /// <param name="height">The rows.</param>
    internal static void Undo(Vp8lTransform transform, Span<uint> pixels, int height)
    {
        pixels = pixels[..(transform.Width * height)];
        switch (transform.Kind)
        {
            case Vp8lTransformKind.Predict:
                Predict(transform, pixels, height);
                break;
            case Vp8lTransformKind.CrossColor:
                AddShares(transform, pixels, height);
                break;
            case Vp8lTransformKind.SubtractGreen:
                foreach (ref uint pixel in pixels)
                {
                    uint green = (pixel >> 8) & 0xFF;
                    pixel = (pixel & AlphaGreen) | (((pixel & RedBlue) + (green | (green << 16))) & RedBlue);
                }

                break;
            default:
                LookUp(transform, pixels, height);
                break;
        }
    }

    /// <summary>Makes colors of their differences, from the first on.</summary>
    internal static void Accumulate(Span<uint> colors)
    {
        for (int i = 1; i < colors.Length; i++)
        {
            colors[i] = Add(colors[i], colors[i - 1]);
        }
    }

    private static void Predict(Vp8lTransform transform, Span<uint> pixels, int height)
    {
        int width = transform.Width;
        int blocks = Blocks(width, transform.Bits);
        pixels[0] = Add(pixels[0], Opaque);
        Accumulate(pixels[..width]);

        for (int y = 1; y < height; y++)
        {
            int start = y * width;
            ReadOnlySpan<uint> modes = transform.Data.AsSpan((y >> transform.Bits) * blocks, blocks);
            pixels[start] = Add(pixels[start], pixels[start - width]);
            for (int x = 1; x < width;)
            {
                // The pixel above to the right of a row's last one is the row's first, which follows in memory.
                int end = Math.Min(width, ((x >> transform.Bits) + 1) << transform.Bits);
                Vp8lPredictor.Add(pixels, start + x, end - x, width, (int)((modes[x >> transform.Bits] >> 8) & 0xF));
                x = end;
            }
        }
    }

    private static void AddShares(Vp8lTransform transform, Span<uint> pixels, int height)
    {
        int width = transform.Width;
        int blocks = Blocks(width, transform.Bits);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<uint> shares = transform.Data.AsSpan((y >> transform.Bits) * blocks, blocks);
            Span<uint> row = pixels.Slice(y * width, width);
            for (int x = 0; x < width; x++)
            {
                uint share = shares[x >> transform.Bits];
                uint pixel = row[x];
                var green = (sbyte)(pixel >> 8);
                int red = (int)(pixel >> 16) + Part(share, green);
                int blue = (int)pixel + Part(share >> 8, green) + Part(share >> 16, (sbyte)red);
                row[x] = (pixel & AlphaGreen) | (((uint)red & 0xFF) << 16) | ((uint)blue & 0xFF);
            }
        }
    }

    private static void LookUp(Vp8lTransform transform, Span<uint> pixels, int height)
    {
        int width = transform.Width;
        int packed = Blocks(width, transform.Bits);
        int bitsPerPixel = 8 >> transform.Bits;
        int inOne = (1 << transform.Bits) - 1;
        uint mask = (1u << bitsPerPixel) - 1;
        ReadOnlySpan<uint> colors = transform.Data;

        // From the last pixel to the first: a pixel is never written over a packed one that is still to be read.
        for (int y = height - 1; y >= 0; y--)
        {
            for (int x = width - 1; x >= 0; x--)
            {
                uint green = pixels[(y * packed) + (x >> transform.Bits)] >> 8;
                int color = (int)((green >> ((x & inOne) * bitsPerPixel)) & mask);
                pixels[(y * width) + x] = color < colors.Length ? colors[color] : 0;
            }
        }
    }

    /// <summary>The sum of each channel.</summary>
    private static uint Add(uint a, uint b) => (((a & AlphaGreen) + (b & AlphaGreen)) & AlphaGreen) | (((a & RedBlue) + (b & RedBlue)) & RedBlue);

    private static int Part(uint share, sbyte channel) => ((sbyte)share * channel) >> 5;

    private static int Blocks(int width, int bits) => (width + (1 << bits) - 1) >> bits;
}
