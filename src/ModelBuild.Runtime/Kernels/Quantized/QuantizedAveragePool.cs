namespace ModelBuild.Kernels;

/// <summary>Average pooling of a quantised NHWC tensor.</summary>
public static unsafe class QuantizedAveragePool
{
    /// <summary>
    /// y = clamp(rne(fp32(sum(x - xZeroPoint)) * (multiplier / count)) + yZeroPoint): the sum is an exact integer, multiplier / count is one fp32 division and the product one fp32
    /// multiplication. DequantizeLinear, AveragePool and QuantizeLinear sum in fp32 instead and can differ by 1 where a value lies at a tie.
    /// </summary>
    /// <param name="x">[batch][inH][inW][channels].</param>
    /// <param name="y">[batch][outH][outW][channels].</param>
    /// <param name="batch">Images.</param>
    /// <param name="inH">Input height.</param>
    /// <param name="inW">Input width.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="outH">Output height.</param>
    /// <param name="outW">Output width.</param>
    /// <param name="kernelH">Window height.</param>
    /// <param name="kernelW">Window width.</param>
    /// <param name="strideH">Vertical stride.</param>
    /// <param name="strideW">Horizontal stride.</param>
    /// <param name="padTop">Padding above.</param>
    /// <param name="padLeft">Padding at the left.</param>
    /// <param name="padBottom">Padding below; matters only where padding counts.</param>
    /// <param name="padRight">Padding at the right; matters only where padding counts.</param>
    /// <param name="countIncludePad">Whether padding counts as values (real 0). What ceiling mode adds beyond the padding never counts.</param>
    /// <param name="multiplier">sx / sy.</param>
    /// <param name="xZeroPoint">The zero point of the input.</param>
    /// <param name="yZeroPoint">The zero point of the output.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void U8(
        ReadOnlySpan<byte> x,
        Span<byte> y,
        int batch,
        int inH,
        int inW,
        int channels,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        bool countIncludePad,
        float multiplier,
        int xZeroPoint,
        int yZeroPoint)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        nint lineStep = (nint)inW * channels;
        fixed (byte* xData = x)
        fixed (byte* yData = y)
        {
            byte* target = yData;
            for (int image = 0; image < batch; image++)
            {
                byte* source = xData + (image * inH * lineStep);
                for (int oy = 0; oy < outH; oy++)
                {
                    int top = (oy * strideH) - padTop;
                    int y0 = Math.Max(top, 0);
                    int y1 = Math.Max(y0, Math.Min(top + kernelH, inH));
                    int countH = countIncludePad ? Math.Min(top + kernelH, inH + padBottom) - top : y1 - y0;
                    for (int ox = 0; ox < outW; ox++, target += channels)
                    {
                        int left = (ox * strideW) - padLeft;
                        int x0 = Math.Max(left, 0);
                        int x1 = Math.Max(x0, Math.Min(left + kernelW, inW));
                        int countW = countIncludePad ? Math.Min(left + kernelW, inW + padRight) - left : x1 - x0;

                        // A window that holds nothing has no mean; it is given real 0.
                        int count = Math.Max(1, countH * countW);
                        byte* first = source + (y0 * lineStep) + ((nint)x0 * channels);
                        QuantizedPoolSum.Pixel(first, lineStep, y1 - y0, x1 - x0, channels, multiplier / count, xZeroPoint, yZeroPoint, target);
                    }
                }
            }
        }
    }
}
