using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>AVX2 micro-kernel over the first half of a panel: 12 accumulators of the 16 registers, which are two tiles below each other.</summary>
internal static unsafe class F32Gemm12x8Avx2
{
    /// <summary>The columns of the tiles.</summary>
    internal const int Columns = 8;

    /// <summary>Computes pairs of tiles of <paramref name="rows"/> rows, 1 to 6, below each other.</summary>
    /// <inheritdoc cref="Pairs{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int pairs, int rows)
    {
        switch (rows)
        {
            case 1:
                Pairs<TileRows.R1>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
            case 2:
                Pairs<TileRows.R2>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
            case 3:
                Pairs<TileRows.R3>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
            case 4:
                Pairs<TileRows.R4>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
            case 5:
                Pairs<TileRows.R5>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
            case 6:
                Pairs<TileRows.R6>(task, a, rowOffsets, b, y, bias, residual, pairs);
                break;
        }
    }

    /// <summary>Computes pairs of tiles below each other.</summary>
    /// <param name="task">What all tiles of the product share.</param>
    /// <param name="a">The first element of the first tile's first row.</param>
    /// <param name="rowOffsets">The offset of every row of a tile from its first, in elements.</param>
    /// <param name="b">The packed panel.</param>
    /// <param name="y">The first tile's first output.</param>
    /// <param name="bias">The bias of the tiles' columns, or null.</param>
    /// <param name="residual">The first tile's first residual, or null.</param>
    /// <param name="pairs">The number of pairs, at least 1.</param>
    /// <typeparam name="TRows">The number of rows of each tile.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<TRows>(F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int pairs)
        where TRows : struct, ITileRows
    {
        nint o1 = TRows.Count > 1 ? rowOffsets[1] : 0;
        nint o2 = TRows.Count > 2 ? rowOffsets[2] : 0;
        nint o3 = TRows.Count > 3 ? rowOffsets[3] : 0;
        nint o4 = TRows.Count > 4 ? rowOffsets[4] : 0;
        nint o5 = TRows.Count > 5 ? rowOffsets[5] : 0;
        nint depthStep = task->DepthStep;
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        do
        {
            Vector256<float> c0_0 = Vector256<float>.Zero;
            Vector256<float> c1_0 = Vector256<float>.Zero;
            Vector256<float> c2_0 = Vector256<float>.Zero;
            Vector256<float> c3_0 = Vector256<float>.Zero;
            Vector256<float> c4_0 = Vector256<float>.Zero;
            Vector256<float> c5_0 = Vector256<float>.Zero;
            Vector256<float> c0_1 = Vector256<float>.Zero;
            Vector256<float> c1_1 = Vector256<float>.Zero;
            Vector256<float> c2_1 = Vector256<float>.Zero;
            Vector256<float> c3_1 = Vector256<float>.Zero;
            Vector256<float> c4_1 = Vector256<float>.Zero;
            Vector256<float> c5_1 = Vector256<float>.Zero;

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
                    float* q = run + (TRows.Count * task->RowStride);
                    nint steps = task->RunLength;
                    while (steps >= 2)
                    {
                        Vector256<float> v = Vector256.Load(panel);
                        c0_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[0]), v, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[0]), v, c0_1);
                        if (TRows.Count > 1)
                        {
                            c1_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o1]), v, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o1]), v, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            c2_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o2]), v, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o2]), v, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            c3_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o3]), v, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o3]), v, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            c4_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o4]), v, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o4]), v, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            c5_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o5]), v, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o5]), v, c5_1);
                        }

                        panel += depthStep;
                        v = Vector256.Load(panel);
                        c0_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[1]), v, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[1]), v, c0_1);
                        if (TRows.Count > 1)
                        {
                            c1_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o1 + 1]), v, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o1 + 1]), v, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            c2_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o2 + 1]), v, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o2 + 1]), v, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            c3_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o3 + 1]), v, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o3 + 1]), v, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            c4_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o4 + 1]), v, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o4 + 1]), v, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            c5_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o5 + 1]), v, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o5 + 1]), v, c5_1);
                        }

                        panel += depthStep;
                        p += 2;
                        q += 2;
                        steps -= 2;
                    }

                    if (steps > 0)
                    {
                        Vector256<float> v = Vector256.Load(panel);
                        c0_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[0]), v, c0_0);
                        c0_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[0]), v, c0_1);
                        if (TRows.Count > 1)
                        {
                            c1_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o1]), v, c1_0);
                            c1_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o1]), v, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            c2_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o2]), v, c2_0);
                            c2_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o2]), v, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            c3_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o3]), v, c3_0);
                            c3_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o3]), v, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            c4_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o4]), v, c4_0);
                            c4_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o4]), v, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            c5_0 = Vector256.FusedMultiplyAdd(Vector256.Create(p[o5]), v, c5_0);
                            c5_1 = Vector256.FusedMultiplyAdd(Vector256.Create(q[o5]), v, c5_1);
                        }

                        panel += depthStep;
                    }

                    run += task->InnerStride;
                }
                while (--inner > 0);
                window += task->OuterStride;
            }
            while (--outer > 0);

            nint stride = task->YStride;
            Vector256<float> start = bias == null ? Vector256<float>.Zero : Vector256.Load(bias);
            Store(c0_0, start, bias != null, low, high, y, residual, 0);
            if (TRows.Count > 1)
            {
                Store(c1_0, start, bias != null, low, high, y, residual, 1 * stride);
            }

            if (TRows.Count > 2)
            {
                Store(c2_0, start, bias != null, low, high, y, residual, 2 * stride);
            }

            if (TRows.Count > 3)
            {
                Store(c3_0, start, bias != null, low, high, y, residual, 3 * stride);
            }

            if (TRows.Count > 4)
            {
                Store(c4_0, start, bias != null, low, high, y, residual, 4 * stride);
            }

            if (TRows.Count > 5)
            {
                Store(c5_0, start, bias != null, low, high, y, residual, 5 * stride);
            }

            Store(c0_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (0 * stride));
            if (TRows.Count > 1)
            {
                Store(c1_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (1 * stride));
            }

            if (TRows.Count > 2)
            {
                Store(c2_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (2 * stride));
            }

            if (TRows.Count > 3)
            {
                Store(c3_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (3 * stride));
            }

            if (TRows.Count > 4)
            {
                Store(c4_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (4 * stride));
            }

            if (TRows.Count > 5)
            {
                Store(c5_1, start, bias != null, low, high, y, residual, (TRows.Count * stride) + (5 * stride));
            }

            a += 2 * TRows.Count * task->RowStride;
            y += 2 * TRows.Count * stride;
            residual = residual == null ? null : residual + (2 * TRows.Count * stride);
        }
        while (--pairs > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> sum, Vector256<float> bias, bool isBiased, Vector256<float> low, Vector256<float> high, float* y, float* residual, nint offset)
    {
        // As where a panel is cut short: the bias is added last, so that a tile without a pair has the same bits.
        if (isBiased)
        {
            sum += bias;
        }

        if (residual != null)
        {
            sum += Vector256.Load(residual + offset);
        }

        VectorMath.Clamp(sum, low, high).Store(y + offset);
    }
}
