using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary><see cref="F32MaxLines"/> for vectors of eight channels.</summary>
internal static unsafe class F32MaxLinesVector256
{
    /// <summary>The channels of one vector.</summary>
    internal const int Lanes = 8;

    /// <inheritdoc cref="F32MaxLines.Run"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Run(float* x, float* y, int rows, nint rowStep, in MaxPool.Rows<float> pool)
    {
        float* lines = stackalloc float[F32MaxLines.MaxColumns * Lanes];
        nint channels = pool.Channels;
        nint columnStep = (nint)pool.DilationW * Lanes;
        for (nint c = 0; c < channels; c += Lanes)
        {
            Vector256<float> sums = Columns(x + c, lines, pool.InW, channels, rows, rowStep);
            if (Avx.MoveMask(Avx.CompareUnordered(sums, sums)) != 0)
            {
                return false;
            }

            float* result = y + c;
            for (int ox = 0; ox < pool.OutW; ox++, result += channels)
            {
                var columns = new PoolWindow(ox, pool.KernelW, pool.StrideW, pool.PadLeft, pool.DilationW, pool.InW);
                Vector256<float> max = Vector256.Create(float.NegativeInfinity);
                float* line = lines + (columns.Start * Lanes);
                for (int k = columns.Count; k > 0; k--, line += columnStep)
                {
                    max = NativeMath.Max(max, Vector256.Load(line));
                }

                max.Store(result);
            }
        }

        return true;
    }

    /// <summary>Finds the maximum down each column; tells the sum of all elements. Columns have sums of their own, as each waits for the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Columns(float* column, float* lines, int columns, nint channels, int rows, nint rowStep)
    {
        Vector256<float> sums = Vector256<float>.Zero;
        for (; columns > 0; columns--, column += channels, lines += Lanes)
        {
            float* element = column;
            Vector256<float> max = Vector256.Load(element);
            Vector256<float> sum = max;
            for (int r = rows - 1; r > 0; r--)
            {
                element += rowStep;
                Vector256<float> value = Vector256.Load(element);
                max = NativeMath.Max(max, value);
                sum += value;
            }

            max.Store(lines);
            sums += sum;
        }

        return sums;
    }
}
