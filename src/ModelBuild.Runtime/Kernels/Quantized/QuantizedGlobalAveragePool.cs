namespace ModelBuild.Kernels;

/// <summary>The mean over all pixels of a quantised NHWC tensor.</summary>
public static unsafe class QuantizedGlobalAveragePool
{
    /// <summary>
    /// y = clamp(rne(fp32(sum(x - xZeroPoint)) * (multiplier / spatial)) + yZeroPoint): the sum is an exact integer, multiplier / spatial is one fp32 division and the product one
    /// fp32 multiplication. DequantizeLinear, GlobalAveragePool and QuantizeLinear sum in fp32 instead and can differ by 1 where a value lies at a tie.
    /// </summary>
    /// <param name="x">[batch][spatial][channels].</param>
    /// <param name="y">[batch][channels].</param>
    /// <param name="batch">Images.</param>
    /// <param name="spatial">Pixels of an image, at least 1 and below 2^23 (the sum has 32 bits).</param>
    /// <param name="channels">Channels.</param>
    /// <param name="multiplier">sx / sy.</param>
    /// <param name="xZeroPoint">The zero point of the input.</param>
    /// <param name="yZeroPoint">The zero point of the output.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void U8(ReadOnlySpan<byte> x, Span<byte> y, int batch, int spatial, int channels, float multiplier, int xZeroPoint, int yZeroPoint)
    {
        Throw.IfShorter(x.Length, (long)batch * spatial * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * channels, nameof(y));
        fixed (byte* xData = x)
        fixed (byte* yData = y)
        {
            for (int image = 0; image < batch; image++)
            {
                byte* source = xData + ((nint)image * spatial * channels);
                QuantizedPoolSum.Pixel(source, 0, 1, spatial, channels, multiplier / spatial, xZeroPoint, yZeroPoint, yData + ((nint)image * channels));
            }
        }
    }
}
