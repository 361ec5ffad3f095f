namespace ModelBuild.Kernels;

/// <summary>The inverse transforms of lossy WebP (RFC 6386 section 14), exact in integers.</summary>
internal static class Vp8Transforms
{
    // sqrt(2) sin(pi/8), and sqrt(2) cos(pi/8) - 1, in 16 bits.
    private const int Sine = 35468;
    private const int CosineLessOne = 20091;

    /// <summary>Gives the sixteen luma blocks of a macroblock their means.</summary>
    /// <param name="means">The coefficients of the means.</param>
    /// <param name="coefficients">The sixteen blocks.</param>
    internal static void Means(ReadOnlySpan<short> means, Span<short> coefficients)
    {
        Span<int> half = stackalloc int[16];
        for (int i = 0; i < 4; i++)
        {
            int outer = means[i] + means[12 + i];
            int inner = means[4 + i] + means[8 + i];
            int innerLess = means[4 + i] - means[8 + i];
            int outerLess = means[i] - means[12 + i];
            half[i] = outer + inner;
            half[4 + i] = outerLess + innerLess;
            half[8 + i] = outer - inner;
            half[12 + i] = outerLess - innerLess;
        }

        for (int i = 0; i < 4; i++)
        {
            ReadOnlySpan<int> row = half.Slice(4 * i, 4);
            int outer = row[0] + row[3] + 3;
            int outerLess = row[0] - row[3] + 3;
            int inner = row[1] + row[2];
            int innerLess = row[1] - row[2];
            Span<short> blocks = coefficients.Slice(64 * i, 64);
            blocks[0] = (short)((outer + inner) >> 3);
            blocks[16] = (short)((outerLess + innerLess) >> 3);
            blocks[32] = (short)((outer - inner) >> 3);
            blocks[48] = (short)((outerLess - innerLess) >> 3);
        }
    }

    /// <summary>Adds the pixels of a block of 4 by 4 to what was predicted.</summary>
    /// <param name="coefficients">The block.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="at">The block's first pixel.</param>
    /// <param name="stride">Pixels from one row to the next.</param>
    internal static void Add(ReadOnlySpan<short> coefficients, Span<byte> plane, int at, int stride)
    {
        Span<int> half = stackalloc int[16];
        for (int i = 0; i < 4; i++)
        {
            Pass(coefficients[i], coefficients[4 + i], coefficients[8 + i], coefficients[12 + i], half.Slice(4 * i, 4));
        }

        Span<int> row = stackalloc int[4];
        for (int y = 0; y < 4; y++)
        {
            Pass(half[y] + 4, half[4 + y], half[8 + y], half[12 + y], row);
            Span<byte> pixels = plane.Slice(at + (y * stride), 4);
            for (int x = 0; x < 4; x++)
            {
                pixels[x] = (byte)Math.Clamp(pixels[x] + (row[x] >> 3), 0, 255);
            }
        }
    }

    private static void Pass(int c0, int c1, int c2, int c3, Span<int> y)
    {
        int even = c0 + c2;
        int evenLess = c0 - c2;
        int odd = TimesCosine(c1) + TimesSine(c3);
        int oddLess = TimesSine(c1) - TimesCosine(c3);
        y[0] = even + odd;
        y[1] = evenLess + oddLess;
        y[2] = evenLess - oddLess;
        y[3] = even - odd;
    }

    private static int TimesSine(int value) => (value * Sine) >> 16;

    private static int TimesCosine(int value) => ((value * CosineLessOne) >> 16) + value;
}
