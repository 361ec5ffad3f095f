using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Resampling of one axis (ONNX Resize 19) whose weights are found out in the call: for scales, sizes and regions of interest that come with it, and for filters as wide as the sizes make them.</summary>
public static unsafe class SizedResize
{
    /// <summary>Elements of the result whose places or weights are found out before rows are resampled by them.</summary>
    private const int Together = 256;

    /// <summary>The elements that <see cref="InterpolateF32"/> needs beside its weights, for each thread.</summary>
    /// <param name="input">Elements of the axis of the operand.</param>
    public static long Lines(int input) => SizedRows.Rows * ((long)input + Together);

    /// <summary>The size of an axis of the result.</summary>
    /// <param name="roi">The starts of all resized axes, then their ends; absent where there is no region of interest.</param>
    /// <param name="scales">One for each resized axis; absent where there are sizes.</param>
    /// <param name="sizes">One for each resized axis; absent where there are scales.</param>
    /// <param name="axes">The resized axes.</param>
    /// <param name="shape">The shape of the operand.</param>
    /// <param name="index">Which of the resized axes.</param>
    /// <param name="policy">What sizes mean.</param>
    /// <param name="transformation">Where an element of the result lies in the operand.</param>
    /// <exception cref="ArgumentException">A scale is not positive, or a size is negative or too large.</exception>
    public static long Count(
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation)
    {
        if (SizedAxis.Read(roi, scales, sizes, axes, shape, index, policy, transformation, out SizedAxis axis) is { } fault)
        {
            Throw.Argument($"Resize: {fault}.", scales.IsEmpty ? nameof(sizes) : nameof(scales));
        }

        return axis.Output;
    }

    /// <summary>Takes the nearest element for each element of the result.</summary>
    /// <param name="x">The operand [outer, input, inner].</param>
    /// <param name="roi">As for <see cref="Count"/>.</param>
    /// <param name="scales">As for <see cref="Count"/>.</param>
    /// <param name="sizes">As for <see cref="Count"/>.</param>
    /// <param name="y">The result [outer, output, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="axes">As for <see cref="Count"/>.</param>
    /// <param name="shape">As for <see cref="Count"/>.</param>
    /// <param name="index">As for <see cref="Count"/>.</param>
    /// <param name="policy">As for <see cref="Count"/>.</param>
    /// <param name="transformation">As for <see cref="Count"/>.</param>
    /// <param name="nearest">How a position between two elements is rounded.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="output">The elements of the axis of the result.</param>
    /// <param name="inner">The elements after the axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nearest<T>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        Span<T> y,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation,
        NearestMode nearest,
        int outer,
        int output,
        int inner)
        where T : unmanaged
    {
        int input = shape[axes[index]];
        Throw.IfShorter(x.Length, (long)outer * input * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * output * inner, nameof(y));
        if (input == 0)
        {
            y.Clear();
            return;
        }

        SizedAxis axis = SizedAxis.ReadOr(roi, scales, sizes, axes, shape, index, policy, transformation, output);
        if (axis.IsIdentity)
        {
            x[..(outer * output * inner)].CopyTo(y);
            return;
        }

        int* from = stackalloc int[Together];
        fixed (T* px = x, py = y)
        {
            for (int begin = 0; begin < output; begin += Together)
            {
                int count = Math.Min(Together, output - begin);
                for (int i = 0; i < count; i++)
                {
                    from[i] = ResizeTable.Round(axis.Position(begin + i), input, nearest);
                }

                var rows = new NearestAxis<T>(px, py + ((nint)begin * inner), from, count, input, output, inner);
                Run(rows, outer, 2L * outer * count * inner * sizeof(T));
            }
        }
    }

    /// <summary>Sums the elements around each element of the result by their weights.</summary>
    /// <param name="x">The operand [outer, input, inner].</param>
    /// <param name="roi">As for <see cref="Count"/>.</param>
    /// <param name="scales">As for <see cref="Count"/>.</param>
    /// <param name="sizes">As for <see cref="Count"/>.</param>
    /// <param name="y">The result [outer, output, inner]; must not overlap <paramref name="x"/>.</param>
    /// <param name="weights">At least as many elements as the axis of the operand has; with more of them weights are found out for more of the result at once.</param>
    /// <param name="lines">Memory of <see cref="Lines"/> elements.</param>
    /// <param name="axes">As for <see cref="Count"/>.</param>
    /// <param name="shape">As for <see cref="Count"/>.</param>
    /// <param name="index">As for <see cref="Count"/>.</param>
    /// <param name="policy">As for <see cref="Count"/>.</param>
    /// <param name="transformation">As for <see cref="Count"/>.</param>
    /// <param name="isCubic">Whether the filter is cubic convolution (Keys 1981), else linear.</param>
    /// <param name="cubicCoefficientA">The coefficient of the cubic convolution.</param>
    /// <param name="excludeOutside">Whether elements outside of the operand have weight 0; else the outermost element stands for them.</param>
    /// <param name="antialias">Whether the filter is widened where the axis shrinks.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="output">The elements of the axis of the result.</param>
    /// <param name="inner">The elements after the axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InterpolateF32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        Span<float> y,
        Span<float> weights,
        Span<float> lines,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation,
        bool isCubic,
        double cubicCoefficientA,
        bool excludeOutside,
        bool antialias,
        int outer,
        int output,
        int inner)
    {
        int input = shape[axes[index]];
        Throw.IfShorter(x.Length, (long)outer * input * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * output * inner, nameof(y));
        Throw.IfShorter(weights.Length, input, nameof(weights));
        Throw.IfShorter(lines.Length, Lines(input), nameof(lines));
        if (input == 0)
        {
            y.Clear();
            return;
        }

        SizedAxis axis = SizedAxis.ReadOr(roi, scales, sizes, axes, shape, index, policy, transformation, output);
        if (axis.IsIdentity)
        {
            x[..(outer * output * inner)].CopyTo(y);
            return;
        }

        double a = isCubic ? cubicCoefficientA : double.NaN;
        int* first = stackalloc int[Together];
        int* taps = stackalloc int[Together];
        int* offset = stackalloc int[Together];
        fixed (float* px = x, py = y)
        fixed (float* pweights = weights, plines = lines)
        {
            int count;
            for (int begin = 0; begin < output; begin += count)
            {
                int used = 0;
                for (count = 0; count < Together && begin + count < output; count++)
                {
                    (int start, int length) = SizedFilter.Weigh(axis, begin + count, weights[used..], a, excludeOutside, antialias);
                    if (length == 0)
                    {
                        break;
                    }

                    (first[count], taps[count], offset[count]) = (start, length, used);
                    used += length;
                }

                var rows = new SizedRows
                {
                    X = px,
                    Y = py + ((nint)begin * inner),
                    First = first,
                    Taps = taps,
                    Offset = offset,
                    Weights = pweights,
                    Lines = plines,
                    Count = count,
                    Outer = outer,
                    Input = input,
                    Output = output,
                    Inner = inner,
                };
                Run(rows, rows.Items, 2L * outer * used * inner);
            }
        }
    }

    /// <summary>Sets what lies outside of the operand along one axis, in a region of interest that leaves it.</summary>
    /// <param name="y">The result [outer, output, inner].</param>
    /// <param name="roi">As for <see cref="Count"/>.</param>
    /// <param name="scales">As for <see cref="Count"/>.</param>
    /// <param name="sizes">As for <see cref="Count"/>.</param>
    /// <param name="value">One element.</param>
    /// <param name="axes">As for <see cref="Count"/>.</param>
    /// <param name="shape">As for <see cref="Count"/>.</param>
    /// <param name="index">As for <see cref="Count"/>.</param>
    /// <param name="policy">As for <see cref="Count"/>.</param>
    /// <param name="transformation">As for <see cref="Count"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="output">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    public static void Extrapolate<T>(
        Span<T> y,
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        ReadOnlySpan<T> value,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation,
        int outer,
        int output,
        int inner)
        where T : unmanaged
    {
        Throw.IfShorter(y.Length, (long)outer * output * inner, nameof(y));
        SizedAxis axis = SizedAxis.ReadOr(roi, scales, sizes, axes, shape, index, policy, transformation, output);
        for (int i = 0; i < output; i++)
        {
            for (int o = 0; axis.IsOutside(i) && o < outer; o++)
            {
                y.Slice(((o * output) + i) * inner, inner).Fill(value[0]);
            }
        }
    }

    private static void Run<TRange>(TRange rows, nint items, long work)
        where TRange : struct, ISharedRange
    {
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, rows, items, 1, work);
        }
        else
        {
            rows.Run(0, items);
        }
    }
}
