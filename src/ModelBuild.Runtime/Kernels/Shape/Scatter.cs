using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Updates by index (ONNX ScatterElements 18, ScatterND 18). Negative indices count from the end; updates are applied in order.</summary>
public static class Scatter
{
    /// <summary>y = x; then y[o, indices[o, k, i], i] = reduce(y[...], updates[o, k, i]).</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="indices">The indices [outer, indexLength, inner].</param>
    /// <param name="updates">The updates, of the shape of the indices.</param>
    /// <param name="y">The result, of the shape of <paramref name="x"/>; may be <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="indexLength">The elements of the axis of <paramref name="indices"/>.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="reduction">How an update meets the element that is there.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside of the axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Elements<T, TIndex>(
        ReadOnlySpan<T> x, ReadOnlySpan<TIndex> indices, ReadOnlySpan<T> updates, Span<T> y,
        int outer, int axisLength, int indexLength, int inner, ScatterReduction reduction)
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        int count = checked(outer * axisLength * inner);
        int updateCount = checked(outer * indexLength * inner);
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        Throw.IfShorter(indices.Length, updateCount, nameof(indices));
        Throw.IfShorter(updates.Length, updateCount, nameof(updates));
        x[..count].CopyTo(y);
        int source = 0;
        for (int o = 0; o < outer; o++)
        {
            for (int k = 0; k < indexLength; k++)
            {
                for (int i = 0; i < inner; i++, source++)
                {
                    ref T element = ref y[(((o * axisLength) + Gather.Normalize(indices[source], axisLength)) * inner) + i];
                    element = Combine(element, updates[source], reduction);
                }
            }
        }
    }

    /// <summary>y = cache; then y[o, starts[b] + k, i] = update[o, k, i], where the rows o of an item b of the batch lie side by side (ONNX TensorScatter 24).</summary>
    /// <param name="cache">The cache [outer, axisLength, inner].</param>
    /// <param name="update">The update [outer, updateLength, inner].</param>
    /// <param name="starts">The first place of each item of the batch; their number divides <paramref name="outer"/>.</param>
    /// <param name="y">The result, of the shape of <paramref name="cache"/>; may be <paramref name="cache"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The places of the cache.</param>
    /// <param name="updateLength">The places of the update.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="circular">Whether places beyond the end go on from the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">An update reaches beyond a cache that is not circular.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cache<T, TIndex>(
        ReadOnlySpan<T> cache, ReadOnlySpan<T> update, ReadOnlySpan<TIndex> starts, Span<T> y, int outer, int axisLength, int updateLength, int inner, bool circular)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        int count = checked(outer * axisLength * inner);
        Throw.IfShorter(cache.Length, count, nameof(cache));
        Throw.IfShorter(y.Length, count, nameof(y));
        Throw.IfShorter(update.Length, (long)outer * updateLength * inner, nameof(update));
        Throw.IfShorter(starts.Length, 1, nameof(starts));
        cache[..count].CopyTo(y);
        int perItem = outer / starts.Length;
        for (int row = 0; row < outer * updateLength; row++)
        {
            long place = long.CreateSaturating(starts[row / updateLength / perItem]) + (row % updateLength);
            place = circular ? ((place % axisLength) + axisLength) % axisLength : place;
            if ((ulong)place >= (ulong)axisLength)
            {
                Throw.OutOfRange(nameof(starts), place, $"The update must lie within the {axisLength} places of the cache.");
            }

            update.Slice(row * inner, inner).CopyTo(y.Slice((((row / updateLength) * axisLength) + (int)place) * inner, inner));
        }
    }

    /// <summary>y = x; then y[indices[t, 0], indices[t, 1], ..., :] = reduce(y[...], updates[t, :]).</summary>
    /// <param name="x">The operand [shape, inner].</param>
    /// <param name="indices">The index tuples [tuples, shape.Length].</param>
    /// <param name="updates">The updates [tuples, inner].</param>
    /// <param name="y">The result, of the shape of <paramref name="x"/>; may be <paramref name="x"/>.</param>
    /// <param name="tuples">The number of index tuples.</param>
    /// <param name="inner">The elements after the indexed axes.</param>
    /// <param name="reduction">How an update meets the element that is there.</param>
    /// <param name="shape">The lengths of the indexed axes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside of its axis.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tuples<T, TIndex>(
        ReadOnlySpan<T> x, ReadOnlySpan<TIndex> indices, ReadOnlySpan<T> updates, Span<T> y,
        int tuples, int inner, ScatterReduction reduction, ReadOnlySpan<int> shape)
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        int count = inner;
        foreach (int length in shape)
        {
            count = checked(count * length);
        }

        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        Throw.IfShorter(indices.Length, (long)tuples * shape.Length, nameof(indices));
        Throw.IfShorter(updates.Length, (long)tuples * inner, nameof(updates));
        x[..count].CopyTo(y);
        if (shape.Length == 1 && inner == 1 && reduction == ScatterReduction.None)
        {
            int length = shape[0];
            for (int t = 0; t < tuples; t++)
            {
                y[Gather.Normalize(indices[t], length)] = updates[t];
            }

            return;
        }

        for (int t = 0; t < tuples; t++)
        {
            int offset = 0;
            for (int k = 0; k < shape.Length; k++)
            {
                offset = (offset * shape[k]) + Gather.Normalize(indices[(t * shape.Length) + k], shape[k]);
            }

            ReadOnlySpan<T> update = updates.Slice(t * inner, inner);
            Span<T> target = y.Slice(offset * inner, inner);
            if (reduction == ScatterReduction.None)
            {
                update.CopyTo(target);
                continue;
            }

            for (int i = 0; i < inner; i++)
            {
                target[i] = Combine(target[i], update[i], reduction);
            }
        }
    }

    private static T Combine<T>(T element, T update, ScatterReduction reduction)
        where T : unmanaged, INumber<T> => reduction switch
        {
            ScatterReduction.Add => unchecked(element + update),
            ScatterReduction.Mul => unchecked(element * update),
            ScatterReduction.Max => T.Max(element, update),
            ScatterReduction.Min => T.Min(element, update),
            _ => update,
        };
}
