using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// AVX-512 micro-kernel of a convolution over planes for 16 channels: a broadcast of two neighbouring pixels is multiplied with two vectors of weights, each of which stands twice, so that the pixels
/// of a channel are neighbours in a vector. Up to 14 times two pixels: 28 accumulators, 14 broadcasts, 2 loads.
/// </summary>
internal static unsafe class PlanarPixels16Avx512
{
    /// <summary>The channels that it computes.</summary>
    internal const int Channels = 16;

    /// <summary>The pixels of a tile are a multiple of this.</summary>
    internal const int PixelsTogether = 2;

    /// <summary>The most pixels of a tile.</summary>
    internal const int MostPixels = 28;

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
        nint block = (nint)taps * Block;
        Vector512<int> twice = Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
        Vector512<float> c0_0 = Several(bias, twice);
        Vector512<float> c0_1 = Several(bias + Block, twice);
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
            Vector512<float> w0 = Several(w, twice);
            Vector512<float> w1 = Several(w + block, twice);
            Vector512<float> v = Vector512.Create(*(double*)p).AsSingle();
            c0_0 = Vector512.FusedMultiplyAdd(v, w0, c0_0);
            c0_1 = Vector512.FusedMultiplyAdd(v, w1, c0_1);

            if (TCount.Count > 1)
            {
                v = Vector512.Create(*(double*)(p + 2)).AsSingle();
                c1_0 = Vector512.FusedMultiplyAdd(v, w0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(v, w1, c1_1);
            }

            if (TCount.Count > 2)
            {
                v = Vector512.Create(*(double*)(p + 4)).AsSingle();
                c2_0 = Vector512.FusedMultiplyAdd(v, w0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(v, w1, c2_1);
            }

            if (TCount.Count > 3)
            {
                v = Vector512.Create(*(double*)(p + 6)).AsSingle();
                c3_0 = Vector512.FusedMultiplyAdd(v, w0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(v, w1, c3_1);
            }

            if (TCount.Count > 4)
            {
                v = Vector512.Create(*(double*)(p + 8)).AsSingle();
                c4_0 = Vector512.FusedMultiplyAdd(v, w0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(v, w1, c4_1);
            }

            if (TCount.Count > 5)
            {
                v = Vector512.Create(*(double*)(p + 10)).AsSingle();
                c5_0 = Vector512.FusedMultiplyAdd(v, w0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(v, w1, c5_1);
            }

            if (TCount.Count > 6)
            {
                v = Vector512.Create(*(double*)(p + 12)).AsSingle();
                c6_0 = Vector512.FusedMultiplyAdd(v, w0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(v, w1, c6_1);
            }

            if (TCount.Count > 7)
            {
                v = Vector512.Create(*(double*)(p + 14)).AsSingle();
                c7_0 = Vector512.FusedMultiplyAdd(v, w0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(v, w1, c7_1);
            }

            if (TCount.Count > 8)
            {
                v = Vector512.Create(*(double*)(p + 16)).AsSingle();
                c8_0 = Vector512.FusedMultiplyAdd(v, w0, c8_0);
                c8_1 = Vector512.FusedMultiplyAdd(v, w1, c8_1);
            }

            if (TCount.Count > 9)
            {
                v = Vector512.Create(*(double*)(p + 18)).AsSingle();
                c9_0 = Vector512.FusedMultiplyAdd(v, w0, c9_0);
                c9_1 = Vector512.FusedMultiplyAdd(v, w1, c9_1);
            }

            if (TCount.Count > 10)
            {
                v = Vector512.Create(*(double*)(p + 20)).AsSingle();
                c10_0 = Vector512.FusedMultiplyAdd(v, w0, c10_0);
                c10_1 = Vector512.FusedMultiplyAdd(v, w1, c10_1);
            }

            if (TCount.Count > 11)
            {
                v = Vector512.Create(*(double*)(p + 22)).AsSingle();
                c11_0 = Vector512.FusedMultiplyAdd(v, w0, c11_0);
                c11_1 = Vector512.FusedMultiplyAdd(v, w1, c11_1);
            }

            if (TCount.Count > 12)
            {
                v = Vector512.Create(*(double*)(p + 24)).AsSingle();
                c12_0 = Vector512.FusedMultiplyAdd(v, w0, c12_0);
                c12_1 = Vector512.FusedMultiplyAdd(v, w1, c12_1);
            }

            if (TCount.Count > 13)
            {
                v = Vector512.Create(*(double*)(p + 26)).AsSingle();
                c13_0 = Vector512.FusedMultiplyAdd(v, w0, c13_0);
                c13_1 = Vector512.FusedMultiplyAdd(v, w1, c13_1);
            }
        }

        Vector512<float> low = Vector512.Create(min);
        Vector512<float> high = Vector512.Create(max);
        Vector512<int> even = Vector512<int>.Indices * 2;
        Vector512<int> odd = even + Vector512<int>.One;
        VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c0_0, even, c0_1), low, high).Store(y);
        y += stride;
        VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c0_0, odd, c0_1), low, high).Store(y);

        if (TCount.Count > 1)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c1_0, even, c1_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c1_0, odd, c1_1), low, high).Store(y);
        }

        if (TCount.Count > 2)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c2_0, even, c2_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c2_0, odd, c2_1), low, high).Store(y);
        }

        if (TCount.Count > 3)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c3_0, even, c3_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c3_0, odd, c3_1), low, high).Store(y);
        }

        if (TCount.Count > 4)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c4_0, even, c4_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c4_0, odd, c4_1), low, high).Store(y);
        }

        if (TCount.Count > 5)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c5_0, even, c5_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c5_0, odd, c5_1), low, high).Store(y);
        }

        if (TCount.Count > 6)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c6_0, even, c6_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c6_0, odd, c6_1), low, high).Store(y);
        }

        if (TCount.Count > 7)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c7_0, even, c7_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c7_0, odd, c7_1), low, high).Store(y);
        }

        if (TCount.Count > 8)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c8_0, even, c8_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c8_0, odd, c8_1), low, high).Store(y);
        }

        if (TCount.Count > 9)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c9_0, even, c9_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c9_0, odd, c9_1), low, high).Store(y);
        }

        if (TCount.Count > 10)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c10_0, even, c10_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c10_0, odd, c10_1), low, high).Store(y);
        }

        if (TCount.Count > 11)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c11_0, even, c11_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c11_0, odd, c11_1), low, high).Store(y);
        }

        if (TCount.Count > 12)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c12_0, even, c12_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c12_0, odd, c12_1), low, high).Store(y);
        }

        if (TCount.Count > 13)
        {
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c13_0, even, c13_1), low, high).Store(y);
            y += stride;
            VectorMath.Clamp(Avx512F.PermuteVar16x32x2(c13_0, odd, c13_1), low, high).Store(y);
        }
    }

    /// <summary>Eight values, of which <paramref name="places"/> takes some several times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Several(float* values, Vector512<int> places) => Avx512F.PermuteVar16x32(Vector256.Load(values).ToVector512Unsafe(), places);
}
