using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Stores a tile of 8 channels by pixels as pixels of channels.</summary>
internal static unsafe class PlanarConvStore
{
    private const int Block = PlanarConvPacking.ChannelsTogether;

    /// <summary>Elements 0 and 1 of every four, of two vectors.</summary>
    private const byte FirstPairs = 0b01_00_01_00;

    /// <summary>Elements 2 and 3 of every four.</summary>
    private const byte SecondPairs = 0b11_10_11_10;

    /// <summary>y[p * stride + c] = tile[c * pixels + p].</summary>
    /// <param name="tile">[8][pixels].</param>
    /// <param name="pixels">The pixels, a multiple of 4.</param>
    /// <param name="y">The first channel of the first pixel.</param>
    /// <param name="stride">The elements from a pixel to the next.</param>
    /// <param name="channels">The channels that are stored, at most 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* tile, int pixels, float* y, nint stride, int channels)
    {
        if (channels < Block)
        {
            Partial(tile, pixels, y, stride, channels);
        }
        else if (Avx512F.IsSupported)
        {
            Whole512(tile, pixels, y, stride);
        }
        else
        {
            for (int pixel = 0; pixel < pixels; pixel += 4, y += 4 * stride)
            {
                MatrixTranspose.FourByFour(tile + pixel, pixels, y, stride);
                MatrixTranspose.FourByFour(tile + (4 * pixels) + pixel, pixels, y + 4, stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Partial(float* tile, int pixels, float* y, nint stride, int channels)
    {
        int channel = 0;
        if (channels >= 4)
        {
            channel = 4;
            for (int pixel = 0; pixel < pixels; pixel += 4)
            {
                MatrixTranspose.FourByFour(tile + pixel, pixels, y + (pixel * stride), stride);
            }
        }

        for (; channel < channels; channel++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                y[(pixel * stride) + channel] = tile[(channel * pixels) + pixel];
            }
        }
    }

    /// <summary>Sixteen pixels at once: quarters of vectors hold four channels of pixels that are four apart. Vectors of float and int only: each further kind takes the JIT milliseconds to load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Whole512(float* tile, int pixels, float* y, nint stride)
    {
        Vector512<int> lowHalves = Vector512.Create(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
        Vector512<int> highHalves = Vector512.Create(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
        for (int pixel = 0; pixel < pixels; pixel += 16, y += 16 * stride)
        {
            Quarters(tile + pixel, pixels, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
            Quarters(tile + (4 * pixels) + pixel, pixels, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
            Store(a0, b0, lowHalves, highHalves, y, 4 * stride);
            Store(a1, b1, lowHalves, highHalves, y + stride, 4 * stride);
            Store(a2, b2, lowHalves, highHalves, y + (2 * stride), 4 * stride);
            Store(a3, b3, lowHalves, highHalves, y + (3 * stride), 4 * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(float* tile, int pixels, out Vector512<float> y0, out Vector512<float> y1, out Vector512<float> y2, out Vector512<float> y3)
    {
        Vector512<float> r0 = Vector512.Load(tile);
        Vector512<float> r1 = Vector512.Load(tile + pixels);
        Vector512<float> r2 = Vector512.Load(tile + (2 * pixels));
        Vector512<float> r3 = Vector512.Load(tile + (3 * pixels));
        Vector512<float> low01 = Avx512F.UnpackLow(r0, r1);
        Vector512<float> high01 = Avx512F.UnpackHigh(r0, r1);
        Vector512<float> low23 = Avx512F.UnpackLow(r2, r3);
        Vector512<float> high23 = Avx512F.UnpackHigh(r2, r3);
        y0 = Avx512F.Shuffle(low01, low23, FirstPairs);
        y1 = Avx512F.Shuffle(low01, low23, SecondPairs);
        y2 = Avx512F.Shuffle(high01, high23, FirstPairs);
        y3 = Avx512F.Shuffle(high01, high23, SecondPairs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, Vector512<int> lowHalves, Vector512<int> highHalves, float* y, nint stride)
    {
        Vector512<float> low = Avx512F.PermuteVar16x32x2(a, lowHalves, b);
        Vector512<float> high = Avx512F.PermuteVar16x32x2(a, highHalves, b);
        low.GetLower().Store(y);
        low.GetUpper().Store(y + stride);
        high.GetLower().Store(y + (2 * stride));
        high.GetUpper().Store(y + (3 * stride));
    }
}
