using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>The tile.</content>
internal static unsafe partial class F32Gemm14x32Avx512
{
    /// <summary>Computes tiles below each other.</summary>
    /// <param name="tiles">Their number, at least 1.</param>
    /// <param name="task">What all tiles of the product share.</param>
    /// <param name="a">The first element of the first tile's first row.</param>
    /// <param name="rowOffsets">The offset of every row of a tile from its first, in elements.</param>
    /// <param name="b">The first packed panel.</param>
    /// <param name="y">The first tile's first output.</param>
    /// <param name="bias">The bias of the tiles' columns, or null.</param>
    /// <param name="residual">The first tile's first residual, or null.</param>
    /// <param name="columns">The columns that bias, residual and output have.</param>
    /// <param name="ahead">What is read from memory meanwhile for a later tile.</param>
    /// <param name="aheadStep">From what is read meanwhile in a step of depth to that of the next step, in elements.</param>
    /// <typeparam name="TRows">The number of rows of each.</typeparam>
    /// <typeparam name="TColumns">Whether all columns exist: code for both would take the JIT twice as long.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows, TColumns>(int tiles, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns, float* ahead, nint aheadStep)
        where TRows : struct, ITileRows
        where TColumns : struct, ITileColumns
    {
        nint o1 = TRows.Count > 1 ? rowOffsets[1] : 0;
        nint o2 = TRows.Count > 2 ? rowOffsets[2] : 0;
        nint o3 = TRows.Count > 3 ? rowOffsets[3] : 0;
        nint o4 = TRows.Count > 4 ? rowOffsets[4] : 0;
        nint o5 = TRows.Count > 5 ? rowOffsets[5] : 0;
        nint o6 = TRows.Count > 6 ? rowOffsets[6] : 0;
        nint o7 = TRows.Count > 7 ? rowOffsets[7] : 0;
        nint o8 = TRows.Count > 8 ? rowOffsets[8] : 0;
        nint o9 = TRows.Count > 9 ? rowOffsets[9] : 0;
        nint o10 = TRows.Count > 10 ? rowOffsets[10] : 0;
        nint o11 = TRows.Count > 11 ? rowOffsets[11] : 0;
        nint o12 = TRows.Count > 12 ? rowOffsets[12] : 0;
        nint o13 = TRows.Count > 13 ? rowOffsets[13] : 0;
        int lastColumns = columns - 16;
        nint stride = task->YStride;
        nint panelStride = task->PanelStride;
        nint depthStep = task->DepthStep;
        nint runLength = task->RunLength;
        bool isBounded = task->IsBounded;
        do
        {
            Vector512<float> c0_0 = Vector512<float>.Zero;
            Vector512<float> c0_1 = Vector512<float>.Zero;
            if (bias != null)
            {
                c0_0 = Vector512.Load(bias);
                c0_1 = Load<TColumns>(bias + 16, lastColumns);
            }

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

            float* window = a;
            float* panel = b;
            nint outer = task->OuterRuns;
            do
            {
                float* run = window;
                nint inner = task->InnerRuns;
                do
                {
                    if (task->IsDeep)
                    {
                        Fetch<TRows>(task, inner, y, residual, stride);
                    }

                    float* p = run;
                    float* end = p + runLength;
                    do
                    {
                        Vector512<float> b0 = Vector512.Load(panel);
                        Vector512<float> b1 = Vector512.Load(panel + panelStride);
                        Vector512<float> v = Vector512.Create(*p);
                        c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                        if (TRows.Count > 1)
                        {
                            v = Vector512.Create(p[o1]);
                            c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector512.Create(p[o2]);
                            c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector512.Create(p[o3]);
                            c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector512.Create(p[o4]);
                            c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector512.Create(p[o5]);
                            c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        if (TRows.Count > 6)
                        {
                            v = Vector512.Create(p[o6]);
                            c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                            c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                        }

                        if (TRows.Count > 7)
                        {
                            v = Vector512.Create(p[o7]);
                            c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                            c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                        }

                        if (TRows.Count > 8)
                        {
                            v = Vector512.Create(p[o8]);
                            c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                            c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                        }

                        if (TRows.Count > 9)
                        {
                            v = Vector512.Create(p[o9]);
                            c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                            c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                        }

                        if (TRows.Count > 10)
                        {
                            v = Vector512.Create(p[o10]);
                            c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                            c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                        }

                        if (TRows.Count > 11)
                        {
                            v = Vector512.Create(p[o11]);
                            c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                            c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                        }

                        if (TRows.Count > 12)
                        {
                            v = Vector512.Create(p[o12]);
                            c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                            c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                        }

                        if (TRows.Count > 13)
                        {
                            v = Vector512.Create(p[o13]);
                            c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                            c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                        }

                        Sse.Prefetch0(panel + NearElements);
                        Sse.Prefetch0(panel + panelStride + NearElements);
                        Sse.Prefetch1(ahead);
                        ahead += aheadStep;
                        panel += depthStep;
                        p++;
                    }
                    while (p < end);
                    run += task->InnerStride;
                }
                while (--inner > 0);
                window += task->OuterStride;
            }
            while (--outer > 0);

            if (residual != null)
            {
                c0_0 += Vector512.Load(residual);
                c0_1 += Load<TColumns>(residual + 16, lastColumns);

                if (TRows.Count > 1)
                {
                    residual += stride;
                    c1_0 += Vector512.Load(residual);
                    c1_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 2)
                {
                    residual += stride;
                    c2_0 += Vector512.Load(residual);
                    c2_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 3)
                {
                    residual += stride;
                    c3_0 += Vector512.Load(residual);
                    c3_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 4)
                {
                    residual += stride;
                    c4_0 += Vector512.Load(residual);
                    c4_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 5)
                {
                    residual += stride;
                    c5_0 += Vector512.Load(residual);
                    c5_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 6)
                {
                    residual += stride;
                    c6_0 += Vector512.Load(residual);
                    c6_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 7)
                {
                    residual += stride;
                    c7_0 += Vector512.Load(residual);
                    c7_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 8)
                {
                    residual += stride;
                    c8_0 += Vector512.Load(residual);
                    c8_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 9)
                {
                    residual += stride;
                    c9_0 += Vector512.Load(residual);
                    c9_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 10)
                {
                    residual += stride;
                    c10_0 += Vector512.Load(residual);
                    c10_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 11)
                {
                    residual += stride;
                    c11_0 += Vector512.Load(residual);
                    c11_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 12)
                {
                    residual += stride;
                    c12_0 += Vector512.Load(residual);
                    c12_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                if (TRows.Count > 13)
                {
                    residual += stride;
                    c13_0 += Vector512.Load(residual);
                    c13_1 += Load<TColumns>(residual + 16, lastColumns);
                }

                residual += stride;
            }

            if (isBounded)
            {
                Vector512<float> low = Vector512.Create(task->Min);
                Vector512<float> high = Vector512.Create(task->Max);
                c0_0 = VectorMath.Clamp(c0_0, low, high);
                c0_1 = VectorMath.Clamp(c0_1, low, high);

                if (TRows.Count > 1)
                {
                    c1_0 = VectorMath.Clamp(c1_0, low, high);
                    c1_1 = VectorMath.Clamp(c1_1, low, high);
                }

                if (TRows.Count > 2)
                {
                    c2_0 = VectorMath.Clamp(c2_0, low, high);
                    c2_1 = VectorMath.Clamp(c2_1, low, high);
                }

                if (TRows.Count > 3)
                {
                    c3_0 = VectorMath.Clamp(c3_0, low, high);
                    c3_1 = VectorMath.Clamp(c3_1, low, high);
                }

                if (TRows.Count > 4)
                {
                    c4_0 = VectorMath.Clamp(c4_0, low, high);
                    c4_1 = VectorMath.Clamp(c4_1, low, high);
                }

                if (TRows.Count > 5)
                {
                    c5_0 = VectorMath.Clamp(c5_0, low, high);
                    c5_1 = VectorMath.Clamp(c5_1, low, high);
                }

                if (TRows.Count > 6)
                {
                    c6_0 = VectorMath.Clamp(c6_0, low, high);
                    c6_1 = VectorMath.Clamp(c6_1, low, high);
                }

                if (TRows.Count > 7)
                {
                    c7_0 = VectorMath.Clamp(c7_0, low, high);
                    c7_1 = VectorMath.Clamp(c7_1, low, high);
                }

                if (TRows.Count > 8)
                {
                    c8_0 = VectorMath.Clamp(c8_0, low, high);
                    c8_1 = VectorMath.Clamp(c8_1, low, high);
                }

                if (TRows.Count > 9)
                {
                    c9_0 = VectorMath.Clamp(c9_0, low, high);
                    c9_1 = VectorMath.Clamp(c9_1, low, high);
                }

                if (TRows.Count > 10)
                {
                    c10_0 = VectorMath.Clamp(c10_0, low, high);
                    c10_1 = VectorMath.Clamp(c10_1, low, high);
                }

                if (TRows.Count > 11)
                {
                    c11_0 = VectorMath.Clamp(c11_0, low, high);
                    c11_1 = VectorMath.Clamp(c11_1, low, high);
                }

                if (TRows.Count > 12)
                {
                    c12_0 = VectorMath.Clamp(c12_0, low, high);
                    c12_1 = VectorMath.Clamp(c12_1, low, high);
                }

                if (TRows.Count > 13)
                {
                    c13_0 = VectorMath.Clamp(c13_0, low, high);
                    c13_1 = VectorMath.Clamp(c13_1, low, high);
                }
            }

            if (TColumns.AreWhole)
            {
                c0_0.Store(y);
                c0_1.Store(y + 16);

                if (TRows.Count > 1)
                {
                    y += stride;
                    c1_0.Store(y);
                    c1_1.Store(y + 16);
                }

                if (TRows.Count > 2)
                {
                    y += stride;
                    c2_0.Store(y);
                    c2_1.Store(y + 16);
                }

                if (TRows.Count > 3)
                {
                    y += stride;
                    c3_0.Store(y);
                    c3_1.Store(y + 16);
                }

                if (TRows.Count > 4)
                {
                    y += stride;
                    c4_0.Store(y);
                    c4_1.Store(y + 16);
                }

                if (TRows.Count > 5)
                {
                    y += stride;
                    c5_0.Store(y);
                    c5_1.Store(y + 16);
                }

                if (TRows.Count > 6)
                {
                    y += stride;
                    c6_0.Store(y);
                    c6_1.Store(y + 16);
                }

                if (TRows.Count > 7)
                {
                    y += stride;
                    c7_0.Store(y);
                    c7_1.Store(y + 16);
                }

                if (TRows.Count > 8)
                {
                    y += stride;
                    c8_0.Store(y);
                    c8_1.Store(y + 16);
                }

                if (TRows.Count > 9)
                {
                    y += stride;
                    c9_0.Store(y);
                    c9_1.Store(y + 16);
                }

                if (TRows.Count > 10)
                {
                    y += stride;
                    c10_0.Store(y);
                    c10_1.Store(y + 16);
                }

                if (TRows.Count > 11)
                {
                    y += stride;
                    c11_0.Store(y);
                    c11_1.Store(y + 16);
                }

                if (TRows.Count > 12)
                {
                    y += stride;
                    c12_0.Store(y);
                    c12_1.Store(y + 16);
                }

                if (TRows.Count > 13)
                {
                    y += stride;
                    c13_0.Store(y);
                    c13_1.Store(y + 16);
                }
            }
            else
            {
                c0_0.Store(y);
                MaskedColumns.Store(c0_1, y + 16, lastColumns);

                if (TRows.Count > 1)
                {
                    y += stride;
                    c1_0.Store(y);
                    MaskedColumns.Store(c1_1, y + 16, lastColumns);
                }

                if (TRows.Count > 2)
                {
                    y += stride;
                    c2_0.Store(y);
                    MaskedColumns.Store(c2_1, y + 16, lastColumns);
                }

                if (TRows.Count > 3)
                {
                    y += stride;
                    c3_0.Store(y);
                    MaskedColumns.Store(c3_1, y + 16, lastColumns);
                }

                if (TRows.Count > 4)
                {
                    y += stride;
                    c4_0.Store(y);
                    MaskedColumns.Store(c4_1, y + 16, lastColumns);
                }

                if (TRows.Count > 5)
                {
                    y += stride;
                    c5_0.Store(y);
                    MaskedColumns.Store(c5_1, y + 16, lastColumns);
                }

                if (TRows.Count > 6)
                {
                    y += stride;
                    c6_0.Store(y);
                    MaskedColumns.Store(c6_1, y + 16, lastColumns);
                }

                if (TRows.Count > 7)
                {
                    y += stride;
                    c7_0.Store(y);
                    MaskedColumns.Store(c7_1, y + 16, lastColumns);
                }

                if (TRows.Count > 8)
                {
                    y += stride;
                    c8_0.Store(y);
                    MaskedColumns.Store(c8_1, y + 16, lastColumns);
                }

                if (TRows.Count > 9)
                {
                    y += stride;
                    c9_0.Store(y);
                    MaskedColumns.Store(c9_1, y + 16, lastColumns);
                }

                if (TRows.Count > 10)
                {
                    y += stride;
                    c10_0.Store(y);
                    MaskedColumns.Store(c10_1, y + 16, lastColumns);
                }

                if (TRows.Count > 11)
                {
                    y += stride;
                    c11_0.Store(y);
                    MaskedColumns.Store(c11_1, y + 16, lastColumns);
                }

                if (TRows.Count > 12)
                {
                    y += stride;
                    c12_0.Store(y);
                    MaskedColumns.Store(c12_1, y + 16, lastColumns);
                }

                if (TRows.Count > 13)
                {
                    y += stride;
                    c13_0.Store(y);
                    MaskedColumns.Store(c13_1, y + 16, lastColumns);
                }
            }

            a += TRows.Count * task->RowStride;
            y += stride;
        }
        while (--tiles > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load<TColumns>(float* source, int lastColumns)
        where TColumns : struct, ITileColumns => TColumns.AreWhole ? Vector512.Load(source) : MaskedColumns.Load(source, lastColumns);

    /// <summary>Brings the lines near that are added or written behind the sums, in parts before the runs: those of the residual before the first ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TRows>(F32GemmTask* task, nint runsLeft, float* y, float* residual, nint stride)
        where TRows : struct, ITileRows
    {
        if (task->InnerRuns != F32GemmTask.FarRuns)
        {
            FetchPart(y, TRows.Count, stride);
            FetchPart(residual == null ? y : residual, TRows.Count, stride);
            return;
        }

        const int Parts = F32GemmTask.FarRuns / 2;
        int rows = (TRows.Count + Parts - 1) / Parts;
        if (runsLeft <= Parts)
        {
            FetchPart(y + ((runsLeft - 1) * rows * stride), rows, stride);
        }
        else if (residual != null)
        {
            FetchPart(residual + ((runsLeft - Parts - 1) * rows * stride), rows, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchPart(float* rows, int count, nint stride)
    {
        for (int row = 0; row < count; row++)
        {
            Sse.Prefetch0(rows);
            Sse.Prefetch0(rows + 16);
            rows += stride;
        }
    }
}
