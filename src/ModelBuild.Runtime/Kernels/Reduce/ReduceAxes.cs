using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Reductions over axes that are only known when the model runs: they are brought together, and reduced by <see cref="Reduce"/>.</summary>
public static class ReduceAxes
{
    /// <summary>The size of an axis of the result.</summary>
    /// <param name="axes">The reduced axes, each once.</param>
    /// <param name="kind">The reduction.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <param name="index">Which axis of the result.</param>
    /// <param name="keepDims">Whether reduced axes stay, with a size of 1.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, or is named twice.</exception>
    public static long Size<TAxis>(ReadOnlySpan<TAxis> axes, Reduction kind, ReadOnlySpan<int> shape, int index, bool keepDims)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Span<bool> isReduced = stackalloc bool[AxisList.MaxRank];
        isReduced = Mark(axes, kind, shape, isReduced);
        if (keepDims)
        {
            return isReduced[index] ? 1 : shape[index];
        }

        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (!isReduced[axis] && index-- == 0)
            {
                return shape[axis];
            }
        }

        Throw.Argument($"{NameOf(kind)} leaves fewer axes than its result has.", nameof(axes));
        return 0;
    }

    /// <summary>Reduces numbers.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="axes">The reduced axes, each once.</param>
    /// <param name="moved">Room for the operand with its axes in another order.</param>
    /// <param name="y">The result; where it is not as long as the reduction makes it, it is set to 0.</param>
    /// <param name="kind">The reduction; roots and logarithms are those of binary32 and binary64 only.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank or is named twice, or a span is too short.</exception>
    public static void Run<T, TAxis>(ReadOnlySpan<T> x, ReadOnlySpan<TAxis> axes, Span<T> moved, Span<T> y, Reduction kind, ReadOnlySpan<int> shape)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Layout layout = Together(ref x, axes, moved, kind, shape);
        (int outer, int axis, int inner) = (layout.Outer, layout.Axis, layout.Inner);
        if (y.Length != (long)outer * inner)
        {
            y.Clear();
            return;
        }

        switch (kind)
        {
            case Reduction.Sum:
                Reduce.Sum(x, y, outer, axis, inner);
                break;
            case Reduction.Mean:
                Reduce.Mean(x, y, outer, axis, inner);
                break;
            case Reduction.Max:
                Reduce.Max(x, y, outer, axis, inner);
                break;
            case Reduction.Min:
                Reduce.Min(x, y, outer, axis, inner);
                break;
            case Reduction.Prod:
                Reduce.Prod(x, y, outer, axis, inner);
                break;
            case Reduction.L1:
                Reduce.L1(x, y, outer, axis, inner);
                break;
            case Reduction.SumSquare:
                Reduce.SumSquare(x, y, outer, axis, inner);
                break;
            default:
                Transcendental(MemoryMarshal.AsBytes(x), MemoryMarshal.AsBytes(y), kind, layout, typeof(T));
                break;
        }
    }

    /// <summary>Reduces truth values: <see cref="Reduction.Max"/> tells whether one is true, <see cref="Reduction.Min"/> whether all are.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="axes">The reduced axes, each once.</param>
    /// <param name="moved">Room for the operand with its axes in another order.</param>
    /// <param name="y">The result; where it is not as long as the reduction makes it, it is set to false.</param>
    /// <param name="kind">The reduction.</param>
    /// <param name="shape">The sizes of the operand.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank or is named twice, or a span is too short.</exception>
    public static void Truths<TAxis>(ReadOnlySpan<bool> x, ReadOnlySpan<TAxis> axes, Span<bool> moved, Span<bool> y, Reduction kind, ReadOnlySpan<int> shape)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Layout layout = Together(ref x, axes, moved, kind, shape);
        if (y.Length != (long)layout.Outer * layout.Inner)
        {
            y.Clear();
        }
        else if (kind == Reduction.Max)
        {
            Reduce.Any(x, y, layout.Outer, layout.Axis, layout.Inner);
        }
        else
        {
            Reduce.All(x, y, layout.Outer, layout.Axis, layout.Inner);
        }
    }

    private static void Transcendental(ReadOnlySpan<byte> x, Span<byte> y, Reduction kind, Layout layout, Type type)
    {
        (int outer, int axis, int inner) = (layout.Outer, layout.Axis, layout.Inner);
        if (type == typeof(float))
        {
            ReadOnlySpan<float> from = MemoryMarshal.Cast<byte, float>(x);
            Span<float> to = MemoryMarshal.Cast<byte, float>(y);
            switch (kind)
            {
                case Reduction.L2:
                    Reduce.L2F32(from, to, outer, axis, inner);
                    return;
                case Reduction.LogSum:
                    Reduce.LogSumF32(from, to, outer, axis, inner);
                    return;
                default:
                    Reduce.LogSumExpF32(from, to, outer, axis, inner);
                    return;
            }
        }

        if (type != typeof(double))
        {
            Throw.Argument($"{NameOf(kind)} takes elements of binary32 and binary64 only.", nameof(x));
        }

        ReadOnlySpan<double> source = MemoryMarshal.Cast<byte, double>(x);
        Span<double> target = MemoryMarshal.Cast<byte, double>(y);
        switch (kind)
        {
            case Reduction.L2:
                DoubleMath.L2(source, target, outer, axis, inner);
                break;
            case Reduction.LogSum:
                DoubleMath.LogSum(source, target, outer, axis, inner);
                break;
            default:
                DoubleMath.LogSumExp(source, target, outer, axis, inner);
                break;
        }
    }

    /// <summary>The operand as [outer, axis, inner]; transposed where the reduced axes are not neighbours.</summary>
    private static Layout Together<T, TAxis>(ref ReadOnlySpan<T> x, ReadOnlySpan<TAxis> axes, Span<T> moved, Reduction kind, ReadOnlySpan<int> shape)
        where T : unmanaged
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        Span<bool> isReduced = stackalloc bool[AxisList.MaxRank];
        isReduced = Mark(axes, kind, shape, isReduced);
        Throw.IfShorter(x.Length, Product(shape), nameof(x));

        // Axes of length 1 count as reduced or not, whichever keeps the others together.
        int first = 0;
        int end = shape.Length;
        while (first < end && (!isReduced[first] || shape[first] == 1))
        {
            first++;
        }

        while (end > first && (!isReduced[end - 1] || shape[end - 1] == 1))
        {
            end--;
        }

        bool areNeighbours = true;
        for (int axis = first; axis < end; axis++)
        {
            areNeighbours &= isReduced[axis] || shape[axis] == 1;
        }

        if (areNeighbours)
        {
            return new Layout(Product(shape[..first]), Product(shape[first..end]), Product(shape[end..]));
        }

        Span<int> order = stackalloc int[AxisList.MaxRank];
        order = order[..shape.Length];
        int next = 0;
        int outer = 1;
        int length = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (!isReduced[axis])
            {
                order[next++] = axis;
                outer = checked(outer * shape[axis]);
            }
        }

        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (isReduced[axis])
            {
                order[next++] = axis;
                length = checked(length * shape[axis]);
            }
        }

        Transpose.Run(x, moved, shape, order);
        x = moved;
        return new Layout(outer, length, 1);
    }

    private static Span<bool> Mark<TAxis>(ReadOnlySpan<TAxis> axes, Reduction kind, ReadOnlySpan<int> shape, Span<bool> isReduced)
        where TAxis : unmanaged, IBinaryInteger<TAxis>
    {
        StridedCopy.CheckRank(shape.Length, shape.Length, nameof(shape));
        AxisList.Mark(axes, isReduced[..shape.Length], NameOf(kind));
        return isReduced[..shape.Length];
    }

    private static string NameOf(Reduction kind) => kind switch
    {
        Reduction.Sum => "ReduceSum",
        Reduction.Mean => "ReduceMean",
        Reduction.Max => "ReduceMax",
        Reduction.Min => "ReduceMin",
        Reduction.Prod => "ReduceProd",
        Reduction.L1 => "ReduceL1",
        Reduction.L2 => "ReduceL2",
        Reduction.SumSquare => "ReduceSumSquare",
        Reduction.LogSum => "ReduceLogSum",
        _ => "ReduceLogSumExp",
    };

    private static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
        {
            product = checked(product * size);
        }

        return product;
    }

    private readonly record struct Layout(int Outer, int Axis, int Inner);
}
