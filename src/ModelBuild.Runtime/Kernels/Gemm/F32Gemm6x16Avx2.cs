using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX2 micro-kernel over one panel: 12 accumulators of the 16 registers.</summary>
internal static unsafe class F32Gemm6x16Avx2
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 6;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 16;

    /// <summary>The steps of depth of one pass of the loop: a processor foresees the end of a loop only if it comes soon.</summary>
    internal const int StepsTogether = 4;

    /// <summary>Computes tiles of <paramref name="rows"/> rows, 1 to 6, below each other. The parameters are in the order of the kernel's, which then takes them over where they are.</summary>
    /// <inheritdoc cref="Tiles{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, float* ahead, nint aheadStep, int tiles, int rows)
    {
        switch (rows)
        {
            case 1:
                Tiles<TileRows.R1>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
            case 2:
                Tiles<TileRows.R2>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
            case 3:
                Tiles<TileRows.R3>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
            case 4:
                Tiles<TileRows.R4>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
            case 5:
                Tiles<TileRows.R5>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
            case 6:
                Tiles<TileRows.R6>(task, a, rowOffsets, b, y, bias, residual, ahead, aheadStep, tiles);
                break;
        }
    }

    /// <summary>Computes tiles below each other.</summary>
    /// <param name="task">What all tiles of the product share.</param>
    /// <param name="a">The first element of the first tile's first row.</param>
    /// <param name="rowOffsets">The offset of every row of a tile from its first, in elements.</param>
    /// <param name="b">The packed panel.</param>
    /// <param name="y">The first tile's first output.</param>
    /// <param name="bias">The bias of the tiles' columns, or null.</param>
    /// <param name="residual">The first tile's first residual, or null.</param>
    /// <param name="ahead">What is read from memory meanwhile for a later tile.</param>
    /// <param name="aheadStep">From what is read meanwhile in <see cref="StepsTogether"/> steps of depth to that of the next, in elements.</param>
    /// <param name="tiles">The number of tiles, at least 1.</param>
    /// <typeparam name="TRows">The number of rows of each.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows>(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, float* ahead, nint aheadStep, int tiles)
        where TRows : struct, ITileRows
    {
        nint o1 = TRows.Count > 1 ? rowOffsets[1] : 0;
        nint o2 = TRows.Count > 2 ? rowOffsets[2] : 0;
        nint o3 = TRows.Count > 3 ? rowOffsets[3] : 0;
        nint o4 = TRows.Count > 4 ? rowOffsets[4] : 0;
        nint o5 = TRows.Count > 5 ? rowOffsets[5] : 0;
        nint depthStep = task->DepthStep;
        bool hasLow = !float.IsNegativeInfinity(task->Min);
        bool hasHigh = !float.IsPositiveInfinity(task->Max);
        do
        {
            Vector256<float> c0_0 = Vector256<float>.Zero;
            Vector256<float> c0_1 = Vector256<float>.Zero;
            if (bias != null)
            {
                c0_0 = Vector256.Load(bias);
                c0_1 = Vector256.Load(bias + 8);
            }

            Vector256<float> c1_0 = c0_0;
            Vector256<float> c1_1 = c0_1;
            Vector256<float> c2_0 = c0_0;
            Vector256<float> c2_1 = c0_1;
            Vector256<float> c3_0 = c0_0;
            Vector256<float> c3_1 = c0_1;
            Vector256<float> c4_0 = c0_0;
            Vector256<float> c4_1 = c0_1;
            Vector256<float> c5_0 = c0_0;
            Vector256<float> c5_1 = c0_1;

            if (task->IsDeep)
            {
                Fetch<TRows>(y, task->YStride);
                if (residual != null)
                {
                    Fetch<TRows>(residual, task->YStride);
                }
            }

            float* window = a;
            float* panel = b;
            nint outer = task->OuterRuns;
            do
            {
                float* run = window;
                nint inner = task->InnerRuns;
                do
                {
                    float* p = run;
                    nint steps = task->RunLength;
                    while (steps >= StepsTogether)
                    {
                        Sse.Prefetch1(ahead);
                        Vector256<float> b0 = Vector256.Load(panel);
                        Vector256<float> b1 = Vector256.Load(panel + 8);
                        Vector256<float> v = Vector256.Create(p[0]);
                        c0_0 = Vector256.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(v, b1, c0_1);
                        if (TRows.Count > 1)
                        {
                            v = Vector256.Create(p[o1]);
                            c1_0 = Vector256.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector256.Create(p[o2]);
                            c2_0 = Vector256.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector256.Create(p[o3]);
                            c3_0 = Vector256.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector256.Create(p[o4]);
                            c4_0 = Vector256.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector256.Create(p[o5]);
                            c5_0 = Vector256.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        panel += depthStep;
                        b0 = Vector256.Load(panel);
                        b1 = Vector256.Load(panel + 8);
                        v = Vector256.Create(p[1]);
                        c0_0 = Vector256.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(v, b1, c0_1);
                        if (TRows.Count > 1)
                        {
                            v = Vector256.Create(p[o1 + 1]);
                            c1_0 = Vector256.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector256.Create(p[o2 + 1]);
                            c2_0 = Vector256.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector256.Create(p[o3 + 1]);
                            c3_0 = Vector256.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector256.Create(p[o4 + 1]);
                            c4_0 = Vector256.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector256.Create(p[o5 + 1]);
                            c5_0 = Vector256.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        panel += depthStep;
                        b0 = Vector256.Load(panel);
                        b1 = Vector256.Load(panel + 8);
                        v = Vector256.Create(p[2]);
                        c0_0 = Vector256.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(v, b1, c0_1);
                        if (TRows.Count > 1)
                        {
                            v = Vector256.Create(p[o1 + 2]);
                            c1_0 = Vector256.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector256.Create(p[o2 + 2]);
                            c2_0 = Vector256.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector256.Create(p[o3 + 2]);
                            c3_0 = Vector256.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector256.Create(p[o4 + 2]);
                            c4_0 = Vector256.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector256.Create(p[o5 + 2]);
                            c5_0 = Vector256.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        panel += depthStep;
                        b0 = Vector256.Load(panel);
                        b1 = Vector256.Load(panel + 8);
                        v = Vector256.Create(p[3]);
                        c0_0 = Vector256.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(v, b1, c0_1);
                        if (TRows.Count > 1)
                        {
                            v = Vector256.Create(p[o1 + 3]);
                            c1_0 = Vector256.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector256.Create(p[o2 + 3]);
                            c2_0 = Vector256.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector256.Create(p[o3 + 3]);
                            c3_0 = Vector256.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector256.Create(p[o4 + 3]);
                            c4_0 = Vector256.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector256.Create(p[o5 + 3]);
                            c5_0 = Vector256.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        panel += depthStep;
                        p += StepsTogether;
                        ahead += aheadStep;
                        steps -= StepsTogether;
                    }

                    while (steps > 0)
                    {
                        Vector256<float> b0 = Vector256.Load(panel);
                        Vector256<float> b1 = Vector256.Load(panel + 8);
                        Vector256<float> v = Vector256.Create(p[0]);
                        c0_0 = Vector256.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(v, b1, c0_1);
                        if (TRows.Count > 1)
                        {
                            v = Vector256.Create(p[o1]);
                            c1_0 = Vector256.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector256.Create(p[o2]);
                            c2_0 = Vector256.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector256.Create(p[o3]);
                            c3_0 = Vector256.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector256.Create(p[o4]);
                            c4_0 = Vector256.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector256.Create(p[o5]);
                            c5_0 = Vector256.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        panel += depthStep;
                        p++;
                        steps--;
                    }

                    run += task->InnerStride;
                }
                while (--inner > 0);
                window += task->OuterStride;
            }
            while (--outer > 0);

            nint stride = task->YStride;
            if (residual != null)
            {
                c0_0 += Vector256.Load(residual);
                c0_1 += Vector256.Load(residual + 8);
                if (TRows.Count > 1)
                {
                    c1_0 += Vector256.Load(residual + stride);
                    c1_1 += Vector256.Load(residual + stride + 8);
                }

                if (TRows.Count > 2)
                {
                    c2_0 += Vector256.Load(residual + (2 * stride));
                    c2_1 += Vector256.Load(residual + (2 * stride) + 8);
                }

                if (TRows.Count > 3)
                {
                    c3_0 += Vector256.Load(residual + (3 * stride));
                    c3_1 += Vector256.Load(residual + (3 * stride) + 8);
                }

                if (TRows.Count > 4)
                {
                    c4_0 += Vector256.Load(residual + (4 * stride));
                    c4_1 += Vector256.Load(residual + (4 * stride) + 8);
                }

                if (TRows.Count > 5)
                {
                    c5_0 += Vector256.Load(residual + (5 * stride));
                    c5_1 += Vector256.Load(residual + (5 * stride) + 8);
                }

                residual += TRows.Count * stride;
            }

            if (hasLow)
            {
                Vector256<float> low = Vector256.Create(task->Min);
                c0_0 = NativeMath.Max(low, c0_0);
                c0_1 = NativeMath.Max(low, c0_1);
                c1_0 = NativeMath.Max(low, c1_0);
                c1_1 = NativeMath.Max(low, c1_1);
                c2_0 = NativeMath.Max(low, c2_0);
                c2_1 = NativeMath.Max(low, c2_1);
                c3_0 = NativeMath.Max(low, c3_0);
                c3_1 = NativeMath.Max(low, c3_1);
                c4_0 = NativeMath.Max(low, c4_0);
                c4_1 = NativeMath.Max(low, c4_1);
                c5_0 = NativeMath.Max(low, c5_0);
                c5_1 = NativeMath.Max(low, c5_1);
            }

            if (hasHigh)
            {
                Vector256<float> high = Vector256.Create(task->Max);
                c0_0 = NativeMath.Min(high, c0_0);
                c0_1 = NativeMath.Min(high, c0_1);
                c1_0 = NativeMath.Min(high, c1_0);
                c1_1 = NativeMath.Min(high, c1_1);
                c2_0 = NativeMath.Min(high, c2_0);
                c2_1 = NativeMath.Min(high, c2_1);
                c3_0 = NativeMath.Min(high, c3_0);
                c3_1 = NativeMath.Min(high, c3_1);
                c4_0 = NativeMath.Min(high, c4_0);
                c4_1 = NativeMath.Min(high, c4_1);
                c5_0 = NativeMath.Min(high, c5_0);
                c5_1 = NativeMath.Min(high, c5_1);
            }

            c0_0.Store(y);
            c0_1.Store(y + 8);
            if (TRows.Count > 1)
            {
                c1_0.Store(y + stride);
                c1_1.Store(y + stride + 8);
            }

            if (TRows.Count > 2)
            {
                c2_0.Store(y + (2 * stride));
                c2_1.Store(y + (2 * stride) + 8);
            }

            if (TRows.Count > 3)
            {
                c3_0.Store(y + (3 * stride));
                c3_1.Store(y + (3 * stride) + 8);
            }

            if (TRows.Count > 4)
            {
                c4_0.Store(y + (4 * stride));
                c4_1.Store(y + (4 * stride) + 8);
            }

            if (TRows.Count > 5)
            {
                c5_0.Store(y + (5 * stride));
                c5_1.Store(y + (5 * stride) + 8);
            }

            a += TRows.Count * task->RowStride;
            y += TRows.Count * stride;
        }
        while (--tiles > 0);
    }

    /// <summary>Has lines of a result that is far from the processor fetched while the sums are computed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TRows>(float* rows, nint stride)
        where TRows : struct, ITileRows
    {
        for (int row = 0; row < TRows.Count; row++, rows += stride)
        {
            Sse.Prefetch0(rows);
        }
    }
}
