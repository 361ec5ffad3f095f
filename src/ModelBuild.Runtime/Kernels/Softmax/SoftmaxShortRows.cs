using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Softmax of contiguous rows that are shorter than a vector: as many rows at once as a vector has elements. A row's result does not depend on those beside it.</summary>
internal static unsafe class SoftmaxShortRows
{
    private const int Wide = 16;
    private const int Half = 8;

    // Which elements a shuffle takes of a lane of each operand.
    private const byte Evens = 0b10_00_10_00;
    private const byte Odds = 0b11_01_11_01;

    /// <summary>Computes rows of fewer elements than <see cref="SoftmaxRow.LeastLength"/>, of which there is one at least.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* y, nint rows, int length)
    {
        if (length == 2 && Avx.IsSupported)
        {
            nint done = Avx512F.IsSupported ? Pairs512(x, y, rows) : Pairs256(x, y, rows);
            x += 2 * done;
            y += 2 * done;
            rows -= done;
        }

        int together = Vector512.IsHardwareAccelerated ? Wide : Half;
        float* columns = stackalloc float[Wide * Wide];
        if (rows < together)
        {
            new Span<float>(columns, length * together).Clear();
        }

        for (nint first = 0; first < rows; first += together)
        {
            int count = (int)Math.Min(together, rows - first);
            MatrixTranspose.Run(x + (first * length), length, columns, together, count, length);
            if (Vector512.IsHardwareAccelerated)
            {
                Normalize512(columns, length);
            }
            else
            {
                Normalize256(columns, length);
            }

            MatrixTranspose.Run(columns, together, y + (first * length), length, length, count);
        }
    }

    // First and second elements of two vectors of rows, in an order that taking them apart and joining them share. Returns the rows done.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Pairs512(float* x, float* y, nint rows)
    {
        nint row = 0;
        for (; row + Wide <= rows; row += Wide)
        {
            Vector512<float> low = Vector512.Load(x + (2 * row)), high = Vector512.Load(x + (2 * row) + Wide);
            Vector512<float> first = Avx512F.Shuffle(low, high, Evens), second = Avx512F.Shuffle(low, high, Odds);
            Vector512<float> max = NativeMath.Max(first, second);
            first = VectorMath.Exp(first - max);
            second = VectorMath.Exp(second - max);
            Vector512<float> factor = Vector512<float>.One / (first + second);
            first *= factor;
            second *= factor;
            Avx512F.UnpackLow(first, second).Store(y + (2 * row));
            Avx512F.UnpackHigh(first, second).Store(y + (2 * row) + Wide);
        }

        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Pairs256(float* x, float* y, nint rows)
    {
        nint row = 0;
        for (; row + Half <= rows; row += Half)
        {
            Vector256<float> low = Vector256.Load(x + (2 * row)), high = Vector256.Load(x + (2 * row) + Half);
            Vector256<float> first = Avx.Shuffle(low, high, Evens), second = Avx.Shuffle(low, high, Odds);
            Vector256<float> max = NativeMath.Max(first, second);
            first = VectorMath.Exp(first - max);
            second = VectorMath.Exp(second - max);
            Vector256<float> factor = Vector256<float>.One / (first + second);
            first *= factor;
            second *= factor;
            Avx.UnpackLow(first, second).Store(y + (2 * row));
            Avx.UnpackHigh(first, second).Store(y + (2 * row) + Half);
        }

        return row;
    }

    // A maximum that misses NaN does no harm, as in SoftmaxRow.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize512(float* columns, int length)
    {
        Vector512<float> max = Vector512.Load(columns);
        for (int k = 1; k < length; k++)
        {
            max = NativeMath.Max(max, Vector512.Load(columns + (k * Wide)));
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
            max = NativeMath.Max(max, Vector256.Load(columns + (k * Half)));
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
