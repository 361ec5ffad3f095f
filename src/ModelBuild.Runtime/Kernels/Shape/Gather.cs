using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Look-ups by index (ONNX Gather 13, GatherElements 13, GatherND 13). Negative indices count from the end.</summary>
public static unsafe class Gather
{
    /// <summary>y[o, k, i] = x[o, indices[k], i].</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="indices">The indices into the axis, int or long.</param>
    /// <param name="y">The result [outer, indices, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside of -axisLength to axisLength - 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TIndex>(ReadOnlySpan<T> x, ReadOnlySpan<TIndex> indices, Span<T> y, int outer, int axisLength, int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * indices.Length * inner, nameof(y));
        long work = 2L * sizeof(T) * outer * indices.Length * inner;
        if (ThreadTeam.For(work) is { } team)
        {
            // One index that lies outside is reported here and not by some thread.
            foreach (TIndex index in indices)
            {
                Normalize(index, axisLength);
            }

            fixed (T* px = x, py = y)
            fixed (TIndex* pi = indices)
            {
                SharedRange.Run(team, new Rows<T, TIndex>(px, pi, py, indices.Length, axisLength, inner), (nint)outer * indices.Length, 1, work);
            }

            return;
        }

        int target = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (TIndex index in indices)
            {
                int source = ((o * axisLength) + Normalize(index, axisLength)) * inner;
                if (inner == 1)
                {
                    y[target] = x[source];
                }
                else
                {
                    x.Slice(source, inner).CopyTo(y.Slice(target, inner));
                }

                target += inner;
            }
        }
    }

    /// <summary>y[o, k, i] = x[o, indices[o, k, i], i] (GatherElements where all other axes have equal length).</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="indices">The indices [outer, indexLength, inner].</param>
    /// <param name="y">The result [outer, indexLength, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis of <paramref name="x"/>.</param>
    /// <param name="indexLength">The elements of the axis of <paramref name="indices"/>.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside of the axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Elements<T, TIndex>(
        ReadOnlySpan<T> x, ReadOnlySpan<TIndex> indices, Span<T> y, int outer, int axisLength, int indexLength, int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(x.Length, (long)outer * axisLength * inner, nameof(x));
        Throw.IfShorter(indices.Length, (long)outer * indexLength * inner, nameof(indices));
        Throw.IfShorter(y.Length, (long)outer * indexLength * inner, nameof(y));
        int target = 0;
        for (int o = 0; o < outer; o++)
        {
            for (int k = 0; k < indexLength; k++)
            {
                for (int i = 0; i < inner; i++, target++)
                {
                    y[target] = x[(((o * axisLength) + Normalize(indices[target], axisLength)) * inner) + i];
                }
            }
        }
    }

    /// <summary>y[b, k, ...] = x[b, indices[b, k, 0], indices[b, k, 1], ..., ...].</summary>
    /// <param name="x">The operand [batch, shape, inner].</param>
    /// <param name="indices">The index tuples [batch, tuples, shape.Length].</param>
    /// <param name="y">The result [batch, tuples, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The elements of the batch axes (batch_dims).</param>
    /// <param name="tuples">The index tuples per batch element.</param>
    /// <param name="inner">The elements after the indexed axes.</param>
    /// <param name="shape">The lengths of the indexed axes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside of its axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tuples<T, TIndex>(
        ReadOnlySpan<T> x, ReadOnlySpan<TIndex> indices, Span<T> y, int batch, int tuples, int inner, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        long indexed = 1;
        foreach (int length in shape)
        {
            indexed = checked(indexed * length);
        }

        Throw.IfShorter(x.Length, checked(batch * indexed * inner), nameof(x));
        Throw.IfShorter(indices.Length, (long)batch * tuples * shape.Length, nameof(indices));
        Throw.IfShorter(y.Length, (long)batch * tuples * inner, nameof(y));
        for (int t = 0; t < batch * tuples; t++)
        {
            int offset = t / tuples;
            for (int k = 0; k < shape.Length; k++)
            {
                offset = (offset * shape[k]) + Normalize(indices[(t * shape.Length) + k], shape[k]);
            }

            x.Slice(offset * inner, inner).CopyTo(y.Slice(t * inner, inner));
        }
    }

    /// <summary>The index counted from the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Normalize<TIndex>(TIndex index, int length)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        long value = long.CreateSaturating(index);
        value = value < 0 ? value + length : value;
        if ((ulong)value >= (ulong)length)
        {
            Throw.OutOfRange("indices", index, $"The index must be from {-length} to {length - 1}.");
        }

        return (int)value;
    }

    /// <summary>Some of the rows that <see cref="Run"/> copies; their indices are known to lie inside.</summary>
    private readonly struct Rows<T, TIndex>(T* x, TIndex* indices, T* y, nint count, int axisLength, nint inner) : ISharedRange
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint row = first; row < end; row++)
            {
                nint source = (row / count * axisLength) + Normalize(indices[row % count], axisLength);
                new ReadOnlySpan<T>(x + (source * inner), (int)inner).CopyTo(new Span<T>(y + (row * inner), (int)inner));
            }
        }
    }
}
