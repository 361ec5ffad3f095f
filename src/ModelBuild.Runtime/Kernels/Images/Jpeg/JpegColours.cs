namespace ModelBuild.Kernels;

/// <summary>From luma and two colour differences to red, green and blue (JFIF), in integers of 16 bits behind the point.</summary>
internal static class JpegColours
{
    private const int Bits = 16;
    private const int Half = 1 << (Bits - 1);
    private const int Centre = 128;
    private const int RedOfCr = 91881;
    private const int GreenOfCr = 46802;
    private const int GreenOfCb = 22554;
    private const int BlueOfCb = 116130;

    /// <summary>Writes the pixels of a row.</summary>
    /// <param name="luma">The luma of each pixel.</param>
    /// <param name="cb">How blue it is.</param>
    /// <param name="cr">How red it is.</param>
    /// <param name="pixels">Receives 3 bytes for each pixel.</param>
    public static void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> pixels)
    {
        int count = pixels.Length / 3;
        for (int i = 0; i < count; i++)
        {
            (int y, int b, int r) = (luma[i], cb[i] - Centre, cr[i] - Centre);
            pixels[3 * i] = Limit(y + (((r * RedOfCr) + Half) >> Bits));
            pixels[(3 * i) + 1] = Limit(y + (((b * -GreenOfCb) - (r * GreenOfCr) + Half) >> Bits));
            pixels[(3 * i) + 2] = Limit(y + (((b * BlueOfCb) + Half) >> Bits));
        }
    }

    /// <summary>Writes the pixels of a row whose components are red, green and blue.</summary>
    /// <param name="red">The red of each pixel.</param>
    /// <param name="green">Its green.</param>
    /// <param name="blue">Its blue.</param>
    /// <param name="pixels">Receives 3 bytes for each pixel.</param>
    public static void Join(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length / 3; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (red[i], green[i], blue[i]);
        }
    }

    private static byte Limit(int value) => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue);
}
