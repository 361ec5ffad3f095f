using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The maximum of a window of binary32. The maximum of the instruction set drops NaN, which the sum of the window keeps: where a sum is NaN (from a NaN,
/// or from infinities of both signs), the window is looked at again.
/// </summary>
internal static unsafe class F32MaxWindow
{
    /// <summary>The maximum of each channel.</summary>
    /// <param name="x">The first element inside of the window.</param>
    /// <param name="y">The result.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="rows">The rows of the window, at least 1.</param>
    /// <param name="rowStep">The elements from a row to the next.</param>
    /// <param name="columns">The columns of the window, at least 1.</param>
    /// <param name="columnStep">The elements from a column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* y, nint channels, int rows, nint rowStep, int columns, nint columnStep)
    {
        nint c = 0;
        if (Avx512F.IsSupported)
        {
            for (; c + 32 <= channels; c += 32)
            {
                Vector512<float> max0 = Vector512.Load(x + c);
                Vector512<float> max1 = Vector512.Load(x + c + 16);
                Vector512<float> sum0 = Vector512<float>.Zero;
                Vector512<float> sum1 = Vector512<float>.Zero;
                float* row = x + c;
                for (int r = rows; r > 0; r--, row += rowStep)
                {
                    float* element = row;
                    for (int k = columns; k > 0; k--, element += columnStep)
                    {
                        Vector512<float> value0 = Vector512.Load(element);
                        Vector512<float> value1 = Vector512.Load(element + 16);
                        max0 = NativeMath.Max(max0, value0);
                        max1 = NativeMath.Max(max1, value1);
                        sum0 += value0;
                        sum1 += value1;
                    }
                }

                sum0 += sum1;
                if (!Vector512.EqualsAll(sum0, sum0))
                {
                    Careful(x + c, y + c, 32, rows, rowStep, columns, columnStep);
                    continue;
                }

                max0.Store(y + c);
                max1.Store(y + c + 16);
            }

            for (; c + 16 <= channels; c += 16)
            {
                Vector512<float> max = Vector512.Load(x + c);
                Vector512<float> sum = Vector512<float>.Zero;
                float* row = x + c;
                for (int r = rows; r > 0; r--, row += rowStep)
                {
                    float* element = row;
                    for (int k = columns; k > 0; k--, element += columnStep)
                    {
                        Vector512<float> value = Vector512.Load(element);
                        max = NativeMath.Max(max, value);
                        sum += value;
                    }
                }

                if (!Vector512.EqualsAll(sum, sum))
                {
                    Careful(x + c, y + c, 16, rows, rowStep, columns, columnStep);
                    continue;
                }

                max.Store(y + c);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; c + 8 <= channels; c += 8)
            {
                Vector256<float> max = Vector256.Load(x + c);
                Vector256<float> sum = Vector256<float>.Zero;
                float* row = x + c;
                for (int r = rows; r > 0; r--, row += rowStep)
                {
                    float* element = row;
                    for (int k = columns; k > 0; k--, element += columnStep)
                    {
                        Vector256<float> value = Vector256.Load(element);
                        max = NativeMath.Max(max, value);
                        sum += value;
                    }
                }

                if (!Vector256.EqualsAll(sum, sum))
                {
                    Careful(x + c, y + c, 8, rows, rowStep, columns, columnStep);
                    continue;
                }

                max.Store(y + c);
            }
        }

        for (; c + 4 <= channels; c += 4)
        {
            Four(x + c, y + c, rows, rowStep, columns, columnStep);
        }

        if (c < channels && channels >= 4)
        {
            Four(x + channels - 4, y + channels - 4, rows, rowStep, columns, columnStep);
        }
        else if (c < channels)
        {
            Careful(x + c, y + c, channels - c, rows, rowStep, columns, columnStep);
        }
    }

    /// <summary>Windows of 2 x 2 side by side, whose loops would take longer than their elements, where whole vectors hold the channels.</summary>
    /// <param name="x">The first element of the first window.</param>
    /// <param name="y">The results.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="rowStep">The elements from a row to the next.</param>
    /// <param name="columnStep">The elements from a column to the next.</param>
    /// <param name="windows">The number of windows.</param>
    /// <param name="windowStep">The elements from a window to the next.</param>
    /// <returns>Whether they are done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TwoByTwo(float* x, float* y, nint channels, nint rowStep, nint columnStep, int windows, nint windowStep)
    {
        if (Avx512F.IsSupported && channels % 16 == 0)
        {
            for (; windows > 0; windows--)
            {
                float* below = x + rowStep;
                for (nint c = 0; c < channels; c += 16)
                {
                    Vector512<float> a0 = Vector512.Load(x + c);
                    Vector512<float> a1 = Vector512.Load(x + c + columnStep);
                    Vector512<float> b0 = Vector512.Load(below + c);
                    Vector512<float> b1 = Vector512.Load(below + c + columnStep);
                    Vector512<float> sum = a0 + a1 + (b0 + b1);
                    NativeMath.Max(NativeMath.Max(a0, a1), NativeMath.Max(b0, b1)).Store(y + c);
                    if (!Vector512.EqualsAll(sum, sum))
                    {
                        Careful(x + c, y + c, 16, 2, rowStep, 2, columnStep);
                    }
                }

                x += windowStep;
                y += channels;
            }

            return true;
        }

        if (Vector256.IsHardwareAccelerated && channels % 8 == 0)
        {
            for (; windows > 0; windows--)
            {
                float* below = x + rowStep;
                for (nint c = 0; c < channels; c += 8)
                {
                    Vector256<float> a0 = Vector256.Load(x + c);
                    Vector256<float> a1 = Vector256.Load(x + c + columnStep);
                    Vector256<float> b0 = Vector256.Load(below + c);
                    Vector256<float> b1 = Vector256.Load(below + c + columnStep);
                    Vector256<float> sum = a0 + a1 + (b0 + b1);
                    NativeMath.Max(NativeMath.Max(a0, a1), NativeMath.Max(b0, b1)).Store(y + c);
                    if (!Vector256.EqualsAll(sum, sum))
                    {
                        Careful(x + c, y + c, 8, 2, rowStep, 2, columnStep);
                    }
                }

                x += windowStep;
                y += channels;
            }

            return true;
        }

        return false;
    }

    /// <summary>The same of four channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* x, float* y, int rows, nint rowStep, int columns, nint columnStep)
    {
        Vector128<float> max = Vector128.Load(x);
        Vector128<float> sum = Vector128<float>.Zero;
        float* row = x;
        for (int r = rows; r > 0; r--, row += rowStep)
        {
            float* element = row;
            for (int k = columns; k > 0; k--, element += columnStep)
            {
                Vector128<float> value = Vector128.Load(element);
                max = NativeMath.Max(max, value);
                sum += value;
            }
        }

        if (Vector128.EqualsAll(sum, sum))
        {
            max.Store(y);
        }
        else
        {
            Careful(x, y, 4, rows, rowStep, columns, columnStep);
        }
    }

    /// <summary>One channel after the other, with NaN where a window has one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Careful(float* x, float* y, nint channels, int rows, nint rowStep, int columns, nint columnStep)
    {
        for (nint c = 0; c < channels; c++)
        {
            float max = float.NegativeInfinity;
            for (int r = 0; r < rows; r++)
            {
                float* element = x + c + (r * rowStep);
                for (int k = 0; k < columns; k++, element += columnStep)
                {
                    max = MathF.Max(max, *element);
                }
            }

            y[c] = max;
        }
    }
}
