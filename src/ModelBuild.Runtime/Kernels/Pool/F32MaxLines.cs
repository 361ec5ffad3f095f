using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// A row of maxima over windows that overlap: the maximum down each column of the input is found once, and windows are the maxima of those. For one vector of
/// channels at a time, so that the columns stay in the first-level cache.
/// </summary>
internal static unsafe class F32MaxLines
{
    /// <summary>The widest input.</summary>
    internal const int MaxColumns = 256;

    /// <summary>Whether it takes fewer steps than looking at every window on its own.</summary>
    internal static bool Pays(int inW, int outW, int kernelH, int kernelW, int channels) =>
        inW <= MaxColumns && (Avx512F.IsSupported ? channels % 16 == 0 : Vector256.IsHardwareAccelerated && channels % F32MaxLinesVector256.Lanes == 0) && (((long)kernelH * inW) + ((long)kernelW * outW)) * 4 <= (long)kernelH * kernelW * outW * 3;

    /// <summary>One row of results.</summary>
    /// <param name="x">The first row of the input inside of the windows.</param>
    /// <param name="y">The row of results.</param>
    /// <param name="rows">The rows of the windows.</param>
    /// <param name="rowStep">The elements from a row to the next.</param>
    /// <param name="pool">The sizes.</param>
    /// <returns>False where the sums of the columns are NaN: then nothing is known.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Run(float* x, float* y, int rows, nint rowStep, in MaxPool.Rows<float> pool)
    {
        if (!Avx512F.IsSupported)
        {
            return F32MaxLinesVector256.Run(x, y, rows, rowStep, in pool);
        }

        float* lines = stackalloc float[MaxColumns * 16];
        nint channels = pool.Channels;
        Vector512<float> sum = Vector512<float>.Zero;
        for (nint c = 0; c < channels; c += 16)
        {
            float* column = x + c;
            for (int w = 0; w < pool.InW; w++, column += channels)
            {
                float* element = column;
                Vector512<float> max = Vector512.Load(element);
                sum += max;
                for (int r = 1; r < rows; r++)
                {
                    element += rowStep;
                    Vector512<float> value = Vector512.Load(element);
                    max = NativeMath.Max(max, value);
                    sum += value;
                }

                max.Store(lines + (w * 16));
            }

            if (!Vector512.EqualsAll(sum, sum))
            {
                return false;
            }

            float* result = y + c;
            for (int ox = 0; ox < pool.OutW; ox++, result += channels)
            {
                var columns = new PoolWindow(ox, pool.KernelW, pool.StrideW, pool.PadLeft, pool.DilationW, pool.InW);
                Vector512<float> max = Vector512.Create(float.NegativeInfinity);
                float* line = lines + (columns.Start * 16);
                for (int k = columns.Count; k > 0; k--, line += pool.DilationW * 16)
                {
                    max = NativeMath.Max(max, Vector512.Load(line));
                }

                max.Store(result);
            }
        }

        return true;
    }
}
