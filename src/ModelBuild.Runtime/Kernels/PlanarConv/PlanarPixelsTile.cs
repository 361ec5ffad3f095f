using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The tiles of <see cref="PlanarPixels{TForm}"/>: 28 accumulators at most, a broadcast per vector of pixels.</summary>
internal static unsafe class PlanarPixelsTile
{
    private const int Block = PlanarConvPacking.ChannelsTogether;

    /// <summary>Computes a tile.</summary>
    /// <typeparam name="TForm">The channels.</typeparam>
    /// <typeparam name="TCount">The vectors of pixels.</typeparam>
    /// <param name="x">The first element of the first pixel's window.</param>
    /// <param name="offsets">The places of a window's elements from there.</param>
    /// <param name="taps">Their number.</param>
    /// <param name="w">The weights, blocks of [taps][8].</param>
    /// <param name="bias">One value per channel.</param>
    /// <param name="min">The lower bound of the result.</param>
    /// <param name="max">The upper bound.</param>
    /// <param name="y">Receives the first channel of the first pixel.</param>
    /// <param name="stride">The elements from a pixel of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TForm, TCount>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* y, nint stride)
        where TForm : struct, IPlanarPixels
        where TCount : struct, ITileRows
    {
        nint block = (nint)taps * Block;
        Vector512<float> c0_0 = TForm.First(bias, Block);
        Vector512<float> c0_1 = TForm.Second(bias, Block);
        Vector512<float> c1_0 = c0_0;
        Vector512<float> c1_1 = c0_1;
        Vector512<float> c2_0 = c0_0;
        Vector512<float> c2_1 = c0_1;
        Vector512<float> c3_0 = c0_0;
        Vector512<float> c3_1 = c0_1;
        Vector512<float> c4_0 = c0_0;
        Vector512<float> c4_1 = c0_1;
        Vector512<float> c5_0 = c0_0;
        Vector512<float> c5_1 = c0_1;
        Vector512<float> c6_0 = c0_0;
        Vector512<float> c6_1 = c0_1;
        Vector512<float> c7_0 = c0_0;
        Vector512<float> c7_1 = c0_1;
        Vector512<float> c8_0 = c0_0;
        Vector512<float> c8_1 = c0_1;
        Vector512<float> c9_0 = c0_0;
        Vector512<float> c9_1 = c0_1;
        Vector512<float> c10_0 = c0_0;
        Vector512<float> c10_1 = c0_1;
        Vector512<float> c11_0 = c0_0;
        Vector512<float> c11_1 = c0_1;
        Vector512<float> c12_0 = c0_0;
        Vector512<float> c12_1 = c0_1;
        Vector512<float> c13_0 = c0_0;
        Vector512<float> c13_1 = c0_1;
        for (nint* end = offsets + taps; offsets < end; offsets++, w += Block)
        {
            float* p = x + *offsets;
            Vector512<float> w0 = TForm.First(w, block);
            Vector512<float> w1 = TForm.Second(w, block);
            Multiply(TForm.Pixels(p), w0, w1, ref c0_0, ref c0_1);
            if (TCount.Count > 1)
            {
                Multiply(TForm.Pixels(p + TForm.PixelsTogether), w0, w1, ref c1_0, ref c1_1);
            }

            if (TCount.Count > 2)
            {
                Multiply(TForm.Pixels(p + (2 * TForm.PixelsTogether)), w0, w1, ref c2_0, ref c2_1);
            }

            if (TCount.Count > 3)
            {
                Multiply(TForm.Pixels(p + (3 * TForm.PixelsTogether)), w0, w1, ref c3_0, ref c3_1);
            }

            if (TCount.Count > 4)
            {
                Multiply(TForm.Pixels(p + (4 * TForm.PixelsTogether)), w0, w1, ref c4_0, ref c4_1);
            }

            if (TCount.Count > 5)
            {
                Multiply(TForm.Pixels(p + (5 * TForm.PixelsTogether)), w0, w1, ref c5_0, ref c5_1);
            }

            if (TCount.Count > 6)
            {
                Multiply(TForm.Pixels(p + (6 * TForm.PixelsTogether)), w0, w1, ref c6_0, ref c6_1);
            }

            if (TCount.Count > 7)
            {
                Multiply(TForm.Pixels(p + (7 * TForm.PixelsTogether)), w0, w1, ref c7_0, ref c7_1);
            }

            if (TCount.Count > 8)
            {
                Multiply(TForm.Pixels(p + (8 * TForm.PixelsTogether)), w0, w1, ref c8_0, ref c8_1);
            }

            if (TCount.Count > 9)
            {
                Multiply(TForm.Pixels(p + (9 * TForm.PixelsTogether)), w0, w1, ref c9_0, ref c9_1);
            }

            if (TCount.Count > 10)
            {
                Multiply(TForm.Pixels(p + (10 * TForm.PixelsTogether)), w0, w1, ref c10_0, ref c10_1);
            }

            if (TCount.Count > 11)
            {
                Multiply(TForm.Pixels(p + (11 * TForm.PixelsTogether)), w0, w1, ref c11_0, ref c11_1);
            }

            if (TCount.Count > 12)
            {
                Multiply(TForm.Pixels(p + (12 * TForm.PixelsTogether)), w0, w1, ref c12_0, ref c12_1);
            }

            if (TCount.Count > 13)
            {
                Multiply(TForm.Pixels(p + (13 * TForm.PixelsTogether)), w0, w1, ref c13_0, ref c13_1);
            }
        }

        Vector512<float> low = Vector512.Create(min);
        Vector512<float> high = Vector512.Create(max);
        nint step = TForm.PixelsTogether * stride;
        TForm.Store(c0_0, c0_1, low, high, y, stride);
        if (TCount.Count > 1)
        {
            y += step;
            TForm.Store(c1_0, c1_1, low, high, y, stride);
        }

        if (TCount.Count > 2)
        {
            y += step;
            TForm.Store(c2_0, c2_1, low, high, y, stride);
        }

        if (TCount.Count > 3)
        {
            y += step;
            TForm.Store(c3_0, c3_1, low, high, y, stride);
        }

        if (TCount.Count > 4)
        {
            y += step;
            TForm.Store(c4_0, c4_1, low, high, y, stride);
        }

        if (TCount.Count > 5)
        {
            y += step;
            TForm.Store(c5_0, c5_1, low, high, y, stride);
        }

        if (TCount.Count > 6)
        {
            y += step;
            TForm.Store(c6_0, c6_1, low, high, y, stride);
        }

        if (TCount.Count > 7)
        {
            y += step;
            TForm.Store(c7_0, c7_1, low, high, y, stride);
        }

        if (TCount.Count > 8)
        {
            y += step;
            TForm.Store(c8_0, c8_1, low, high, y, stride);
        }

        if (TCount.Count > 9)
        {
            y += step;
            TForm.Store(c9_0, c9_1, low, high, y, stride);
        }

        if (TCount.Count > 10)
        {
            y += step;
            TForm.Store(c10_0, c10_1, low, high, y, stride);
        }

        if (TCount.Count > 11)
        {
            y += step;
            TForm.Store(c11_0, c11_1, low, high, y, stride);
        }

        if (TCount.Count > 12)
        {
            y += step;
            TForm.Store(c12_0, c12_1, low, high, y, stride);
        }

        if (TCount.Count > 13)
        {
            y += step;
            TForm.Store(c13_0, c13_1, low, high, y, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector512<float> pixels, Vector512<float> w0, Vector512<float> w1, ref Vector512<float> first, ref Vector512<float> second)
    {
        first = Vector512.FusedMultiplyAdd(pixels, w0, first);
        second = Vector512.FusedMultiplyAdd(pixels, w1, second);
    }
}
