using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// AVX-512 products of short matrices over one panel of 16 columns like <see cref="WinogradProduct14x16"/>, two steps of depth at once as in <see cref="F32GemmPairs14x16Avx512"/>, for convolutions that have
/// no other columns.
/// </summary>
internal static unsafe class WinogradPairs14x16
{
    /// <summary>The columns.</summary>
    internal const int Columns = 16;

    /// <summary>Computes <paramref name="count"/> tiles of <paramref name="rows"/> rows, 1 to 14.</summary>
    /// <inheritdoc cref="Tiles{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, int count, float* a, nint stride, nint depth, float* b, float* y, nint yStride)
    {
        switch (rows)
        {
            case 1:
                Tiles<TileRows.R1>(count, a, stride, depth, b, y, yStride);
                break;
            case 2:
                Tiles<TileRows.R2>(count, a, stride, depth, b, y, yStride);
                break;
            case 3:
                Tiles<TileRows.R3>(count, a, stride, depth, b, y, yStride);
                break;
            case 4:
                Tiles<TileRows.R4>(count, a, stride, depth, b, y, yStride);
                break;
            case 5:
                Tiles<TileRows.R5>(count, a, stride, depth, b, y, yStride);
                break;
            case 6:
                Tiles<TileRows.R6>(count, a, stride, depth, b, y, yStride);
                break;
            case 7:
                Tiles<TileRows.R7>(count, a, stride, depth, b, y, yStride);
                break;
            case 8:
                Tiles<TileRows.R8>(count, a, stride, depth, b, y, yStride);
                break;
            case 9:
                Tiles<TileRows.R9>(count, a, stride, depth, b, y, yStride);
                break;
            case 10:
                Tiles<TileRows.R10>(count, a, stride, depth, b, y, yStride);
                break;
            case 11:
                Tiles<TileRows.R11>(count, a, stride, depth, b, y, yStride);
                break;
            case 12:
                Tiles<TileRows.R12>(count, a, stride, depth, b, y, yStride);
                break;
            case 13:
                Tiles<TileRows.R13>(count, a, stride, depth, b, y, yStride);
                break;
            case 14:
                Tiles<TileRows.R14>(count, a, stride, depth, b, y, yStride);
                break;
        }
    }

    /// <summary>Computes tiles.</summary>
    /// <param name="count">The number of tiles, at least 1.</param>
    /// <param name="a">The first row of the left operand.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="depth">The elements of a row, at least 1.</param>
    /// <param name="b">The packed panel.</param>
    /// <param name="y">The first row of the result.</param>
    /// <param name="yStride">From a row of the result to the next.</param>
    /// <typeparam name="TRows">The number of rows of a tile.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows>(int count, float* a, nint stride, nint depth, float* b, float* y, nint yStride)
        where TRows : struct, ITileRows
    {
        // Three rows to a pointer, so that all addresses stay in registers.
        nint twice = 2 * stride;
        do
        {
            float* p0 = a;
            float* p3 = a + (3 * stride);
            float* p6 = a + (6 * stride);
            float* p9 = a + (9 * stride);
            float* p12 = a + (12 * stride);
            float* panel = b;
            float* end = a + (depth & ~1);
            Vector512<float> c0_0 = Vector512<float>.Zero;
            Vector512<float> c0_1 = Vector512<float>.Zero;
            Vector512<float> c1_0 = Vector512<float>.Zero;
            Vector512<float> c1_1 = Vector512<float>.Zero;
            Vector512<float> c2_0 = Vector512<float>.Zero;
            Vector512<float> c2_1 = Vector512<float>.Zero;
            Vector512<float> c3_0 = Vector512<float>.Zero;
            Vector512<float> c3_1 = Vector512<float>.Zero;
            Vector512<float> c4_0 = Vector512<float>.Zero;
            Vector512<float> c4_1 = Vector512<float>.Zero;
            Vector512<float> c5_0 = Vector512<float>.Zero;
            Vector512<float> c5_1 = Vector512<float>.Zero;
            Vector512<float> c6_0 = Vector512<float>.Zero;
            Vector512<float> c6_1 = Vector512<float>.Zero;
            Vector512<float> c7_0 = Vector512<float>.Zero;
            Vector512<float> c7_1 = Vector512<float>.Zero;
            Vector512<float> c8_0 = Vector512<float>.Zero;
            Vector512<float> c8_1 = Vector512<float>.Zero;
            Vector512<float> c9_0 = Vector512<float>.Zero;
            Vector512<float> c9_1 = Vector512<float>.Zero;
            Vector512<float> c10_0 = Vector512<float>.Zero;
            Vector512<float> c10_1 = Vector512<float>.Zero;
            Vector512<float> c11_0 = Vector512<float>.Zero;
            Vector512<float> c11_1 = Vector512<float>.Zero;
            Vector512<float> c12_0 = Vector512<float>.Zero;
            Vector512<float> c12_1 = Vector512<float>.Zero;
            Vector512<float> c13_0 = Vector512<float>.Zero;
            Vector512<float> c13_1 = Vector512<float>.Zero;
            while (p0 < end)
            {
                Vector512<float> even = Vector512.Load(panel);
                Vector512<float> odd = Vector512.Load(panel + Columns);
                Vector512<float> b0 = Avx512F.UnpackLow(even, odd);
                Vector512<float> b1 = Avx512F.UnpackHigh(even, odd);
                Vector512<float> v = Vector512.Create(*(double*)p0).AsSingle();
                c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                if (TRows.Count > 1)
                {
                    v = Vector512.Create(*(double*)(p0 + stride)).AsSingle();
                    c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                    c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                }

                if (TRows.Count > 2)
                {
                    v = Vector512.Create(*(double*)(p0 + twice)).AsSingle();
                    c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                    c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                }

                if (TRows.Count > 3)
                {
                    v = Vector512.Create(*(double*)p3).AsSingle();
                    c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                    c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                }

                if (TRows.Count > 4)
                {
                    v = Vector512.Create(*(double*)(p3 + stride)).AsSingle();
                    c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                    c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                }

                if (TRows.Count > 5)
                {
                    v = Vector512.Create(*(double*)(p3 + twice)).AsSingle();
                    c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                    c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                }

                if (TRows.Count > 6)
                {
                    v = Vector512.Create(*(double*)p6).AsSingle();
                    c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                    c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                }

                if (TRows.Count > 7)
                {
                    v = Vector512.Create(*(double*)(p6 + stride)).AsSingle();
                    c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                    c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                }

                if (TRows.Count > 8)
                {
                    v = Vector512.Create(*(double*)(p6 + twice)).AsSingle();
                    c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                    c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                }

                if (TRows.Count > 9)
                {
                    v = Vector512.Create(*(double*)p9).AsSingle();
                    c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                    c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                }

                if (TRows.Count > 10)
                {
                    v = Vector512.Create(*(double*)(p9 + stride)).AsSingle();
                    c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                    c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                }

                if (TRows.Count > 11)
                {
                    v = Vector512.Create(*(double*)(p9 + twice)).AsSingle();
                    c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                    c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                }

                if (TRows.Count > 12)
                {
                    v = Vector512.Create(*(double*)p12).AsSingle();
                    c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                    c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                }

                if (TRows.Count > 13)
                {
                    v = Vector512.Create(*(double*)(p12 + stride)).AsSingle();
                    c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                    c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                }

                panel += 2 * Columns;
                p0 += 2;
                p3 += 2;
                p6 += 2;
                p9 += 2;
                p12 += 2;
            }

            if ((depth & 1) != 0)
            {
                Vector512<float> last = Vector512.Load(panel);
                Vector512<float> b0 = Avx512F.UnpackLow(last, Vector512<float>.Zero);
                Vector512<float> b1 = Avx512F.UnpackHigh(last, Vector512<float>.Zero);
                Vector512<float> v = Vector512.Create((ulong)*(uint*)p0).AsSingle();
                c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                if (TRows.Count > 1)
                {
                    v = Vector512.Create((ulong)*(uint*)(p0 + stride)).AsSingle();
                    c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                    c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                }

                if (TRows.Count > 2)
                {
                    v = Vector512.Create((ulong)*(uint*)(p0 + twice)).AsSingle();
                    c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                    c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                }

                if (TRows.Count > 3)
                {
                    v = Vector512.Create((ulong)*(uint*)p3).AsSingle();
                    c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                    c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                }

                if (TRows.Count > 4)
                {
                    v = Vector512.Create((ulong)*(uint*)(p3 + stride)).AsSingle();
                    c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                    c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                }

                if (TRows.Count > 5)
                {
                    v = Vector512.Create((ulong)*(uint*)(p3 + twice)).AsSingle();
                    c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                    c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                }

                if (TRows.Count > 6)
                {
                    v = Vector512.Create((ulong)*(uint*)p6).AsSingle();
                    c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                    c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                }

                if (TRows.Count > 7)
                {
                    v = Vector512.Create((ulong)*(uint*)(p6 + stride)).AsSingle();
                    c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                    c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                }

                if (TRows.Count > 8)
                {
                    v = Vector512.Create((ulong)*(uint*)(p6 + twice)).AsSingle();
                    c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                    c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                }

                if (TRows.Count > 9)
                {
                    v = Vector512.Create((ulong)*(uint*)p9).AsSingle();
                    c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                    c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                }

                if (TRows.Count > 10)
                {
                    v = Vector512.Create((ulong)*(uint*)(p9 + stride)).AsSingle();
                    c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                    c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                }

                if (TRows.Count > 11)
                {
                    v = Vector512.Create((ulong)*(uint*)(p9 + twice)).AsSingle();
                    c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                    c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                }

                if (TRows.Count > 12)
                {
                    v = Vector512.Create((ulong)*(uint*)p12).AsSingle();
                    c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                    c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                }

                if (TRows.Count > 13)
                {
                    v = Vector512.Create((ulong)*(uint*)(p12 + stride)).AsSingle();
                    c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                    c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                }
            }

            float* line = y;
            Sum(c0_0, c0_1).Store(line);

            if (TRows.Count > 1)
            {
                line += yStride;
                Sum(c1_0, c1_1).Store(line);
            }

            if (TRows.Count > 2)
            {
                line += yStride;
                Sum(c2_0, c2_1).Store(line);
            }

            if (TRows.Count > 3)
            {
                line += yStride;
                Sum(c3_0, c3_1).Store(line);
            }

            if (TRows.Count > 4)
            {
                line += yStride;
                Sum(c4_0, c4_1).Store(line);
            }

            if (TRows.Count > 5)
            {
                line += yStride;
                Sum(c5_0, c5_1).Store(line);
            }

            if (TRows.Count > 6)
            {
                line += yStride;
                Sum(c6_0, c6_1).Store(line);
            }

            if (TRows.Count > 7)
            {
                line += yStride;
                Sum(c7_0, c7_1).Store(line);
            }

            if (TRows.Count > 8)
            {
                line += yStride;
                Sum(c8_0, c8_1).Store(line);
            }

            if (TRows.Count > 9)
            {
                line += yStride;
                Sum(c9_0, c9_1).Store(line);
            }

            if (TRows.Count > 10)
            {
                line += yStride;
                Sum(c10_0, c10_1).Store(line);
            }

            if (TRows.Count > 11)
            {
                line += yStride;
                Sum(c11_0, c11_1).Store(line);
            }

            if (TRows.Count > 12)
            {
                line += yStride;
                Sum(c12_0, c12_1).Store(line);
            }

            if (TRows.Count > 13)
            {
                line += yStride;
                Sum(c13_0, c13_1).Store(line);
            }

            a += TRows.Count * stride;
            y += TRows.Count * yStride;
        }
        while (--count > 0);
    }

    /// <summary>The sums of every column over its even and its odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(Vector512<float> first, Vector512<float> second) =>
        Avx512F.Shuffle(first, second, 0b10_00_10_00) + Avx512F.Shuffle(first, second, 0b11_01_11_01);
}
