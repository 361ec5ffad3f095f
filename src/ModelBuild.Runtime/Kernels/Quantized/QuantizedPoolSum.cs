using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Sums of bytes over a rectangle of pixels, and their conversion back to bytes. Sums are exact, so every path gives the same bits.</summary>
internal static unsafe class QuantizedPoolSum
{
    /// <summary>Bytes whose sum 16 bits hold.</summary>
    private const int WordPixels = 257;

    /// <summary>
    /// y[c] = clamp(rne(fp32(sum(x) - count * xZero) * factor) + yZero) for all channels of one output pixel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pixel(byte* x, nint lineStep, int rows, int columns, int channels, float factor, int xZero, int yZero, byte* y)
    {
        int offset = rows * columns * xZero;
        int c = 0;
        if (Avx512BW.IsSupported)
        {
            for (; c + 64 <= channels; c += 64)
            {
                Wide(x + c, lineStep, rows, columns, channels, factor, offset, yZero, y + c);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; c + 16 <= channels; c += 16)
            {
                Narrow(x + c, lineStep, rows, columns, channels, factor, offset, yZero, y + c);
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

    /// <summary>64 channels: as words while they hold the sums, then as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(byte* x, nint lineStep, int rows, int columns, int channels, float factor, int offset, int yZero, byte* y)
    {
        Vector512<int> sum0 = Vector512.Create(-offset);
        Vector512<int> sum1 = sum0;
        Vector512<int> sum2 = sum0;
        Vector512<int> sum3 = sum0;
        Vector512<ushort> words0 = Vector512<ushort>.Zero;
        Vector512<ushort> words1 = Vector512<ushort>.Zero;
        int room = WordPixels;
        for (int row = 0; row < rows; row++, x += lineStep)
        {
            byte* pixel = x;
            for (int column = 0; column < columns;)
            {
                int now = Math.Min(columns - column, room);
                byte* end = pixel + ((nint)now * channels);
                for (; pixel < end; pixel += channels)
                {
                    words0 += Avx512BW.ConvertToVector512UInt16(Vector256.Load(pixel));
                    words1 += Avx512BW.ConvertToVector512UInt16(Vector256.Load(pixel + 32));
                }

                column += now;
                room -= now;
                if (room == 0 || (row == rows - 1 && column == columns))
                {
                    sum0 += Vector512.WidenLower(words0).AsInt32();
                    sum1 += Vector512.WidenUpper(words0).AsInt32();
                    sum2 += Vector512.WidenLower(words1).AsInt32();
                    sum3 += Vector512.WidenUpper(words1).AsInt32();
                    words0 = Vector512<ushort>.Zero;
                    words1 = Vector512<ushort>.Zero;
                    room = WordPixels;
                }
            }
        }

        Vector512<float> scale = Vector512.Create(factor);
        Vector512<float> low = Vector512.Create((float)-yZero);
        Vector512<float> high = Vector512.Create((float)(255 - yZero));
        Vector512<int> zero = Vector512.Create(yZero);
        Avx512F.ConvertToVector128Byte(QuantizedRounding.Round(Vector512.ConvertToSingle(sum0) * scale, low, high) + zero).Store(y);
        Avx512F.ConvertToVector128Byte(QuantizedRounding.Round(Vector512.ConvertToSingle(sum1) * scale, low, high) + zero).Store(y + 16);
        Avx512F.ConvertToVector128Byte(QuantizedRounding.Round(Vector512.ConvertToSingle(sum2) * scale, low, high) + zero).Store(y + 32);
        Avx512F.ConvertToVector128Byte(QuantizedRounding.Round(Vector512.ConvertToSingle(sum3) * scale, low, high) + zero).Store(y + 48);
    }

    /// <summary>16 channels in the same way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(byte* x, nint lineStep, int rows, int columns, int channels, float factor, int offset, int yZero, byte* y)
    {
        Vector128<int> sum0 = Vector128.Create(-offset);
        Vector128<int> sum1 = sum0;
        Vector128<int> sum2 = sum0;
        Vector128<int> sum3 = sum0;
        Vector128<ushort> words0 = Vector128<ushort>.Zero;
        Vector128<ushort> words1 = Vector128<ushort>.Zero;
        int room = WordPixels;
        for (int row = 0; row < rows; row++, x += lineStep)
        {
            byte* pixel = x;
            for (int column = 0; column < columns;)
            {
                int now = Math.Min(columns - column, room);
                byte* end = pixel + ((nint)now * channels);
                for (; pixel < end; pixel += channels)
                {
                    (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(pixel));
                    words0 += lower;
                    words1 += upper;
                }

                column += now;
                room -= now;
                if (room == 0 || (row == rows - 1 && column == columns))
                {
                    sum0 += Vector128.WidenLower(words0).AsInt32();
                    sum1 += Vector128.WidenUpper(words0).AsInt32();
                    sum2 += Vector128.WidenLower(words1).AsInt32();
                    sum3 += Vector128.WidenUpper(words1).AsInt32();
                    words0 = Vector128<ushort>.Zero;
                    words1 = Vector128<ushort>.Zero;
                    room = WordPixels;
                }
            }
        }

        Vector128<float> scale = Vector128.Create(factor);
        Vector128<float> low = Vector128.Create((float)-yZero);
        Vector128<float> high = Vector128.Create((float)(255 - yZero));
        Vector128<int> zero = Vector128.Create(yZero);
        QuantizedRounding.Store16(
            QuantizedRounding.Round(Vector128.ConvertToSingle(sum0) * scale, low, high) + zero,
            QuantizedRounding.Round(Vector128.ConvertToSingle(sum1) * scale, low, high) + zero,
            QuantizedRounding.Round(Vector128.ConvertToSingle(sum2) * scale, low, high) + zero,
            QuantizedRounding.Round(Vector128.ConvertToSingle(sum3) * scale, low, high) + zero,
            y);
    }
}
