using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 product of a row with packed panels. Sums go from registers to the result: panels follow each other so closely that the cache is never left waiting.</summary>
internal static unsafe class F32GemvAvx512
{
    /// <summary>Elements from a weight to the one that is asked for: 2 KB, half a page.</summary>
    private const int Ahead = 512;

    private const int Width = GemmPacking.PanelWidth;

    /// <summary>Computes panels one after the other.</summary>
    /// <param name="task">What they share.</param>
    /// <param name="row">The left operand.</param>
    /// <param name="w">The first panel; the others follow it.</param>
    /// <param name="y">The results.</param>
    /// <param name="bias">One value per column, or null.</param>
    /// <param name="residual">A summand per column, or null.</param>
    /// <param name="columns">The columns of all panels, at least 1: the last panel may have fewer than 16.</param>
    /// <param name="isFar">Only the third level of the cache or memory holds the weights: lines are asked for before they are needed, those of the next panels too.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panels(F32GemmTask* task, float* row, float* w, float* y, float* bias, float* residual, int columns, bool isFar)
    {
        nint k = task->RunLength;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        float* end = row + k;
        do
        {
            float* x = row;
            Vector512<float> c0 = Vector512<float>.Zero;
            Vector512<float> c1 = Vector512<float>.Zero;
            Vector512<float> c2 = Vector512<float>.Zero;
            Vector512<float> c3 = Vector512<float>.Zero;
            Vector512<float> c4 = Vector512<float>.Zero;
            Vector512<float> c5 = Vector512<float>.Zero;
            Vector512<float> c6 = Vector512<float>.Zero;
            Vector512<float> c7 = Vector512<float>.Zero;
            if (isFar)
            {
                for (; end - x >= 8; x += 8)
                {
                    Prefetch(w + Ahead);
                    c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*x), Vector512.Load(w), c0);
                    c1 = Vector512.FusedMultiplyAdd(Vector512.Create(x[1]), Vector512.Load(w + 16), c1);
                    c2 = Vector512.FusedMultiplyAdd(Vector512.Create(x[2]), Vector512.Load(w + 32), c2);
                    c3 = Vector512.FusedMultiplyAdd(Vector512.Create(x[3]), Vector512.Load(w + 48), c3);
                    c4 = Vector512.FusedMultiplyAdd(Vector512.Create(x[4]), Vector512.Load(w + 64), c4);
                    c5 = Vector512.FusedMultiplyAdd(Vector512.Create(x[5]), Vector512.Load(w + 80), c5);
                    c6 = Vector512.FusedMultiplyAdd(Vector512.Create(x[6]), Vector512.Load(w + 96), c6);
                    c7 = Vector512.FusedMultiplyAdd(Vector512.Create(x[7]), Vector512.Load(w + 112), c7);
                    w += 128;
                }
            }
            else
            {
                for (; end - x >= 8; x += 8)
                {
                    c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*x), Vector512.Load(w), c0);
                    c1 = Vector512.FusedMultiplyAdd(Vector512.Create(x[1]), Vector512.Load(w + 16), c1);
                    c2 = Vector512.FusedMultiplyAdd(Vector512.Create(x[2]), Vector512.Load(w + 32), c2);
                    c3 = Vector512.FusedMultiplyAdd(Vector512.Create(x[3]), Vector512.Load(w + 48), c3);
                    c4 = Vector512.FusedMultiplyAdd(Vector512.Create(x[4]), Vector512.Load(w + 64), c4);
                    c5 = Vector512.FusedMultiplyAdd(Vector512.Create(x[5]), Vector512.Load(w + 80), c5);
                    c6 = Vector512.FusedMultiplyAdd(Vector512.Create(x[6]), Vector512.Load(w + 96), c6);
                    c7 = Vector512.FusedMultiplyAdd(Vector512.Create(x[7]), Vector512.Load(w + 112), c7);
                    w += 128;
                }
            }

            for (; x < end; x++)
            {
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*x), Vector512.Load(w), c0);
                w += 16;
            }

            Store(((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)), low, high, ref y, ref bias, ref residual, columns);
            columns -= Width;
        }
        while (columns > 0);
    }

    /// <summary>Finds the elements of a row that are not zero; NaN is none.</summary>
    /// <param name="row">The row.</param>
    /// <param name="k">Its length.</param>
    /// <param name="values">Receives them; up to 15 elements more than the row has are written.</param>
    /// <param name="places">Receives the places of their weights in a panel.</param>
    /// <returns>Their number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int NonZeros(float* row, int k, float* values, int* places)
    {
        int count = 0;
        Vector512<int> steps = Vector512<int>.Indices * Width;
        for (int i = 0; i < k; i += Width)
        {
            Vector512<float> v = MaskedColumns.Load(row + i, Math.Min(Width, k - i));
            Vector512<float> isNonZero = ~Vector512.Equals(v, Vector512<float>.Zero);
            Avx512F.Compress(Vector512<float>.Zero, isNonZero, v).Store(values + count);
            Avx512F.Compress(Vector512<int>.Zero, isNonZero.AsInt32(), steps).Store(places + count);
            steps += Vector512.Create(Width * Width);
            count += BitOperations.PopCount(isNonZero.ExtractMostSignificantBits());
        }

        return count;
    }

    /// <summary>Computes panels one after the other from elements of the left operand that are not zero: the weights of the others are not read.</summary>
    /// <param name="task">What they share.</param>
    /// <param name="values">The elements.</param>
    /// <param name="places">The places of their weights in a panel.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="w">The first panel; the others follow it.</param>
    /// <param name="y">The results.</param>
    /// <param name="bias">One value per column, or null.</param>
    /// <param name="residual">A summand per column, or null.</param>
    /// <param name="columns">The columns of all panels, at least 1: the last panel may have fewer than 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Chosen(F32GemmTask* task, float* values, int* places, int count, float* w, float* y, float* bias, float* residual, int columns)
    {
        nint panelStride = task->PanelStride;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        float* end = values + count;
        do
        {
            float* value = values;
            int* place = places;
            Vector512<float> c0 = Vector512<float>.Zero;
            Vector512<float> c1 = Vector512<float>.Zero;
            Vector512<float> c2 = Vector512<float>.Zero;
            Vector512<float> c3 = Vector512<float>.Zero;
            Vector512<float> c4 = Vector512<float>.Zero;
            Vector512<float> c5 = Vector512<float>.Zero;
            Vector512<float> c6 = Vector512<float>.Zero;
            Vector512<float> c7 = Vector512<float>.Zero;
            for (; end - value >= 8; value += 8)
            {
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*value), Vector512.Load(w + *place), c0);
                c1 = Vector512.FusedMultiplyAdd(Vector512.Create(value[1]), Vector512.Load(w + place[1]), c1);
                c2 = Vector512.FusedMultiplyAdd(Vector512.Create(value[2]), Vector512.Load(w + place[2]), c2);
                c3 = Vector512.FusedMultiplyAdd(Vector512.Create(value[3]), Vector512.Load(w + place[3]), c3);
                c4 = Vector512.FusedMultiplyAdd(Vector512.Create(value[4]), Vector512.Load(w + place[4]), c4);
                c5 = Vector512.FusedMultiplyAdd(Vector512.Create(value[5]), Vector512.Load(w + place[5]), c5);
                c6 = Vector512.FusedMultiplyAdd(Vector512.Create(value[6]), Vector512.Load(w + place[6]), c6);
                c7 = Vector512.FusedMultiplyAdd(Vector512.Create(value[7]), Vector512.Load(w + place[7]), c7);
                place += 8;
            }

            for (; value < end; value++)
            {
                c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*value), Vector512.Load(w + *place++), c0);
            }

            Store(((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)), low, high, ref y, ref bias, ref residual, columns);
            w += panelStride;
            columns -= Width;
        }
        while (columns > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sums, Vector512<float> low, Vector512<float> high, ref float* y, ref float* bias, ref float* residual, int columns)
    {
        int count = Math.Min(columns, Width);
        if (bias != null)
        {
            sums += MaskedColumns.Load(bias, count);
            bias += Width;
        }

        if (residual != null)
        {
            sums += MaskedColumns.Load(residual, count);
            residual += Width;
        }

        MaskedColumns.Store(VectorMath.Clamp(sums, low, high), y, count);
        y += Width;
    }

    // Eight lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* w)
    {
        Sse.Prefetch0(w);
        Sse.Prefetch0(w + 16);
        Sse.Prefetch0(w + 32);
        Sse.Prefetch0(w + 48);
        Sse.Prefetch0(w + 64);
        Sse.Prefetch0(w + 80);
        Sse.Prefetch0(w + 96);
        Sse.Prefetch0(w + 112);
    }
}
