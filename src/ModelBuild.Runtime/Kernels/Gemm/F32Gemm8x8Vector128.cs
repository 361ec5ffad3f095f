using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Portable micro-kernel over half a panel: 16 accumulators of the 32 registers of NEON; 4 rows fit the 16 of SSE and WASM.</summary>
internal static unsafe class F32Gemm8x8Vector128
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 8;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 8;

    /// <summary>Computes a tile of <paramref name="rows"/> rows, 1 to 8.</summary>
    /// <inheritdoc cref="Tile{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual)
    {
        switch (rows)
        {
            case 1:
                Tile<TileRows.R1>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 2:
                Tile<TileRows.R2>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 3:
                Tile<TileRows.R3>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 4:
                Tile<TileRows.R4>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 5:
                Tile<TileRows.R5>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 6:
                Tile<TileRows.R6>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 7:
                Tile<TileRows.R7>(task, a, rowOffsets, b, y, bias, residual);
                break;
            case 8:
                Tile<TileRows.R8>(task, a, rowOffsets, b, y, bias, residual);
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
    /// <typeparam name="TRows">The number of rows.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual)
        where TRows : struct, ITileRows
    {
        nint o1 = TRows.Count > 1 ? rowOffsets[1] : 0;
        nint o2 = TRows.Count > 2 ? rowOffsets[2] : 0;
        nint o3 = TRows.Count > 3 ? rowOffsets[3] : 0;
        nint o4 = TRows.Count > 4 ? rowOffsets[4] : 0;
        nint o5 = TRows.Count > 5 ? rowOffsets[5] : 0;
        nint o6 = TRows.Count > 6 ? rowOffsets[6] : 0;
        nint o7 = TRows.Count > 7 ? rowOffsets[7] : 0;
        Vector128<float> c0_0 = Vector128<float>.Zero;
        Vector128<float> c0_1 = Vector128<float>.Zero;
        if (bias != null)
        {
            c0_0 = Vector128.Load(bias);
            c0_1 = Vector128.Load(bias + 4);
        }

        Vector128<float> c1_0 = c0_0;
        Vector128<float> c1_1 = c0_1;
        Vector128<float> c2_0 = c0_0;
        Vector128<float> c2_1 = c0_1;
        Vector128<float> c3_0 = c0_0;
        Vector128<float> c3_1 = c0_1;
        Vector128<float> c4_0 = c0_0;
        Vector128<float> c4_1 = c0_1;
        Vector128<float> c5_0 = c0_0;
        Vector128<float> c5_1 = c0_1;
        Vector128<float> c6_0 = c0_0;
        Vector128<float> c6_1 = c0_1;
        Vector128<float> c7_0 = c0_0;
        Vector128<float> c7_1 = c0_1;

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
                    Vector128<float> b0 = Vector128.Load(b);
                    Vector128<float> b1 = Vector128.Load(b + 4);
                    Vector128<float> v = Vector128.Create(*p);
                    c0_0 = NativeMath.MultiplyAdd(v, b0, c0_0);
                    c0_1 = NativeMath.MultiplyAdd(v, b1, c0_1);

                    if (TRows.Count > 1)
                    {
                        v = Vector128.Create(p[o1]);
                        c1_0 = NativeMath.MultiplyAdd(v, b0, c1_0);
                        c1_1 = NativeMath.MultiplyAdd(v, b1, c1_1);
                    }

                    if (TRows.Count > 2)
                    {
                        v = Vector128.Create(p[o2]);
                        c2_0 = NativeMath.MultiplyAdd(v, b0, c2_0);
                        c2_1 = NativeMath.MultiplyAdd(v, b1, c2_1);
                    }

                    if (TRows.Count > 3)
                    {
                        v = Vector128.Create(p[o3]);
                        c3_0 = NativeMath.MultiplyAdd(v, b0, c3_0);
                        c3_1 = NativeMath.MultiplyAdd(v, b1, c3_1);
                    }

                    if (TRows.Count > 4)
                    {
                        v = Vector128.Create(p[o4]);
                        c4_0 = NativeMath.MultiplyAdd(v, b0, c4_0);
                        c4_1 = NativeMath.MultiplyAdd(v, b1, c4_1);
                    }

                    if (TRows.Count > 5)
                    {
                        v = Vector128.Create(p[o5]);
                        c5_0 = NativeMath.MultiplyAdd(v, b0, c5_0);
                        c5_1 = NativeMath.MultiplyAdd(v, b1, c5_1);
                    }

                    if (TRows.Count > 6)
                    {
                        v = Vector128.Create(p[o6]);
                        c6_0 = NativeMath.MultiplyAdd(v, b0, c6_0);
                        c6_1 = NativeMath.MultiplyAdd(v, b1, c6_1);
                    }

                    if (TRows.Count > 7)
                    {
                        v = Vector128.Create(p[o7]);
                        c7_0 = NativeMath.MultiplyAdd(v, b0, c7_0);
                        c7_1 = NativeMath.MultiplyAdd(v, b1, c7_1);
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
        if (residual != null)
        {
            c0_0 += Vector128.Load(residual);
            c0_1 += Vector128.Load(residual + 4);
            if (TRows.Count > 1)
            {
                c1_0 += Vector128.Load(residual + stride);
                c1_1 += Vector128.Load(residual + stride + 4);
            }
            if (TRows.Count > 2)
            {
                c2_0 += Vector128.Load(residual + (2 * stride));
                c2_1 += Vector128.Load(residual + (2 * stride) + 4);
            }
            if (TRows.Count > 3)
            {
                c3_0 += Vector128.Load(residual + (3 * stride));
                c3_1 += Vector128.Load(residual + (3 * stride) + 4);
            }
            if (TRows.Count > 4)
            {
                c4_0 += Vector128.Load(residual + (4 * stride));
                c4_1 += Vector128.Load(residual + (4 * stride) + 4);
            }
            if (TRows.Count > 5)
            {
                c5_0 += Vector128.Load(residual + (5 * stride));
                c5_1 += Vector128.Load(residual + (5 * stride) + 4);
            }
            if (TRows.Count > 6)
            {
                c6_0 += Vector128.Load(residual + (6 * stride));
                c6_1 += Vector128.Load(residual + (6 * stride) + 4);
            }
            if (TRows.Count > 7)
            {
                c7_0 += Vector128.Load(residual + (7 * stride));
                c7_1 += Vector128.Load(residual + (7 * stride) + 4);
            }
        }

        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        Store(y, c0_0, c0_1, low, high);

        if (TRows.Count > 1)
        {
            Store(y + stride, c1_0, c1_1, low, high);
        }

        if (TRows.Count > 2)
        {
            Store(y + (2 * stride), c2_0, c2_1, low, high);
        }

        if (TRows.Count > 3)
        {
            Store(y + (3 * stride), c3_0, c3_1, low, high);
        }

        if (TRows.Count > 4)
        {
            Store(y + (4 * stride), c4_0, c4_1, low, high);
        }

        if (TRows.Count > 5)
        {
            Store(y + (5 * stride), c5_0, c5_1, low, high);
        }

        if (TRows.Count > 6)
        {
            Store(y + (6 * stride), c6_0, c6_1, low, high);
        }

        if (TRows.Count > 7)
        {
            Store(y + (7 * stride), c7_0, c7_1, low, high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector128<float> c0, Vector128<float> c1, Vector128<float> low, Vector128<float> high)
    {
        VectorMath.Clamp(c0, low, high).Store(y);
        VectorMath.Clamp(c1, low, high).Store(y + 4);
    }
}
