using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Running sums and products, triangles, one-hot rows and ranges (ONNX CumSum 14, CumProd 26, Trilu 14, OneHot 11, Range 11).</summary>
public static class Scan
{
    /// <summary>The running sum over the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axis">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="exclusive">Whether an element is left out of its own sum.</param>
    /// <param name="reverse">Whether the sum runs from the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CumSum<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner, bool exclusive, bool reverse)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * axis * inner, nameof(y));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                T sum = T.Zero;
                for (int k = 0; k < axis; k++)
                {
                    int at = (((o * axis) + (reverse ? axis - 1 - k : k)) * inner) + i;
                    T before = sum;
                    sum = unchecked(sum + x[at]);
                    y[at] = exclusive ? before : sum;
                }
            }
        }
    }

    /// <summary>The running product over the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axis">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="exclusive">Whether an element is left out of its own product.</param>
    /// <param name="reverse">Whether the product runs from the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CumProd<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner, bool exclusive, bool reverse)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * axis * inner, nameof(y));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                T product = T.One;
                for (int k = 0; k < axis; k++)
                {
                    int at = (((o * axis) + (reverse ? axis - 1 - k : k)) * inner) + i;
                    T before = product;
                    product = unchecked(product * x[at]);
                    y[at] = exclusive ? before : product;
                }
            }
        }
    }

    /// <summary>The running sum along an axis that is known at run time only.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="along">One element: the axis, counted from the end when it is negative.</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="exclusive">Whether an element is left out of its own sum.</param>
    /// <param name="reverse">Whether the sum runs from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis lies outside of the rank.</exception>
    public static void CumSumAlong<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> along, Span<T> y, ReadOnlySpan<int> shape, bool exclusive, bool reverse)
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        (int outer, int axis, int inner) = Split(along, shape);
        CumSum(x, y, outer, axis, inner, exclusive, reverse);
    }

    /// <summary>The running product along an axis that is known at run time only.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="along">One element: the axis, counted from the end when it is negative.</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="exclusive">Whether an element is left out of its own product.</param>
    /// <param name="reverse">Whether the product runs from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis lies outside of the rank.</exception>
    public static void CumProdAlong<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> along, Span<T> y, ReadOnlySpan<int> shape, bool exclusive, bool reverse)
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        (int outer, int axis, int inner) = Split(along, shape);
        CumProd(x, y, outer, axis, inner, exclusive, reverse);
    }

    /// <summary>Keeps one triangle of each matrix, including diagonal k, and clears the rest.</summary>
    /// <param name="x">The operand [batch, rows, columns].</param>
    /// <param name="y">The result, of the same shape; may be <paramref name="x"/>.</param>
    /// <param name="batch">The number of matrices.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="k">The diagonal: 0 is the main one, positive ones lie above it.</param>
    /// <param name="upper">Whether the upper triangle is kept, else the lower one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Trilu<T>(ReadOnlySpan<T> x, Span<T> y, int batch, int rows, int columns, long k, bool upper)
        where T : unmanaged
    {
        Throw.IfShorter(x.Length, (long)batch * rows * columns, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * rows * columns, nameof(y));
        for (int r = 0; r < batch * rows; r++)
        {
            ReadOnlySpan<T> source = x.Slice(r * columns, columns);
            Span<T> result = y.Slice(r * columns, columns);
            long diagonal = (r % rows) + Math.Clamp(k, -(long)rows, columns);
            int split = (int)Math.Clamp(upper ? diagonal : diagonal + 1, 0, columns);
            source.CopyTo(result);
            (upper ? result[..split] : result[split..]).Clear();
        }
    }

    /// <summary>The same with a diagonal that is known at run time only.</summary>
    /// <param name="x">The operand [batch, rows, columns].</param>
    /// <param name="diagonal">One element: the diagonal.</param>
    /// <param name="y">The result, of the same shape; may be <paramref name="x"/>.</param>
    /// <param name="batch">The number of matrices.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="upper">Whether the upper triangle is kept, else the lower one.</param>
    public static void TriluAt<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> diagonal, Span<T> y, int batch, int rows, int columns, bool upper)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(diagonal.Length, 1, nameof(diagonal));
        Trilu(x, y, batch, rows, columns, long.CreateSaturating(diagonal[0]), upper);
    }

    /// <summary>y[o, d, i] = onValue where indices[o, i] is d, else offValue; an index outside of the depth gives no onValue.</summary>
    /// <param name="indices">The indices [outer, inner]; negative ones count from the end.</param>
    /// <param name="offValue">One element.</param>
    /// <param name="onValue">One element.</param>
    /// <param name="y">The result [outer, depth, inner].</param>
    /// <param name="outer">The elements before the new axis.</param>
    /// <param name="depth">The length of the new axis.</param>
    /// <param name="inner">The elements after the new axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneHot<TIndex, T>(
        ReadOnlySpan<TIndex> indices, ReadOnlySpan<T> offValue, ReadOnlySpan<T> onValue, Span<T> y, int outer, int depth, int inner)
        where TIndex : unmanaged, INumber<TIndex>
        where T : unmanaged
    {
        Throw.IfShorter(indices.Length, (long)outer * inner, nameof(indices));
        Throw.IfShorter(y.Length, (long)outer * depth * inner, nameof(y));
        y[..(outer * depth * inner)].Fill(offValue[0]);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                long index = long.CreateSaturating(indices[(o * inner) + i]);
                index = index < 0 ? index + depth : index;
                if ((ulong)index < (ulong)depth)
                {
                    y[(((o * depth) + (int)index) * inner) + i] = onValue[0];
                }
            }
        }
    }

    /// <summary>y[i] = start + i * delta over the length of <paramref name="y"/>.</summary>
    /// <param name="start">One element.</param>
    /// <param name="delta">One element.</param>
    /// <param name="y">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Range<T>(ReadOnlySpan<T> start, ReadOnlySpan<T> delta, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        T first = start[0];
        T step = delta[0];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = unchecked(first + (T.CreateTruncating(i) * step));
        }
    }

    private static (int Outer, int Axis, int Inner) Split<TIndex>(ReadOnlySpan<TIndex> along, ReadOnlySpan<int> shape)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(along.Length, 1, nameof(along));
        int axis = Gather.Normalize(along[0], shape.Length);
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            outer = i < axis ? checked(outer * shape[i]) : outer;
            inner = i > axis ? checked(inner * shape[i]) : inner;
        }

        return (outer, shape[axis], inner);
    }
}
