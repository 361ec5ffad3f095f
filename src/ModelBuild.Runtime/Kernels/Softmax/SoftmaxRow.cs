using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Softmax of one contiguous row that fills a vector, in three passes: the largest element, the exponentials with their sum, the division. Where the row is no multiple of the vector, its end is one
/// more vector that overlaps the last whole one; it stays in a register, so that the row may be its own result.
/// </summary>
internal static unsafe class SoftmaxRow
{
    private const int Wide = 16;
    private const int Half = 8;

    /// <summary>The shortest row that this class computes on this processor.</summary>
    internal static int LeastLength => Vector512.IsHardwareAccelerated ? Wide : Vector256.IsHardwareAccelerated ? Half : int.MaxValue;

    /// <summary>Computes a row of at least <see cref="LeastLength"/> elements.</summary>
    /// <remarks>A maximum that misses NaN does no harm: the NaN's own exponential makes the sum NaN.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* y, int length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run512(x, y, length);
        }
        else
        {
            Run256(x, y, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run512(float* x, float* y, int length)
    {
        int whole = length & ~(Wide - 1);
        Vector512<float> last = Vector512.Load(x + length - Wide);
        Vector512<float> largest = last;
        for (int i = 0; i < whole; i += Wide)
        {
            largest = NativeMath.Max(largest, Vector512.Load(x + i));
        }

        Vector256<float> eight = NativeMath.Max(largest.GetLower(), largest.GetUpper());
        Vector512<float> max = Vector512.Create(Largest(eight));
        Vector512<float> even = Vector512<float>.Zero;
        Vector512<float> odd = Vector512<float>.Zero;
        int place = 0;
        for (; place <= whole - (2 * Wide); place += 2 * Wide)
        {
            Vector512<float> first = VectorMath.Exp(Vector512.Load(x + place) - max);
            Vector512<float> second = VectorMath.Exp(Vector512.Load(x + place + Wide) - max);
            first.Store(y + place);
            second.Store(y + place + Wide);
            even += first;
            odd += second;
        }

        if (place < whole)
        {
            Vector512<float> first = VectorMath.Exp(Vector512.Load(x + place) - max);
            first.Store(y + place);
            even += first;
        }

        if (whole < length)
        {
            last = VectorMath.Exp(last - max);
            odd += Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(Wide - (length - whole))).AsSingle(), Vector512<float>.Zero, last);
        }

        Vector512<float> factor = Vector512.Create(1f / Vector512.Sum(even + odd));
        for (int i = 0; i < whole; i += Wide)
        {
            (Vector512.Load(y + i) * factor).Store(y + i);
        }

        if (whole < length)
        {
            (last * factor).Store(y + length - Wide);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run256(float* x, float* y, int length)
    {
        int whole = length & ~(Half - 1);
        Vector256<float> last = Vector256.Load(x + length - Half);
        Vector256<float> largest = last;
        for (int i = 0; i < whole; i += Half)
        {
            largest = NativeMath.Max(largest, Vector256.Load(x + i));
        }

        Vector256<float> max = Vector256.Create(Largest(largest));
        Vector256<float> even = Vector256<float>.Zero;
        Vector256<float> odd = Vector256<float>.Zero;
        int place = 0;
        for (; place <= whole - (2 * Half); place += 2 * Half)
        {
            Vector256<float> first = VectorMath.Exp(Vector256.Load(x + place) - max);
            Vector256<float> second = VectorMath.Exp(Vector256.Load(x + place + Half) - max);
            first.Store(y + place);
            second.Store(y + place + Half);
            even += first;
            odd += second;
        }

        if (place < whole)
        {
            Vector256<float> first = VectorMath.Exp(Vector256.Load(x + place) - max);
            first.Store(y + place);
            even += first;
        }

        if (whole < length)
        {
            last = VectorMath.Exp(last - max);
            odd += Vector256.ConditionalSelect(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(Half - (length - whole))).AsSingle(), Vector256<float>.Zero, last);
        }

        Vector256<float> factor = Vector256.Create(1f / Vector256.Sum(even + odd));
        for (int i = 0; i < whole; i += Half)
        {
            (Vector256.Load(y + i) * factor).Store(y + i);
        }

        if (whole < length)
        {
            (last * factor).Store(y + length - Half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> values)
    {
        Vector128<float> four = NativeMath.Max(values.GetLower(), values.GetUpper());
        four = NativeMath.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return NativeMath.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
