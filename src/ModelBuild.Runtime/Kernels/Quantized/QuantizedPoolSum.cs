using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Sums of bytes over a rectangle of pixels, and their conversion back to bytes. Sums are exact, so every path gives the same bits.</summary>
internal static unsafe class QuantizedPoolSum
{
    /// <summary>
    /// y[c] = clamp(rne(fp32(sum(x) - count * xZero) * factor) + yZero) for all channels of one output pixel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pixel(byte* x, nint lineStep, int rows, int columns, int channels, float factor, int xZero, int yZero, byte* y)
    {
        int offset = rows * columns * xZero;
        int c = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<float> low = Vector128.Create((float)-yZero);
            Vector128<float> high = Vector128.Create((float)(255 - yZero));
            for (; c + 16 <= channels; c += 16)
            {
                Vector128<int> sum0 = Vector128.Create(-offset);
                Vector128<int> sum1 = sum0;
                Vector128<int> sum2 = sum0;
                Vector128<int> sum3 = sum0;
                for (int row = 0; row < rows; row++)
                {
                    byte* pixel = x + (row * lineStep) + c;
                    for (int column = 0; column < columns; column++, pixel += channels)
                    {
                        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(pixel));
                        sum0 += Vector128.WidenLower(lower).AsInt32();
                        sum1 += Vector128.WidenUpper(lower).AsInt32();
                        sum2 += Vector128.WidenLower(upper).AsInt32();
                        sum3 += Vector128.WidenUpper(upper).AsInt32();
                    }
                }

                Vector128<float> scale = Vector128.Create(factor);
                Vector128<int> zero = Vector128.Create(yZero);
                QuantizedRounding.Store16(
                    QuantizedRounding.Round(Vector128.ConvertToSingle(sum0) * scale, low, high) + zero,
                    QuantizedRounding.Round(Vector128.ConvertToSingle(sum1) * scale, low, high) + zero,
                    QuantizedRounding.Round(Vector128.ConvertToSingle(sum2) * scale, low, high) + zero,
                    QuantizedRounding.Round(Vector128.ConvertToSingle(sum3) * scale, low, high) + zero,
                    y + c);
            }
        }

        for (; c < channels; c++)
        {
            int sum = -offset;
            for (int row = 0; row < rows; row++)
            {
                byte* pixel = x + (row * lineStep) + c;
                for (int column = 0; column < columns; column++, pixel += channels)
                {
                    sum += *pixel;
                }
            }

            y[c] = (byte)(QuantizedRounding.Round(sum * factor, -yZero, 255 - yZero) + yZero);
        }
    }
}
