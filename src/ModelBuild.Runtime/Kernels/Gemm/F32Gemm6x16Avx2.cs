using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX2 micro-kernel over one panel, whole or partial: 12 accumulators of the 16 registers; partial columns are masked.</summary>
internal static unsafe class F32Gemm6x16Avx2
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 6;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 16;

    /// <summary>Computes a tile of <paramref name="rows"/> rows, 1 to 6.</summary>
    /// <inheritdoc cref="Tile{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns)
    {
        switch (rows)
        {
            case 1:
                Tile<TileRows.R1>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 2:
                Tile<TileRows.R2>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 3:
                Tile<TileRows.R3>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 4:
                Tile<TileRows.R4>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 5:
                Tile<TileRows.R5>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
            case 6:
                Tile<TileRows.R6>(task, a, rowOffsets, b, y, bias, residual, columns);
                break;
        }
    }

    /// <summary>Computes one tile.</summary>
    /// <param name="task">What all tiles of the product share.</param>
    /// <param name="a">The first element of the tile's first row.</param>
    /// <param name="rowOffsets">The offset of every row from <paramref name="a"/>, in elements.</param>
    /// <param name="b">The first packed panel.</param>
    /// <param name="y">The tile's first output.</param>
    /// <param name="bias">The bias of the tile's columns, or null.</param>
    /// <param name="residual">The tile's first residual, or null.</param>
    /// <param name="columns">The columns to store, 1 to 16.</param>
    /// <typeparam name="TRows">The number of rows.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns)
        where TRows : struct, ITileRows
    {
        nint o1 = TRows.Count > 1 ? rowOffsets[1] : 0;
        nint o2 = TRows.Count > 2 ? rowOffsets[2] : 0;
        nint o3 = TRows.Count > 3 ? rowOffsets[3] : 0;
        nint o4 = TRows.Count > 4 ? rowOffsets[4] : 0;
        nint o5 = TRows.Count > 5 ? rowOffsets[5] : 0;
        Vector256<float> c0_0 = Vector256<float>.Zero;
        Vector256<float> c0_1 = Vector256<float>.Zero;
        if (bias != null)
        {
            c0_0 = Avx.MaskLoad(bias, Mask0(columns));
            c0_1 = Avx.MaskLoad(bias + 8, Mask1(columns));
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

        nint depthStep = task->DepthStep;
        nint runLength = task->RunLength;
        nint outer = task->OuterRuns;
        do
        {
            float* run = a;
            nint inner = task->InnerRuns;
            do
            {
                float* p = run;
                float* end = p + runLength;
                do
                {
                    Vector256<float> b0 = Vector256.Load(b);
                    Vector256<float> b1 = Vector256.Load(b + 8);
                    Vector256<float> v = Vector256.Create(*p);
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

                    b += depthStep;
                    p++;
                }
                while (p < end);
                run += task->InnerStride;
            }
            while (--inner > 0);
            a += task->OuterStride;
        }
        while (--outer > 0);

        nint stride = task->YStride;
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        Store(c0_0, c0_1, y, residual, task->Clamp, low, high, columns);

        if (TRows.Count > 1)
        {
            Store(c1_0, c1_1, y + stride, residual == null ? null : residual + stride, task->Clamp, low, high, columns);
        }

        if (TRows.Count > 2)
        {
            Store(c2_0, c2_1, y + (2 * stride), residual == null ? null : residual + (2 * stride), task->Clamp, low, high, columns);
        }

        if (TRows.Count > 3)
        {
            Store(c3_0, c3_1, y + (3 * stride), residual == null ? null : residual + (3 * stride), task->Clamp, low, high, columns);
        }

        if (TRows.Count > 4)
        {
            Store(c4_0, c4_1, y + (4 * stride), residual == null ? null : residual + (4 * stride), task->Clamp, low, high, columns);
        }

        if (TRows.Count > 5)
        {
            Store(c5_0, c5_1, y + (5 * stride), residual == null ? null : residual + (5 * stride), task->Clamp, low, high, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> c0, Vector256<float> c1, float* y, float* residual, bool clamp, Vector256<float> low, Vector256<float> high, int columns)
    {
        if (residual != null)
        {
            c0 += Avx.MaskLoad(residual, Mask0(columns));
            c1 += Avx.MaskLoad(residual + 8, Mask1(columns));
        }

        if (clamp)
        {
            c0 = VectorMath.Clamp(c0, low, high);
            c1 = VectorMath.Clamp(c1, low, high);
        }

        if (columns == Columns)
        {
            c0.Store(y);
            c1.Store(y + 8);
        }
        else
        {
            Avx.MaskStore(y, Mask0(columns), c0);
            Avx.MaskStore(y + 8, Mask1(columns), c1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mask0(int columns) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(columns)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mask1(int columns) =>
        Vector256.LessThan(Vector256<int>.Indices + Vector256.Create(8), Vector256.Create(columns)).AsSingle();
}
