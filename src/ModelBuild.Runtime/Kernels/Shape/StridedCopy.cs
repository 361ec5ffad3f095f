using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies from a strided view to a dense tensor; strides may be negative or 0.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>The largest rank.</summary>
    internal const int MaxRank = 16;

    /// <summary>Refuses ranks above <see cref="MaxRank"/> and lists of unequal length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void CheckRank(int rank, int other, string name)
    {
        if (rank != other || rank > MaxRank)
        {
            Throw.Argument("There must be one entry for every axis, and at most 16 axes.", name);
        }
    }

    /// <summary>Writes the dense strides of a shape and returns the number of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static long DenseStrides(ReadOnlySpan<int> shape, Span<long> strides)
    {
        long count = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] < 0)
            {
                Throw.Argument("The length of an axis must not be negative.", nameof(shape));
            }

            strides[axis] = count;
            count = checked(count * shape[axis]);
        }

        return count;
    }

    /// <summary>y[dense] = x[sum of index * stride]; the caller has checked both ranges.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gather<T>(T* x, T* y, ReadOnlySpan<int> shape, ReadOnlySpan<long> strides)
        where T : unmanaged
    {
        int axis = 0;
        while (axis < shape.Length - 1 && shape[axis] == 1)
        {
            axis++;
        }

        long work = 2L * sizeof(T);
        foreach (int length in shape)
        {
            work *= length;
        }

        if (axis < shape.Length - 1 && ThreadTeam.For(work) is { } team)
        {
            fixed (int* shapep = shape)
            fixed (long* stridesp = strides)
            {
                SharedRange.Run(team, new SharedAxis<T>(x, y, shapep + axis, stridesp + axis, shape.Length - axis), shape[axis], 1, work);
            }
        }
        else
        {
            Walk(x, y, shape, strides);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk<T>(T* x, T* y, ReadOnlySpan<int> shape, ReadOnlySpan<long> strides)
        where T : unmanaged
    {
        foreach (int length in shape)
        {
            if (length == 0)
            {
                return;
            }
        }

        // The innermost axes that are dense in both are one row.
        int rank = shape.Length;
        int row = 1;
        while (rank > 0 && (strides[rank - 1] == row || shape[rank - 1] == 1))
        {
            row *= shape[rank - 1];
            rank--;
        }

        nint step = 0;
        int rows = 1;
        if (rank > 0 && row == 1)
        {
            rank--;
            rows = shape[rank];
            step = (nint)strides[rank];
        }

        Span<int> index = stackalloc int[MaxRank];
        index.Clear();
        while (true)
        {
            if (row > 1)
            {
                new ReadOnlySpan<T>(x, row).CopyTo(new Span<T>(y, row));
                y += row;
            }
            else
            {
                T* element = x;
                for (int i = 0; i < rows; i++, element += step)
                {
                    y[i] = *element;
                }

                y += rows;
            }

            int axis = rank - 1;
            for (; axis >= 0; axis--)
            {
                x += (nint)strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                x -= (nint)(strides[axis] * shape[axis]);
                index[axis] = 0;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    /// <summary>The copy of some positions of the first axis.</summary>
    private readonly struct SharedAxis<T>(T* x, T* y, int* shape, long* strides, int rank) : ISharedRange
        where T : unmanaged
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end)
        {
            Span<int> part = stackalloc int[MaxRank];
            new ReadOnlySpan<int>(shape, rank).CopyTo(part);
            part[0] = (int)(end - first);
            nint step = 1;
            for (int axis = 1; axis < rank; axis++)
            {
                step *= shape[axis];
            }

            Walk(x + (first * (nint)strides[0]), y + (first * step), part[..rank], new ReadOnlySpan<long>(strides, rank));
        }
    }
}
