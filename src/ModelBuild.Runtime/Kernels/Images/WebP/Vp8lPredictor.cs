namespace ModelBuild.Kernels;

/// <summary>What a pixel of a lossless WebP picture is expected to be from the ones to the left, above, and above to both sides: fourteen ways.</summary>
internal static class Vp8lPredictor
{
    private const uint Opaque = 0xFF000000;
    private const uint HighBits = 0xFEFEFEFE;
    private const uint AlphaGreen = 0xFF00FF00;
    private const uint RedBlue = 0x00FF00FF;

    /// <summary>Adds what is expected to neighbouring pixels of a row.</summary>
    /// <param name="pixels">All pixels; those above and to the left are done.</param>
    /// <param name="start">The first pixel, not the first of a row or of the picture.</param>
    /// <param name="count">The pixels.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="mode">Which way, 0 to 15.</param>
    internal static void Add(Span<uint> pixels, int start, int count, int width, int mode)
    {
        ReadOnlySpan<uint> above = pixels.Slice(start - width - 1, count + 2);
        Span<uint> row = pixels.Slice(start - 1, count + 1);
        for (int i = 0; i < count; i++)
        {
            uint left = row[i];
            uint top = above[i + 1];
            uint expected = mode switch
            {
                1 => left,
                2 => top,
                3 => above[i + 2],
                4 => above[i],
                5 => Mean(Mean(left, above[i + 2]), top),
                6 => Mean(left, above[i]),
                7 => Mean(left, top),
                8 => Mean(above[i], top),
                9 => Mean(top, above[i + 2]),
                10 => Mean(Mean(left, above[i]), Mean(top, above[i + 2])),
                11 => Nearer(left, top, above[i]),
                12 => Gradient(left, top, above[i]),
                13 => HalfGradient(Mean(left, top), above[i]),
                _ => Opaque,
            };
            uint pixel = row[i + 1];
            row[i + 1] = (((pixel & AlphaGreen) + (expected & AlphaGreen)) & AlphaGreen) | (((pixel & RedBlue) + (expected & RedBlue)) & RedBlue);
        }
    }

    /// <summary>The mean of each channel, rounded down.</summary>
    private static uint Mean(uint a, uint b) => (a & b) + (((a ^ b) & HighBits) >> 1);

    /// <summary>Left or top, whichever is nearer to left + top - corner in the sum over the channels.</summary>
    private static uint Nearer(uint left, uint top, uint corner)
    {
        int fromLeft = 0;
        int fromTop = 0;
        for (int shift = 0; shift < 32; shift += 8)
        {
            int c = Channel(corner, shift);
            fromLeft += Math.Abs(Channel(top, shift) - c);
            fromTop += Math.Abs(Channel(left, shift) - c);
        }

        return fromLeft < fromTop ? left : top;
    }

    private static uint Gradient(uint left, uint top, uint corner)
    {
        uint result = 0;
        for (int shift = 0; shift < 32; shift += 8)
        {
            result |= (uint)Math.Clamp(Channel(left, shift) + Channel(top, shift) - Channel(corner, shift), 0, 255) << shift;
        }

        return result;
    }

    private static uint HalfGradient(uint mean, uint corner)
    {
        uint result = 0;
        for (int shift = 0; shift < 32; shift += 8)
        {
            int a = Channel(mean, shift);
            result |= (uint)Math.Clamp(a + ((a - Channel(corner, shift)) / 2), 0, 255) << shift;
        }

        return result;
    }

    private static int Channel(uint pixel, int shift) => (int)((pixel >> shift) & 0xFF);
}
