using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Reductions over the middle axis of [outer, axis, inner]; reduced axes that are not neighbours are brought together by <see cref="Transpose"/> first.
/// Where inner is 1, elements are combined in lanes of 128 bytes, the lanes pairwise, the rest in order; else in order: the same on every
/// instruction set. An axis of length 0 gives the identity of the operation.
/// </summary>
public static class Reduce
{
    /// <summary>The sum (ONNX ReduceSum 13); integers wrap.</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void Sum<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T> =>
        ReduceLoop.Run<T, ReduceOperators.Identity<T>, Binary.AddOperator<T>>(default, x, y, outer, axis, inner, T.Zero);

    /// <summary>The sum divided by the number of elements (ONNX ReduceMean 18); integers truncate, and give 0 for an empty axis.</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T>
    {
        Sum(x, y, outer, axis, inner);
        T count = T.CreateTruncating(axis);
        Binary.DivScalar(y[..(outer * inner)], new ReadOnlySpan<T>(in count), y[..(outer * inner)]);
    }

    /// <summary>The largest element, NaN where there is one (ONNX ReduceMax 20).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void Max<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        ReduceLoop.Run<T, ReduceOperators.Identity<T>, Binary.MaxOperator<T>>(default, x, y, outer, axis, inner, ElementMath.Lowest<T>());

    /// <summary>The smallest element, NaN where there is one (ONNX ReduceMin 20).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void Min<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        ReduceLoop.Run<T, ReduceOperators.Identity<T>, Binary.MinOperator<T>>(default, x, y, outer, axis, inner, ElementMath.Highest<T>());

    /// <summary>The product (ONNX ReduceProd 18); integers wrap.</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void Prod<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T> =>
        ReduceLoop.Run<T, ReduceOperators.Identity<T>, Binary.MulOperator<T>>(default, x, y, outer, axis, inner, T.One);

    /// <summary>The sum of magnitudes (ONNX ReduceL1 18).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void L1<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T> =>
        ReduceLoop.Run<T, Unary.AbsOperator<T>, Binary.AddOperator<T>>(default, x, y, outer, axis, inner, T.Zero);

    /// <summary>The sum of squares (ONNX ReduceSumSquare 18).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    public static void SumSquare<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner)
        where T : unmanaged, INumber<T> =>
        ReduceLoop.Run<T, ReduceOperators.Square<T>, Binary.AddOperator<T>>(default, x, y, outer, axis, inner, T.Zero);

    /// <summary>Whether an element over the middle axis of [outer, axis, inner] is true.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result [outer, inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axis">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    public static void Any(ReadOnlySpan<bool> x, Span<bool> y, int outer, int axis, int inner) => Find(x, y, outer, axis, inner, wanted: true);

    /// <summary>Whether all elements over the middle axis of [outer, axis, inner] are true.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result [outer, inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axis">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    public static void All(ReadOnlySpan<bool> x, Span<bool> y, int outer, int axis, int inner) => Find(x, y, outer, axis, inner, wanted: false);

    /// <summary>The square root of the sum of squares (ONNX ReduceL2 18).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void L2F32(ReadOnlySpan<float> x, Span<float> y, int outer, int axis, int inner)
    {
        SumSquare(x, y, outer, axis, inner);
        Unary.SqrtF32(y[..(outer * inner)], y[..(outer * inner)]);
    }

    /// <summary>The logarithm of the sum (ONNX ReduceLogSum 18).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSumF32(ReadOnlySpan<float> x, Span<float> y, int outer, int axis, int inner)
    {
        Sum(x, y, outer, axis, inner);
        Unary.LogF32(y[..(outer * inner)], y[..(outer * inner)]);
    }

    /// <summary>log(sum(exp(x))), computed from the largest element on so that it does not overflow (ONNX ReduceLogSumExp 18).</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The result [outer, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the reduced axes.</param>
    /// <param name="axis">The elements of the reduced axes.</param>
    /// <param name="inner">The elements after the reduced axes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSumExpF32(ReadOnlySpan<float> x, Span<float> y, int outer, int axis, int inner)
    {
        Max(x, y, outer, axis, inner);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                ref float result = ref y[(o * inner) + i];
                double max = float.IsInfinity(result) ? 0 : result;
                double sum = 0;
                for (int k = 0; k < axis; k++)
                {
                    sum += Math.Exp(x[(((o * axis) + k) * inner) + i] - max);
                }

                result = (float)(Math.Log(sum) + max);
            }
        }
    }

    /// <summary>The index of the largest element (ONNX ArgMax 13). A NaN counts as the extreme, and the first NaN wins.</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The indices [outer, inner].</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axis">The elements of the axis, at least 1.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="selectLastIndex">Whether the last of equal elements is taken, else the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ArgMax<T>(ReadOnlySpan<T> x, Span<long> y, int outer, int axis, int inner, bool selectLastIndex)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(axis, 1, nameof(axis));
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * inner, nameof(y));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int offset = (o * axis * inner) + i;
                T best = x[offset];
                int index = 0;
                for (int k = 1; k < axis && !T.IsNaN(best); k++)
                {
                    T value = x[offset + (k * inner)];
                    if (value > best || T.IsNaN(value) || (selectLastIndex && value == best))
                    {
                        best = value;
                        index = k;
                    }
                }

                y[(o * inner) + i] = index;
            }
        }
    }

    /// <summary>The index of the smallest element (ONNX ArgMin 13). A NaN counts as the extreme, and the first NaN wins.</summary>
    /// <param name="x">The operand [outer, axis, inner].</param>
    /// <param name="y">The indices [outer, inner].</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axis">The elements of the axis, at least 1.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="selectLastIndex">Whether the last of equal elements is taken, else the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ArgMin<T>(ReadOnlySpan<T> x, Span<long> y, int outer, int axis, int inner, bool selectLastIndex)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(axis, 1, nameof(axis));
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * inner, nameof(y));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int offset = (o * axis * inner) + i;
                T best = x[offset];
                int index = 0;
                for (int k = 1; k < axis && !T.IsNaN(best); k++)
                {
                    T value = x[offset + (k * inner)];
                    if (value < best || T.IsNaN(value) || (selectLastIndex && value == best))
                    {
                        best = value;
                        index = k;
                    }
                }

                y[(o * inner) + i] = index;
            }
        }
    }

    // The wanted value where it occurs along the axis, else the other one.
    private static void Find(ReadOnlySpan<bool> x, Span<bool> y, int outer, int axis, int inner, bool wanted)
    {
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * inner, nameof(y));
        for (int r = 0; r < outer * inner; r++)
        {
            bool found = false;
            for (int a = 0; a < axis && !found; a++)
            {
                found = x[(r / inner * axis * inner) + (r % inner) + (a * inner)] == wanted;
            }

            y[r] = found == wanted;
        }
    }
}
