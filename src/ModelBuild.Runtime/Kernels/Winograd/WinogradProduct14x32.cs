using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 products of short matrices over two panels of 16 columns: tiles of equal height one below the other, nothing added, nothing limited.</summary>
internal static unsafe class WinogradProduct14x32
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 14;

    /// <summary>From a step of a panel to what is brought into the first-level cache meanwhile: eight steps.</summary>
    private const int NearElements = 8 * GemmPacking.PanelWidth;

    /// <summary>Computes <paramref name="count"/> tiles of <paramref name="rows"/> rows, 1 to 14.</summary>
    /// <inheritdoc cref="Tiles{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, int count, float* a, nint stride, nint depth, float* b, nint panelStride, float* y, nint yStride, nint next)
    {
        switch (rows)
        {
            case 1:
                Tiles<TileRows.R1>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 2:
                Tiles<TileRows.R2>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 3:
                Tiles<TileRows.R3>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 4:
                Tiles<TileRows.R4>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 5:
                Tiles<TileRows.R5>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 6:
                Tiles<TileRows.R6>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 7:
                Tiles<TileRows.R7>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 8:
                Tiles<TileRows.R8>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 9:
                Tiles<TileRows.R9>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 10:
                Tiles<TileRows.R10>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 11:
                Tiles<TileRows.R11>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 12:
                Tiles<TileRows.R12>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 13:
                Tiles<TileRows.R13>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
            case 14:
                Tiles<TileRows.R14>(count, a, stride, depth, b, panelStride, y, yStride, next);
                break;
        }
    }

    /// <summary>Computes tiles.</summary>
    /// <param name="count">The number of tiles, at least 1.</param>
    /// <param name="a">The first row of the left operand.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="depth">The elements of a row, at least 1.</param>
    /// <param name="b">The first packed panel.</param>
    /// <param name="panelStride">From a panel to the next.</param>
    /// <param name="y">The first row of the result.</param>
    /// <param name="yStride">From a row of the result to the next.</param>
    /// <param name="next">From a step of the first panel to what is brought near for a later product meanwhile; from tile to tile a panel further.</param>
    /// <typeparam name="TRows">The number of rows of a tile.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows>(int count, float* a, nint stride, nint depth, float* b, nint panelStride, float* y, nint yStride, nint next)
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
            float* end = a + depth;
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
            do
            {
                Vector512<float> b0 = Vector512.Load(panel);
                Vector512<float> b1 = Vector512.Load(panel + panelStride);
                Vector512<float> v = Vector512.Create(*p0);
                c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                if (TRows.Count > 1)
                {
                    v = Vector512.Create(p0[stride]);
                    c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                    c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                }

                if (TRows.Count > 2)
                {
                    v = Vector512.Create(p0[twice]);
                    c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                    c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                }

                if (TRows.Count > 3)
                {
                    v = Vector512.Create(*p3);
                    c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                    c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                }

                if (TRows.Count > 4)
                {
                    v = Vector512.Create(p3[stride]);
                    c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                    c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                }

                if (TRows.Count > 5)
                {
                    v = Vector512.Create(p3[twice]);
                    c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                    c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                }

                if (TRows.Count > 6)
                {
                    v = Vector512.Create(*p6);
                    c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                    c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                }

                if (TRows.Count > 7)
                {
                    v = Vector512.Create(p6[stride]);
                    c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                    c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                }

                if (TRows.Count > 8)
                {
                    v = Vector512.Create(p6[twice]);
                    c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                    c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                }

                if (TRows.Count > 9)
                {
                    v = Vector512.Create(*p9);
                    c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                    c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                }

                if (TRows.Count > 10)
                {
                    v = Vector512.Create(p9[stride]);
                    c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                    c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                }

                if (TRows.Count > 11)
                {
                    v = Vector512.Create(p9[twice]);
                    c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                    c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                }

                if (TRows.Count > 12)
                {
                    v = Vector512.Create(*p12);
                    c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                    c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                }

                if (TRows.Count > 13)
                {
                    v = Vector512.Create(p12[stride]);
                    c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                    c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                }

                Sse.Prefetch0(panel + NearElements);
                Sse.Prefetch0(panel + panelStride + NearElements);
                Sse.Prefetch1(panel + next);
                panel += 16;
                p0++;
                p3++;
                p6++;
                p9++;
                p12++;
            }
            while (p0 < end);

            float* line = y;
            c0_0.Store(line);
            c0_1.Store(line + 16);

            if (TRows.Count > 1)
            {
                line += yStride;
                c1_0.Store(line);
                c1_1.Store(line + 16);
            }

            if (TRows.Count > 2)
            {
                line += yStride;
                c2_0.Store(line);
                c2_1.Store(line + 16);
            }

            if (TRows.Count > 3)
            {
                line += yStride;
                c3_0.Store(line);
                c3_1.Store(line + 16);
            }

            if (TRows.Count > 4)
            {
                line += yStride;
                c4_0.Store(line);
                c4_1.Store(line + 16);
            }

            if (TRows.Count > 5)
            {
                line += yStride;
                c5_0.Store(line);
                c5_1.Store(line + 16);
            }

            if (TRows.Count > 6)
            {
                line += yStride;
                c6_0.Store(line);
                c6_1.Store(line + 16);
            }

            if (TRows.Count > 7)
            {
                line += yStride;
                c7_0.Store(line);
                c7_1.Store(line + 16);
            }

            if (TRows.Count > 8)
            {
                line += yStride;
                c8_0.Store(line);
                c8_1.Store(line + 16);
            }

            if (TRows.Count > 9)
            {
                line += yStride;
                c9_0.Store(line);
                c9_1.Store(line + 16);
            }

            if (TRows.Count > 10)
            {
                line += yStride;
                c10_0.Store(line);
                c10_1.Store(line + 16);
            }

            if (TRows.Count > 11)
            {
                line += yStride;
                c11_0.Store(line);
                c11_1.Store(line + 16);
            }

            if (TRows.Count > 12)
            {
                line += yStride;
                c12_0.Store(line);
                c12_1.Store(line + 16);
            }

            if (TRows.Count > 13)
            {
                line += yStride;
                c13_0.Store(line);
                c13_1.Store(line + 16);
            }

            a += TRows.Count * stride;
            y += TRows.Count * yStride;
            next += panelStride;
        }
        while (--count > 0);
    }
}
