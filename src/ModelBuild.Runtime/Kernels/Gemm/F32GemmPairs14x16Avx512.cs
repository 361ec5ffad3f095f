using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// AVX-512 micro-kernel over one panel: two steps of depth at once, whose elements of a row are one broadcast and whose weights alternate in two vectors, so that a broadcast serves two
/// multiply-adds: 28 accumulators, 2 loads, 14 broadcasts. Its sums are rounded otherwise than those of the other kernels, so that it is for products without columns that those compute.
/// </summary>
internal static unsafe class F32GemmPairs14x16Avx512
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 14;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 16;

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
        nint stride = task->YStride;
        nint depthStep = task->DepthStep;
        nint runLength = task->RunLength;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        do
        {
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
                    float* end = p + (runLength & ~1);
                    while (p < end)
                    {
                        Vector512<float> even = Vector512.Load(panel);
                        Vector512<float> odd = Vector512.Load(panel + depthStep);
                        Vector512<float> b0 = Avx512F.UnpackLow(even, odd);
                        Vector512<float> b1 = Avx512F.UnpackHigh(even, odd);
                        Vector512<float> v = Vector512.Create(*(double*)p).AsSingle();
                        c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                        if (TRows.Count > 1)
                        {
                            v = Vector512.Create(*(double*)(p + o1)).AsSingle();
                            c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = Vector512.Create(*(double*)(p + o2)).AsSingle();
                            c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = Vector512.Create(*(double*)(p + o3)).AsSingle();
                            c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = Vector512.Create(*(double*)(p + o4)).AsSingle();
                            c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = Vector512.Create(*(double*)(p + o5)).AsSingle();
                            c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        if (TRows.Count > 6)
                        {
                            v = Vector512.Create(*(double*)(p + o6)).AsSingle();
                            c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                            c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                        }

                        if (TRows.Count > 7)
                        {
                            v = Vector512.Create(*(double*)(p + o7)).AsSingle();
                            c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                            c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                        }

                        if (TRows.Count > 8)
                        {
                            v = Vector512.Create(*(double*)(p + o8)).AsSingle();
                            c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                            c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                        }

                        if (TRows.Count > 9)
                        {
                            v = Vector512.Create(*(double*)(p + o9)).AsSingle();
                            c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                            c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                        }

                        if (TRows.Count > 10)
                        {
                            v = Vector512.Create(*(double*)(p + o10)).AsSingle();
                            c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                            c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                        }

                        if (TRows.Count > 11)
                        {
                            v = Vector512.Create(*(double*)(p + o11)).AsSingle();
                            c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                            c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                        }

                        if (TRows.Count > 12)
                        {
                            v = Vector512.Create(*(double*)(p + o12)).AsSingle();
                            c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                            c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                        }

                        if (TRows.Count > 13)
                        {
                            v = Vector512.Create(*(double*)(p + o13)).AsSingle();
                            c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                            c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                        }

                        panel += 2 * depthStep;
                        p += 2;
                    }

                    if ((runLength & 1) != 0)
                    {
                        Vector512<float> last = Vector512.Load(panel);
                        Vector512<float> b0 = Avx512F.UnpackLow(last, Vector512<float>.Zero);
                        Vector512<float> b1 = Avx512F.UnpackHigh(last, Vector512<float>.Zero);
                        Vector512<float> v = One(p);
                        c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                        c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);

                        if (TRows.Count > 1)
                        {
                            v = One(p + o1);
                            c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                            c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                        }

                        if (TRows.Count > 2)
                        {
                            v = One(p + o2);
                            c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                            c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                        }

                        if (TRows.Count > 3)
                        {
                            v = One(p + o3);
                            c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                            c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                        }

                        if (TRows.Count > 4)
                        {
                            v = One(p + o4);
                            c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                            c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                        }

                        if (TRows.Count > 5)
                        {
                            v = One(p + o5);
                            c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                            c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                        }

                        if (TRows.Count > 6)
                        {
                            v = One(p + o6);
                            c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                            c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                        }

                        if (TRows.Count > 7)
                        {
                            v = One(p + o7);
                            c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                            c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                        }

                        if (TRows.Count > 8)
                        {
                            v = One(p + o8);
                            c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                            c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                        }

                        if (TRows.Count > 9)
                        {
                            v = One(p + o9);
                            c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                            c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                        }

                        if (TRows.Count > 10)
                        {
                            v = One(p + o10);
                            c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                            c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                        }

                        if (TRows.Count > 11)
                        {
                            v = One(p + o11);
                            c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                            c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                        }

                        if (TRows.Count > 12)
                        {
                            v = One(p + o12);
                            c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                            c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                        }

                        if (TRows.Count > 13)
                        {
                            v = One(p + o13);
                            c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                            c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                        }

                        panel += depthStep;
                    }

                    run += task->InnerStride;
                }
                while (--inner > 0);
                window += task->OuterStride;
            }
            while (--outer > 0);

            Vector512<float> addend = bias == null ? Vector512<float>.Zero : MaskedColumns.Load(bias, columns);
            c0_0 = Sum(c0_0, c0_1) + addend;

            if (TRows.Count > 1)
            {
                c1_0 = Sum(c1_0, c1_1) + addend;
            }

            if (TRows.Count > 2)
            {
                c2_0 = Sum(c2_0, c2_1) + addend;
            }

            if (TRows.Count > 3)
            {
                c3_0 = Sum(c3_0, c3_1) + addend;
            }

            if (TRows.Count > 4)
            {
                c4_0 = Sum(c4_0, c4_1) + addend;
            }

            if (TRows.Count > 5)
            {
                c5_0 = Sum(c5_0, c5_1) + addend;
            }

            if (TRows.Count > 6)
            {
                c6_0 = Sum(c6_0, c6_1) + addend;
            }

            if (TRows.Count > 7)
            {
                c7_0 = Sum(c7_0, c7_1) + addend;
            }

            if (TRows.Count > 8)
            {
                c8_0 = Sum(c8_0, c8_1) + addend;
            }

            if (TRows.Count > 9)
            {
                c9_0 = Sum(c9_0, c9_1) + addend;
            }

            if (TRows.Count > 10)
            {
                c10_0 = Sum(c10_0, c10_1) + addend;
            }

            if (TRows.Count > 11)
            {
                c11_0 = Sum(c11_0, c11_1) + addend;
            }

            if (TRows.Count > 12)
            {
                c12_0 = Sum(c12_0, c12_1) + addend;
            }

            if (TRows.Count > 13)
            {
                c13_0 = Sum(c13_0, c13_1) + addend;
            }

            if (residual != null)
            {
                c0_0 += MaskedColumns.Load(residual, columns);

                if (TRows.Count > 1)
                {
                    residual += stride;
                    c1_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 2)
                {
                    residual += stride;
                    c2_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 3)
                {
                    residual += stride;
                    c3_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 4)
                {
                    residual += stride;
                    c4_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 5)
                {
                    residual += stride;
                    c5_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 6)
                {
                    residual += stride;
                    c6_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 7)
                {
                    residual += stride;
                    c7_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 8)
                {
                    residual += stride;
                    c8_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 9)
                {
                    residual += stride;
                    c9_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 10)
                {
                    residual += stride;
                    c10_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 11)
                {
                    residual += stride;
                    c11_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 12)
                {
                    residual += stride;
                    c12_0 += MaskedColumns.Load(residual, columns);
                }

                if (TRows.Count > 13)
                {
                    residual += stride;
                    c13_0 += MaskedColumns.Load(residual, columns);
                }

                residual += stride;
            }

            if (columns == Vector512<float>.Count)
            {
                VectorMath.Clamp(c0_0, low, high).Store(y);

                if (TRows.Count > 1)
                {
                    y += stride;
                    VectorMath.Clamp(c1_0, low, high).Store(y);
                }

                if (TRows.Count > 2)
                {
                    y += stride;
                    VectorMath.Clamp(c2_0, low, high).Store(y);
                }

                if (TRows.Count > 3)
                {
                    y += stride;
                    VectorMath.Clamp(c3_0, low, high).Store(y);
                }

                if (TRows.Count > 4)
                {
                    y += stride;
                    VectorMath.Clamp(c4_0, low, high).Store(y);
                }

                if (TRows.Count > 5)
                {
                    y += stride;
                    VectorMath.Clamp(c5_0, low, high).Store(y);
                }

                if (TRows.Count > 6)
                {
                    y += stride;
                    VectorMath.Clamp(c6_0, low, high).Store(y);
                }

                if (TRows.Count > 7)
                {
                    y += stride;
                    VectorMath.Clamp(c7_0, low, high).Store(y);
                }

                if (TRows.Count > 8)
                {
                    y += stride;
                    VectorMath.Clamp(c8_0, low, high).Store(y);
                }

                if (TRows.Count > 9)
                {
                    y += stride;
                    VectorMath.Clamp(c9_0, low, high).Store(y);
                }

                if (TRows.Count > 10)
                {
                    y += stride;
                    VectorMath.Clamp(c10_0, low, high).Store(y);
                }

                if (TRows.Count > 11)
                {
                    y += stride;
                    VectorMath.Clamp(c11_0, low, high).Store(y);
                }

                if (TRows.Count > 12)
                {
                    y += stride;
                    VectorMath.Clamp(c12_0, low, high).Store(y);
                }

                if (TRows.Count > 13)
                {
                    y += stride;
                    VectorMath.Clamp(c13_0, low, high).Store(y);
                }
            }
            else
            {
                MaskedColumns.Store(VectorMath.Clamp(c0_0, low, high), y, columns);

                if (TRows.Count > 1)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c1_0, low, high), y, columns);
                }

                if (TRows.Count > 2)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c2_0, low, high), y, columns);
                }

                if (TRows.Count > 3)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c3_0, low, high), y, columns);
                }

                if (TRows.Count > 4)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c4_0, low, high), y, columns);
                }

                if (TRows.Count > 5)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c5_0, low, high), y, columns);
                }

                if (TRows.Count > 6)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c6_0, low, high), y, columns);
                }

                if (TRows.Count > 7)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c7_0, low, high), y, columns);
                }

                if (TRows.Count > 8)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c8_0, low, high), y, columns);
                }

                if (TRows.Count > 9)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c9_0, low, high), y, columns);
                }

                if (TRows.Count > 10)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c10_0, low, high), y, columns);
                }

                if (TRows.Count > 11)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c11_0, low, high), y, columns);
                }

                if (TRows.Count > 12)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c12_0, low, high), y, columns);
                }

                if (TRows.Count > 13)
                {
                    y += stride;
                    MaskedColumns.Store(VectorMath.Clamp(c13_0, low, high), y, columns);
                }
            }

            a += TRows.Count * task->RowStride;
            y += stride;
        }
        while (--tiles > 0);
    }

    /// <summary>The element of the even place, and zero for the odd one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> One(float* p) => Vector512.Create((ulong)*(uint*)p).AsSingle();

    /// <summary>The sums of every column over its even and its odd places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(Vector512<float> first, Vector512<float> second) =>
        Avx512F.Shuffle(first, second, 0b10_00_10_00) + Avx512F.Shuffle(first, second, 0b11_01_11_01);

    /// <summary>Brings the lines of the tile's rows near, which are read or written behind the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TRows>(float* rows, nint stride)
        where TRows : struct, ITileRows
    {
        for (int row = 0; row < TRows.Count; row++)
        {
            Sse.Prefetch0(rows);
            rows += stride;
        }
    }
}
