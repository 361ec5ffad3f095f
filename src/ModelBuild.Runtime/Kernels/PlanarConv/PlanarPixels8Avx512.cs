using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// AVX-512 micro-kernel of a convolution over planes for 8 channels: a broadcast of four neighbouring pixels is multiplied with two vectors of weights, each of which stands four times, so that the
/// pixels of a channel are neighbours in a vector. Up to 14 times four pixels: 28 accumulators, 14 broadcasts, 1 load.
/// </summary>
internal static unsafe class PlanarPixels8Avx512
{
    /// <summary>The channels that it computes.</summary>
    internal const int Channels = 8;

    /// <summary>The pixels of a tile are a multiple of this.</summary>
    internal const int PixelsTogether = 4;

    /// <summary>The most pixels of a tile.</summary>
    internal const int MostPixels = 56;

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
        switch (pixels / PixelsTogether)
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

    /// <typeparam name="TCount">The pixels divided by <see cref="PixelsTogether"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TCount>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* y, nint stride)
        where TCount : struct, ITileRows
    {
        Vector512<int> first = Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        Vector512<int> second = first + Vector512.Create(4);
        Vector512<float> c0_0 = Several(bias, first);
        Vector512<float> c0_1 = Several(bias, second);
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
            Vector512<float> w0 = Several(w, first);
            Vector512<float> w1 = Several(w, second);
            Vector512<float> v = Avx512F.BroadcastVector128ToVector512(p);
            c0_0 = Vector512.FusedMultiplyAdd(v, w0, c0_0);
            c0_1 = Vector512.FusedMultiplyAdd(v, w1, c0_1);

            if (TCount.Count > 1)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 4);
                c1_0 = Vector512.FusedMultiplyAdd(v, w0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(v, w1, c1_1);
            }

            if (TCount.Count > 2)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 8);
                c2_0 = Vector512.FusedMultiplyAdd(v, w0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(v, w1, c2_1);
            }

            if (TCount.Count > 3)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 12);
                c3_0 = Vector512.FusedMultiplyAdd(v, w0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(v, w1, c3_1);
            }

            if (TCount.Count > 4)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 16);
                c4_0 = Vector512.FusedMultiplyAdd(v, w0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(v, w1, c4_1);
            }

            if (TCount.Count > 5)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 20);
                c5_0 = Vector512.FusedMultiplyAdd(v, w0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(v, w1, c5_1);
            }

            if (TCount.Count > 6)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 24);
                c6_0 = Vector512.FusedMultiplyAdd(v, w0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(v, w1, c6_1);
            }

            if (TCount.Count > 7)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 28);
                c7_0 = Vector512.FusedMultiplyAdd(v, w0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(v, w1, c7_1);
            }

            if (TCount.Count > 8)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 32);
                c8_0 = Vector512.FusedMultiplyAdd(v, w0, c8_0);
                c8_1 = Vector512.FusedMultiplyAdd(v, w1, c8_1);
            }

            if (TCount.Count > 9)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 36);
                c9_0 = Vector512.FusedMultiplyAdd(v, w0, c9_0);
                c9_1 = Vector512.FusedMultiplyAdd(v, w1, c9_1);
            }

            if (TCount.Count > 10)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 40);
                c10_0 = Vector512.FusedMultiplyAdd(v, w0, c10_0);
                c10_1 = Vector512.FusedMultiplyAdd(v, w1, c10_1);
            }

            if (TCount.Count > 11)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 44);
                c11_0 = Vector512.FusedMultiplyAdd(v, w0, c11_0);
                c11_1 = Vector512.FusedMultiplyAdd(v, w1, c11_1);
            }

            if (TCount.Count > 12)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 48);
                c12_0 = Vector512.FusedMultiplyAdd(v, w0, c12_0);
                c12_1 = Vector512.FusedMultiplyAdd(v, w1, c12_1);
            }

            if (TCount.Count > 13)
            {
                v = Avx512F.BroadcastVector128ToVector512(p + 52);
                c13_0 = Vector512.FusedMultiplyAdd(v, w0, c13_0);
                c13_1 = Vector512.FusedMultiplyAdd(v, w1, c13_1);
            }
        }

        Vector512<float> low = Vector512.Create(min);
        Vector512<float> high = Vector512.Create(max);
        Vector512<int> together = Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        Vector512<int> others = together + Vector512.Create(2);
        Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c0_0, together, c0_1), low, high), y, stride);
        y += 2 * stride;
        Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c0_0, others, c0_1), low, high), y, stride);

        if (TCount.Count > 1)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c1_0, together, c1_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c1_0, others, c1_1), low, high), y, stride);
        }

        if (TCount.Count > 2)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c2_0, together, c2_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c2_0, others, c2_1), low, high), y, stride);
        }

        if (TCount.Count > 3)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c3_0, together, c3_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c3_0, others, c3_1), low, high), y, stride);
        }

        if (TCount.Count > 4)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c4_0, together, c4_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c4_0, others, c4_1), low, high), y, stride);
        }

        if (TCount.Count > 5)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c5_0, together, c5_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c5_0, others, c5_1), low, high), y, stride);
        }

        if (TCount.Count > 6)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c6_0, together, c6_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c6_0, others, c6_1), low, high), y, stride);
        }

        if (TCount.Count > 7)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c7_0, together, c7_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c7_0, others, c7_1), low, high), y, stride);
        }

        if (TCount.Count > 8)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c8_0, together, c8_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c8_0, others, c8_1), low, high), y, stride);
        }

        if (TCount.Count > 9)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c9_0, together, c9_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c9_0, others, c9_1), low, high), y, stride);
        }

        if (TCount.Count > 10)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c10_0, together, c10_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c10_0, others, c10_1), low, high), y, stride);
        }

        if (TCount.Count > 11)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c11_0, together, c11_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c11_0, others, c11_1), low, high), y, stride);
        }

        if (TCount.Count > 12)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c12_0, together, c12_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c12_0, others, c12_1), low, high), y, stride);
        }

        if (TCount.Count > 13)
        {
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c13_0, together, c13_1), low, high), y, stride);
            y += 2 * stride;
            Store(VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c13_0, others, c13_1), low, high), y, stride);
        }
    }

    /// <summary>Eight values, of which <paramref name="places"/> takes some several times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Several(float* values, Vector512<int> places) => Avx512F.PermuteVar16x32(Vector256.Load(values).ToVector512Unsafe(), places);

    /// <summary>Stores two pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> pixels, float* y, nint stride)
    {
        if (stride == Block)
        {
            pixels.Store(y);
        }
        else
        {
            pixels.GetLower().Store(y);
            pixels.GetUpper().Store(y + stride);
        }
    }
}
