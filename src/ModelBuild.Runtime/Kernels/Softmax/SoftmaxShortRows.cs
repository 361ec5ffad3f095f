using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Softmax of contiguous rows that are shorter than a vector: as many rows at once as a vector has elements. A row's result does not depend on those beside it.</summary>
internal static unsafe class SoftmaxShortRows
{
    private const int Wide = 16;
    private const int Half = 8;

    /// <summary>Computes rows of fewer elements than <see cref="SoftmaxRow.LeastLength"/>, of which there is one at least.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* y, nint rows, int length)
    {
        int together = Vector512.IsHardwareAccelerated ? Wide : Half;
        float* columns = stackalloc float[Wide * Wide];
        if (rows < together)
        {
            new Span<float>(columns, length * together).Clear();
        }

        for (nint first = 0; first < rows; first += together)
        {
            int count = (int)Math.Min(together, rows - first);
            Gather(x + (first * length), columns, count, length, together);
            if (Vector512.IsHardwareAccelerated)
            {
                Normalize512(columns, length);
            }
            else
            {
                Normalize256(columns, length);
            }

            Scatter(columns, y + (first * length), count, length, together);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* x, float* columns, int count, int length, int together)
    {
        for (int row = 0; row < count; row++, x += length)
        {
            for (int k = 0; k < length; k++)
            {
                columns[(k * together) + row] = x[k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* columns, float* y, int count, int length, int together)
    {
        for (int row = 0; row < count; row++, y += length)
        {
            for (int k = 0; k < length; k++)
            {
                y[k] = columns[(k * together) + row];
            }
        }
    }

    // A maximum that misses NaN does no harm, as in SoftmaxRow.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize512(float* columns, int length)
    {
        Vector512<float> max = Vector512.Load(columns);
        for (int k = 1; k < length; k++)
        {
            max = Vector512.MaxNative(max, Vector512.Load(columns + (k * Wide)));
        }

        Vector512<float> sum = Vector512<float>.Zero;
        for (int k = 0; k < length; k++)
        {
            Vector512<float> term = VectorMath.Exp(Vector512.Load(columns + (k * Wide)) - max);
            term.Store(columns + (k * Wide));
            sum += term;
        }

        Vector512<float> factor = Vector512<float>.One / sum;
        for (int k = 0; k < length; k++)
        {
            (Vector512.Load(columns + (k * Wide)) * factor).Store(columns + (k * Wide));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize256(float* columns, int length)
    {
        Vector256<float> max = Vector256.Load(columns);
        for (int k = 1; k < length; k++)
        {
            max = Vector256.MaxNative(max, Vector256.Load(columns + (k * Half)));
        }

        Vector256<float> sum = Vector256<float>.Zero;
        for (int k = 0; k < length; k++)
        {
            Vector256<float> term = VectorMath.Exp(Vector256.Load(columns + (k * Half)) - max);
            term.Store(columns + (k * Half));
            sum += term;
        }

        Vector256<float> factor = Vector256<float>.One / sum;
        for (int k = 0; k < length; k++)
        {
            (Vector256.Load(columns + (k * Half)) * factor).Store(columns + (k * Half));
        }
    }
}
