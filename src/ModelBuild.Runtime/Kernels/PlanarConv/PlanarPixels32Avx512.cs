using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 micro-kernel of a convolution over planes for 32 channels and up to 14 neighbouring pixels: 28 accumulators, 14 broadcasts, 4 loads.</summary>
internal static unsafe class PlanarPixels32Avx512
{
    /// <summary>The channels that it computes.</summary>
    internal const int Channels = 32;

    /// <summary>The pixels of a tile are a multiple of this.</summary>
    internal const int PixelsTogether = 1;

    /// <summary>The most pixels of a tile.</summary>
    internal const int MostPixels = 14;

    private const int Block = PlanarConvPacking.ChannelsTogether;

    /// <summary>Computes a tile of <paramref name="pixels"/> pixels.</summary>
    /// <param name="pixels">The pixels, at least <see cref="PixelsTogether"/> and a multiple of it.</param>
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
    internal static void Run(int pixels, float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* y, nint stride)
    {
        switch (pixels)
        {
            case 1:
                Tile<TileRows.R1>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 2:
                Tile<TileRows.R2>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 3:
                Tile<TileRows.R3>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 4:
                Tile<TileRows.R4>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 5:
                Tile<TileRows.R5>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 6:
                Tile<TileRows.R6>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 7:
                Tile<TileRows.R7>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 8:
                Tile<TileRows.R8>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 9:
                Tile<TileRows.R9>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 10:
                Tile<TileRows.R10>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 11:
                Tile<TileRows.R11>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 12:
                Tile<TileRows.R12>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 13:
                Tile<TileRows.R13>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 14:
                Tile<TileRows.R14>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
        }
    }

    /// <typeparam name="TCount">The pixels.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TCount>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* y, nint stride)
        where TCount : struct, ITileRows
    {
        nint block = (nint)taps * Block;
        Vector512<float> c0_0 = Vector512.Load(bias);
        Vector512<float> c0_1 = Vector512.Load(bias + 16);
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
            Vector512<float> w0 = Avx512DQ.InsertVector256(Vector256.Load(w).ToVector512Unsafe(), Vector256.Load(w + block), 1);
            Vector512<float> w1 = Avx512DQ.InsertVector256(Vector256.Load(w + (2 * block)).ToVector512Unsafe(), Vector256.Load(w + (3 * block)), 1);
            Vector512<float> v = Vector512.Create(*p);
            c0_0 = Vector512.FusedMultiplyAdd(v, w0, c0_0);
            c0_1 = Vector512.FusedMultiplyAdd(v, w1, c0_1);

            if (TCount.Count > 1)
            {
                v = Vector512.Create(p[1]);
                c1_0 = Vector512.FusedMultiplyAdd(v, w0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(v, w1, c1_1);
            }

            if (TCount.Count > 2)
            {
                v = Vector512.Create(p[2]);
                c2_0 = Vector512.FusedMultiplyAdd(v, w0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(v, w1, c2_1);
            }

            if (TCount.Count > 3)
            {
                v = Vector512.Create(p[3]);
                c3_0 = Vector512.FusedMultiplyAdd(v, w0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(v, w1, c3_1);
            }

            if (TCount.Count > 4)
            {
                v = Vector512.Create(p[4]);
                c4_0 = Vector512.FusedMultiplyAdd(v, w0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(v, w1, c4_1);
            }

            if (TCount.Count > 5)
            {
                v = Vector512.Create(p[5]);
                c5_0 = Vector512.FusedMultiplyAdd(v, w0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(v, w1, c5_1);
            }

            if (TCount.Count > 6)
            {
                v = Vector512.Create(p[6]);
                c6_0 = Vector512.FusedMultiplyAdd(v, w0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(v, w1, c6_1);
            }

            if (TCount.Count > 7)
            {
                v = Vector512.Create(p[7]);
                c7_0 = Vector512.FusedMultiplyAdd(v, w0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(v, w1, c7_1);
            }

            if (TCount.Count > 8)
            {
                v = Vector512.Create(p[8]);
                c8_0 = Vector512.FusedMultiplyAdd(v, w0, c8_0);
                c8_1 = Vector512.FusedMultiplyAdd(v, w1, c8_1);
            }

            if (TCount.Count > 9)
            {
                v = Vector512.Create(p[9]);
                c9_0 = Vector512.FusedMultiplyAdd(v, w0, c9_0);
                c9_1 = Vector512.FusedMultiplyAdd(v, w1, c9_1);
            }

            if (TCount.Count > 10)
            {
                v = Vector512.Create(p[10]);
                c10_0 = Vector512.FusedMultiplyAdd(v, w0, c10_0);
                c10_1 = Vector512.FusedMultiplyAdd(v, w1, c10_1);
            }

            if (TCount.Count > 11)
            {
                v = Vector512.Create(p[11]);
                c11_0 = Vector512.FusedMultiplyAdd(v, w0, c11_0);
                c11_1 = Vector512.FusedMultiplyAdd(v, w1, c11_1);
            }

            if (TCount.Count > 12)
            {
                v = Vector512.Create(p[12]);
                c12_0 = Vector512.FusedMultiplyAdd(v, w0, c12_0);
                c12_1 = Vector512.FusedMultiplyAdd(v, w1, c12_1);
            }

            if (TCount.Count > 13)
            {
                v = Vector512.Create(p[13]);
                c13_0 = Vector512.FusedMultiplyAdd(v, w0, c13_0);
                c13_1 = Vector512.FusedMultiplyAdd(v, w1, c13_1);
            }
        }

        Vector512<float> low = Vector512.Create(min);
        Vector512<float> high = Vector512.Create(max);
        VectorMath.Clamp(c0_0, low, high).Store(y);
        VectorMath.Clamp(c0_1, low, high).Store(y + 16);

        if (TCount.Count > 1)
        {
            y += stride;
            VectorMath.Clamp(c1_0, low, high).Store(y);
            VectorMath.Clamp(c1_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 2)
        {
            y += stride;
            VectorMath.Clamp(c2_0, low, high).Store(y);
            VectorMath.Clamp(c2_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 3)
        {
            y += stride;
            VectorMath.Clamp(c3_0, low, high).Store(y);
            VectorMath.Clamp(c3_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 4)
        {
            y += stride;
            VectorMath.Clamp(c4_0, low, high).Store(y);
            VectorMath.Clamp(c4_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 5)
        {
            y += stride;
            VectorMath.Clamp(c5_0, low, high).Store(y);
            VectorMath.Clamp(c5_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 6)
        {
            y += stride;
            VectorMath.Clamp(c6_0, low, high).Store(y);
            VectorMath.Clamp(c6_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 7)
        {
            y += stride;
            VectorMath.Clamp(c7_0, low, high).Store(y);
            VectorMath.Clamp(c7_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 8)
        {
            y += stride;
            VectorMath.Clamp(c8_0, low, high).Store(y);
            VectorMath.Clamp(c8_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 9)
        {
            y += stride;
            VectorMath.Clamp(c9_0, low, high).Store(y);
            VectorMath.Clamp(c9_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 10)
        {
            y += stride;
            VectorMath.Clamp(c10_0, low, high).Store(y);
            VectorMath.Clamp(c10_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 11)
        {
            y += stride;
            VectorMath.Clamp(c11_0, low, high).Store(y);
            VectorMath.Clamp(c11_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 12)
        {
            y += stride;
            VectorMath.Clamp(c12_0, low, high).Store(y);
            VectorMath.Clamp(c12_1, low, high).Store(y + 16);
        }

        if (TCount.Count > 13)
        {
            y += stride;
            VectorMath.Clamp(c13_0, low, high).Store(y);
            VectorMath.Clamp(c13_1, low, high).Store(y + 16);
        }
    }
}
