using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Padding and cropping (ONNX Pad 21).</summary>
public static unsafe class Pad
{
    /// <summary>y[i] = x[i - before] inside of the operand, else by <paramref name="mode"/>. Negative padding crops.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="value">One element for <see cref="PadMode.Constant"/>; empty for 0.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="mode">What lies around the operand.</param>
    /// <param name="shape">The shape of <paramref name="x"/>; no axis may be empty unless the mode is constant.</param>
    /// <param name="before">The elements before each axis.</param>
    /// <param name="outShape">The shape of <paramref name="y"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> value, Span<T> y, PadMode mode, ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> outShape)
        where T : unmanaged
    {
        int rank = shape.Length;
        StridedCopy.CheckRank(rank, before.Length, nameof(before));
        StridedCopy.CheckRank(rank, outShape.Length, nameof(outShape));
        Span<long> xStrides = stackalloc long[StridedCopy.MaxRank];
        Span<long> yStrides = stackalloc long[StridedCopy.MaxRank];
        long xCount = StridedCopy.DenseStrides(shape, xStrides);
        long yCount = StridedCopy.DenseStrides(outShape, yStrides);
        Throw.IfShorter(x.Length, xCount, nameof(x));
        Throw.IfShorter(y.Length, yCount, nameof(y));
        if (mode != PadMode.Constant)
        {
            if (xCount == 0 && yCount != 0)
            {
                Throw.Argument("An empty tensor has no elements to pad with.", nameof(shape));
            }

            Repeat(x, y, mode, shape, before, outShape, yCount);
            return;
        }

        T around = value.IsEmpty ? default : value[0];
        if (xCount > 0 && PadOneAxis<T>.Axis(shape, before, outShape) is >= 0 and int padded)
        {
            nint inner = (nint)xStrides[padded];
            nint stretch = shape[padded] * inner;
            nint rows = (nint)xCount / stretch;
            fixed (T* px = x)
            fixed (T* py = y)
            {
                var part = new PadOneAxis<T>(px, py, around, before[padded] * inner, stretch, (outShape[padded] - before[padded] - shape[padded]) * inner);
                long work = 2L * sizeof(T) * yCount;
                if (rows > 1 && ThreadTeam.For(work) is { } team)
                {
                    SharedRange.Run(team, part, rows, 1, work);
                }
                else
                {
                    part.Run(0, rows);
                }
            }

            return;
        }

        y[..(int)yCount].Fill(around);

        // The part of the operand that stays: both sides are strided views of the same shape, copied by rows.
        Span<int> kept = stackalloc int[StridedCopy.MaxRank];
        long xOffset = 0;
        long yOffset = 0;
        for (int axis = 0; axis < rank; axis++)
        {
            int first = Math.Max(0, before[axis]);
            int last = (int)Math.Min(outShape[axis], (long)before[axis] + shape[axis]);
            if (last <= first)
            {
                return;
            }

            kept[axis] = last - first;
            xOffset += (first - before[axis]) * xStrides[axis];
            yOffset += first * yStrides[axis];
        }

        fixed (T* px = x)
        fixed (T* py = y)
        {
            Rows(px + xOffset, py + yOffset, kept[..rank], xStrides, yStrides);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<T>(T* x, T* y, ReadOnlySpan<int> shape, ReadOnlySpan<long> xStrides, ReadOnlySpan<long> yStrides)
        where T : unmanaged
    {
        int rank = shape.Length;
        int row = 1;
        while (rank > 0 && xStrides[rank - 1] == row && yStrides[rank - 1] == row)
        {
            row *= shape[rank - 1];
            rank--;
        }

        Span<int> index = stackalloc int[StridedCopy.MaxRank];
        index.Clear();
        while (true)
        {
            new ReadOnlySpan<T>(x, row).CopyTo(new Span<T>(y, row));
            int axis = rank - 1;
            for (; axis >= 0; axis--)
            {
                x += (nint)xStrides[axis];
                y += (nint)yStrides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                x -= (nint)(xStrides[axis] * shape[axis]);
                y -= (nint)(yStrides[axis] * shape[axis]);
                index[axis] = 0;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    /// <summary>Rows along the last axis that is padded: what lies inside of the operand is copied at once, the ends position by position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat<T>(
        ReadOnlySpan<T> x, Span<T> y, PadMode mode, ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> outShape, long count)
        where T : unmanaged
    {
        int axes = shape.Length;
        int block = 1;
        while (axes > 0 && before[axes - 1] == 0 && shape[axes - 1] == outShape[axes - 1])
        {
            block *= shape[--axes];
        }

        if (count == 0 || axes == 0)
        {
            x[..(int)count].CopyTo(y);
            return;
        }

        int last = axes - 1;
        int length = shape[last];
        int outLength = outShape[last];
        int firstInside = Math.Clamp(before[last], 0, outLength);
        int endInside = Math.Clamp(before[last] + length, firstInside, outLength);
        int rows = (int)(count / ((long)outLength * block));
        for (int row = 0; row < rows; row++)
        {
            int rest = row;
            int offset = 0;
            int stride = length * block;
            for (int axis = last - 1; axis >= 0; axis--)
            {
                offset += Source((rest % outShape[axis]) - before[axis], shape[axis], mode) * stride;
                rest /= outShape[axis];
                stride *= shape[axis];
            }

            ReadOnlySpan<T> source = x.Slice(offset, length * block);
            Span<T> target = y.Slice(row * outLength * block, outLength * block);
            Ends(source, target, mode, 0, firstInside, before[last], length, block);
            if (endInside > firstInside)
            {
                source.Slice((firstInside - before[last]) * block, (endInside - firstInside) * block).CopyTo(target[(firstInside * block)..]);
            }

            Ends(source, target, mode, endInside, outLength, before[last], length, block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ends<T>(ReadOnlySpan<T> source, Span<T> target, PadMode mode, int from, int to, int before, int length, int block)
        where T : unmanaged
    {
        for (int position = from; position < to; position++)
        {
            int inside = Source(position - before, length, mode);
            if (block == 1)
            {
                target[position] = source[inside];
            }
            else
            {
                source.Slice(inside * block, block).CopyTo(target[(position * block)..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Source(int index, int length, PadMode mode)
    {
        switch (mode)
        {
            case PadMode.Edge:
                return Math.Clamp(index, 0, length - 1);
            case PadMode.Wrap:
                index %= length;
                return index < 0 ? index + length : index;
            default:
                if (length == 1)
                {
                    return 0;
                }

                int period = 2 * (length - 1);
                index %= period;
                index = index < 0 ? index + period : index;
                return index < length ? index : period - index;
        }
    }
}
