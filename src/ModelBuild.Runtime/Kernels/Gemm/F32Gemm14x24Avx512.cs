using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// AVX-512 micro-kernel over one panel and the half of another: the last columns of two rows share a vector, so that no lane is empty: 21 accumulators, 2 loads, 14 broadcasts, 7 selections.
/// </summary>
internal static unsafe class F32Gemm14x24Avx512
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 14;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 24;

    /// <summary>Computes tiles of <paramref name="rows"/> rows, 1 to 14, below each other.</summary>
    /// <inheritdoc cref="Tiles{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, int tiles, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns)
    {
        switch (rows)
        {
            case 1:
                Tiles<TileRows.R1>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 2:
                Tiles<TileRows.R2>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 3:
                Tiles<TileRows.R3>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 4:
                Tiles<TileRows.R4>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 5:
                Tiles<TileRows.R5>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 6:
                Tiles<TileRows.R6>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 7:
                Tiles<TileRows.R7>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 8:
                Tiles<TileRows.R8>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 9:
                Tiles<TileRows.R9>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 10:
                Tiles<TileRows.R10>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 11:
                Tiles<TileRows.R11>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 12:
                Tiles<TileRows.R12>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 13:
                Tiles<TileRows.R13>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 14:
                Tiles<TileRows.R14>(tiles, task, a, rowOffsets, b, y, bias, residual, columns);
                break;
        }
    }

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
    /// <typeparam name="TRows">The number of rows of each.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows>(int tiles, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns)
        where TRows : struct, ITileRows
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
        int lastColumns = columns - Vector512<float>.Count;
        nint stride = task->YStride;
        nint panelStride = task->PanelStride;
        nint depthStep = task->DepthStep;
        nint runLength = task->RunLength;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        Vector512<float> upper = Vector512.Create(Vector256<float>.Zero, Vector256<float>.AllBitsSet);
        do
        {
            Vector512<float> c0 = Vector512<float>.Zero;
            Vector512<float> d0 = Vector512<float>.Zero;
            if (bias != null)
            {
                c0 = Vector512.Load(bias);
                Vector256<float> half = MaskedColumns.Load(bias + Vector512<float>.Count, lastColumns).GetLower();
                d0 = Vector512.Create(half, half);
            }

            Vector512<float> c1 = c0;
            Vector512<float> c2 = c0;
            Vector512<float> c3 = c0;
            Vector512<float> c4 = c0;
            Vector512<float> c5 = c0;
            Vector512<float> c6 = c0;
            Vector512<float> c7 = c0;
            Vector512<float> c8 = c0;
            Vector512<float> c9 = c0;
            Vector512<float> c10 = c0;
            Vector512<float> c11 = c0;
            Vector512<float> c12 = c0;
            Vector512<float> c13 = c0;
            Vector512<float> d2 = d0;
            Vector512<float> d4 = d0;
            Vector512<float> d6 = d0;
            Vector512<float> d8 = d0;
            Vector512<float> d10 = d0;
            Vector512<float> d12 = d0;

            if (task->IsDeep)
            {
                Prefetch<TRows>(y, stride);
                if (residual != null)
                {
                    Prefetch<TRows>(residual, stride);
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
                    float* end = p + runLength;
                    do
                    {
                        Vector512<float> b0 = Vector512.Load(panel);
                        Vector512<float> b1 = Avx512DQ.BroadcastVector256ToVector512(panel + panelStride);
                        Vector512<float> v = Vector512.Create(*p);
                        c0 = Vector512.FusedMultiplyAdd(v, b0, c0);
                        if (TRows.Count > 1)
                        {
                            Vector512<float> second = Vector512.Create(p[o1]);
                            c1 = Vector512.FusedMultiplyAdd(second, b0, c1);
                            v = Both(upper, v, second);
                        }

                        d0 = Vector512.FusedMultiplyAdd(v, b1, d0);

                        if (TRows.Count > 2)
                        {
                            v = Vector512.Create(p[o2]);
                            c2 = Vector512.FusedMultiplyAdd(v, b0, c2);
                            if (TRows.Count > 3)
                            {
                                Vector512<float> second = Vector512.Create(p[o3]);
                                c3 = Vector512.FusedMultiplyAdd(second, b0, c3);
                                v = Both(upper, v, second);
                            }

                            d2 = Vector512.FusedMultiplyAdd(v, b1, d2);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector512.Create(p[o4]);
                            c4 = Vector512.FusedMultiplyAdd(v, b0, c4);
                            if (TRows.Count > 5)
                            {
                                Vector512<float> second = Vector512.Create(p[o5]);
                                c5 = Vector512.FusedMultiplyAdd(second, b0, c5);
                                v = Both(upper, v, second);
                            }

                            d4 = Vector512.FusedMultiplyAdd(v, b1, d4);
                        }

                        if (TRows.Count > 6)
                        {
                            v = Vector512.Create(p[o6]);
                            c6 = Vector512.FusedMultiplyAdd(v, b0, c6);
                            if (TRows.Count > 7)
                            {
                                Vector512<float> second = Vector512.Create(p[o7]);
                                c7 = Vector512.FusedMultiplyAdd(second, b0, c7);
                                v = Both(upper, v, second);
                            }

                            d6 = Vector512.FusedMultiplyAdd(v, b1, d6);
                        }

                        if (TRows.Count > 8)
                        {
                            v = Vector512.Create(p[o8]);
                            c8 = Vector512.FusedMultiplyAdd(v, b0, c8);
                            if (TRows.Count > 9)
                            {
                                Vector512<float> second = Vector512.Create(p[o9]);
                                c9 = Vector512.FusedMultiplyAdd(second, b0, c9);
                                v = Both(upper, v, second);
                            }

                            d8 = Vector512.FusedMultiplyAdd(v, b1, d8);
                        }

                        if (TRows.Count > 10)
                        {
                            v = Vector512.Create(p[o10]);
                            c10 = Vector512.FusedMultiplyAdd(v, b0, c10);
                            if (TRows.Count > 11)
                            {
                                Vector512<float> second = Vector512.Create(p[o11]);
                                c11 = Vector512.FusedMultiplyAdd(second, b0, c11);
                                v = Both(upper, v, second);
                            }

                            d10 = Vector512.FusedMultiplyAdd(v, b1, d10);
                        }

                        if (TRows.Count > 12)
                        {
                            v = Vector512.Create(p[o12]);
                            c12 = Vector512.FusedMultiplyAdd(v, b0, c12);
                            if (TRows.Count > 13)
                            {
                                Vector512<float> second = Vector512.Create(p[o13]);
                                c13 = Vector512.FusedMultiplyAdd(second, b0, c13);
                                v = Both(upper, v, second);
                            }

                            d12 = Vector512.FusedMultiplyAdd(v, b1, d12);
                        }

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
                c0 += Vector512.Load(residual);
                d0 += Lower(residual + Vector512<float>.Count, lastColumns);

                if (TRows.Count > 1)
                {
                    residual += stride;
                    c1 += Vector512.Load(residual);
                    d0 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 2)
                {
                    residual += stride;
                    c2 += Vector512.Load(residual);
                    d2 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 3)
                {
                    residual += stride;
                    c3 += Vector512.Load(residual);
                    d2 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 4)
                {
                    residual += stride;
                    c4 += Vector512.Load(residual);
                    d4 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 5)
                {
                    residual += stride;
                    c5 += Vector512.Load(residual);
                    d4 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 6)
                {
                    residual += stride;
                    c6 += Vector512.Load(residual);
                    d6 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 7)
                {
                    residual += stride;
                    c7 += Vector512.Load(residual);
                    d6 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 8)
                {
                    residual += stride;
                    c8 += Vector512.Load(residual);
                    d8 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 9)
                {
                    residual += stride;
                    c9 += Vector512.Load(residual);
                    d8 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 10)
                {
                    residual += stride;
                    c10 += Vector512.Load(residual);
                    d10 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 11)
                {
                    residual += stride;
                    c11 += Vector512.Load(residual);
                    d10 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 12)
                {
                    residual += stride;
                    c12 += Vector512.Load(residual);
                    d12 += Lower(residual + Vector512<float>.Count, lastColumns);
                }

                if (TRows.Count > 13)
                {
                    residual += stride;
                    c13 += Vector512.Load(residual);
                    d12 += Upper(residual + Vector512<float>.Count, lastColumns);
                }

                residual += stride;
            }

            VectorMath.Clamp(c0, low, high).Store(y);
            d0 = VectorMath.Clamp(d0, low, high);
            Store(d0.GetLower(), y + Vector512<float>.Count, lastColumns);

            if (TRows.Count > 1)
            {
                y += stride;
                VectorMath.Clamp(c1, low, high).Store(y);
                Store(d0.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 2)
            {
                y += stride;
                VectorMath.Clamp(c2, low, high).Store(y);
                d2 = VectorMath.Clamp(d2, low, high);
                Store(d2.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 3)
            {
                y += stride;
                VectorMath.Clamp(c3, low, high).Store(y);
                Store(d2.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 4)
            {
                y += stride;
                VectorMath.Clamp(c4, low, high).Store(y);
                d4 = VectorMath.Clamp(d4, low, high);
                Store(d4.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 5)
            {
                y += stride;
                VectorMath.Clamp(c5, low, high).Store(y);
                Store(d4.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 6)
            {
                y += stride;
                VectorMath.Clamp(c6, low, high).Store(y);
                d6 = VectorMath.Clamp(d6, low, high);
                Store(d6.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 7)
            {
                y += stride;
                VectorMath.Clamp(c7, low, high).Store(y);
                Store(d6.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 8)
            {
                y += stride;
                VectorMath.Clamp(c8, low, high).Store(y);
                d8 = VectorMath.Clamp(d8, low, high);
                Store(d8.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 9)
            {
                y += stride;
                VectorMath.Clamp(c9, low, high).Store(y);
                Store(d8.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 10)
            {
                y += stride;
                VectorMath.Clamp(c10, low, high).Store(y);
                d10 = VectorMath.Clamp(d10, low, high);
                Store(d10.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 11)
            {
                y += stride;
                VectorMath.Clamp(c11, low, high).Store(y);
                Store(d10.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 12)
            {
                y += stride;
                VectorMath.Clamp(c12, low, high).Store(y);
                d12 = VectorMath.Clamp(d12, low, high);
                Store(d12.GetLower(), y + Vector512<float>.Count, lastColumns);
            }

            if (TRows.Count > 13)
            {
                y += stride;
                VectorMath.Clamp(c13, low, high).Store(y);
                Store(d12.GetUpper(), y + Vector512<float>.Count, lastColumns);
            }

            a += TRows.Count * task->RowStride;
            y += stride;
        }
        while (--tiles > 0);
    }

    /// <summary>The lower half of one vector and the upper one of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Both(Vector512<float> upper, Vector512<float> first, Vector512<float> second) =>
        Vector512.ConditionalSelect(upper, second, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lower(float* source, int columns) => Vector512.Create(MaskedColumns.Load(source, columns).GetLower(), Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Upper(float* source, int columns) => Vector512.Create(Vector256<float>.Zero, MaskedColumns.Load(source, columns).GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> value, float* target, int columns)
    {
        if (columns == Vector256<float>.Count)
        {
            value.Store(target);
        }
        else
        {
            MaskedColumns.Store(value.ToVector512Unsafe(), target, columns);
        }
    }

    /// <summary>Brings the lines of the tile's rows near, which are read or written behind the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TRows>(float* rows, nint stride)
        where TRows : struct, ITileRows
    {
        for (int row = 0; row < TRows.Count; row++)
        {
            Sse.Prefetch0(rows);
            Sse.Prefetch0(rows + Vector512<float>.Count);
            rows += stride;
        }
    }
}
