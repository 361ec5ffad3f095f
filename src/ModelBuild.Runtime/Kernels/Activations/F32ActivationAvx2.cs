using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Activation functions on processors whose widest vectors have eight lanes: four vectors at a time.</summary>
internal static unsafe class F32ActivationAvx2
{
    /// <summary>Of rows of no more columns, the columns are followed: the lines of several rows stay in the first-level cache, and the loop along one would be short.</summary>
    internal const int NarrowColumns = 64;

    private const int Lanes = 8;
    private const int Together = 4;

    /// <summary>Gets a value indicating whether the processor has the instructions.</summary>
    internal static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported;

    /// <summary>Applies a function to contiguous elements, as far as they fill four vectors; tells how many those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Row<TFunction>(float* y, nint count, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        nint whole = count & -(Together * Lanes);
        if (whole > 0)
        {
            fixed (float* constants = TFunction.Constants)
            {
                Row<TFunction>(y, y + whole, constants, alpha, beta);
            }
        }

        return whole;
    }

    /// <summary>Applies a function to the columns of rows that fill vectors; tells how many those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Columns<TFunction>(float* y, nint stride, int rows, nint columns, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        fixed (float* constants = TFunction.Constants)
        {
            return Columns<TFunction>(y, stride, rows, columns, constants, alpha, beta);
        }
    }

    /// <summary>Not inlined, as the constants would be literals again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Row<TFunction>(float* y, float* end, float* constants, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        do
        {
            TFunction.ApplyFour(y, y + Lanes, y + (2 * Lanes), y + (3 * Lanes), constants, alpha, beta);
            y += Together * Lanes;
        }
        while (y < end);
    }

    /// <summary>Rows of a tile are short: down its columns there is one loop instead of one a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Columns<TFunction>(float* y, nint stride, int rows, nint columns, float* constants, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        nint whole = 0;
        for (; whole + (2 * Lanes) <= columns; whole += 2 * Lanes)
        {
            float* column = y + whole;
            int left = rows;
            for (; left >= 2; left -= 2)
            {
                float* next = column + stride;
                TFunction.ApplyFour(column, column + Lanes, next, next + Lanes, constants, alpha, beta);
                column = next + stride;
            }

            if (left > 0)
            {
                TFunction.Apply(Vector256.Load(column), alpha, beta).Store(column);
                TFunction.Apply(Vector256.Load(column + Lanes), alpha, beta).Store(column + Lanes);
            }
        }

        if (whole + Lanes <= columns)
        {
            float* column = y + whole;
            int left = rows;
            for (; left >= Together; left -= Together)
            {
                float* second = column + stride;
                float* third = second + stride;
                float* fourth = third + stride;
                TFunction.ApplyFour(column, second, third, fourth, constants, alpha, beta);
                column = fourth + stride;
            }

            for (; left > 0; left--, column += stride)
            {
                TFunction.Apply(Vector256.Load(column), alpha, beta).Store(column);
            }

            whole += Lanes;
        }

        return whole;
    }
}
