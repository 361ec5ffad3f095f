using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Reordering of axes (ONNX Transpose 25).</summary>
public static unsafe class Transpose
{
    private const int MaxRank = 16;

    /// <summary>y[i_perm[0], i_perm[1], ...] = x[i_0, i_1, ...], that is axis k of the result is axis permutation[k] of the operand.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>.</param>
    /// <param name="permutation">The axis of <paramref name="x"/> for each axis of <paramref name="y"/>.</param>
    /// <exception cref="ArgumentException">The permutation is none, the rank is above 16, or a span is too short.</exception>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> permutation)
        where T : unmanaged
    {
        int rank = shape.Length;
        if (permutation.Length != rank || rank > MaxRank)
        {
            Throw.Argument("The permutation must name every axis once, at most 16.", nameof(permutation));
        }

        Span<int> strides = stackalloc int[MaxRank];
        long count = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = (int)count;
            count = checked(count * shape[axis]);
        }

        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        if (count == 0)
        {
            return;
        }

        // The axes of the result with their strides in the operand; neighbours that stay neighbours are merged, length 1 is dropped.
        Span<int> lengths = stackalloc int[MaxRank];
        Span<int> sources = stackalloc int[MaxRank];
        int used = 0;
        uint seen = 0;
        for (int k = 0; k < rank; k++)
        {
            int axis = permutation[k];
            if ((uint)axis >= (uint)rank || (seen & (1u << axis)) != 0)
            {
                Throw.Argument("The permutation must name every axis once.", nameof(permutation));
            }

            seen |= 1u << axis;
            if (shape[axis] == 1)
            {
                continue;
            }

            if (used > 0 && sources[used - 1] == strides[axis] * shape[axis])
            {
                lengths[used - 1] *= shape[axis];
                sources[used - 1] = strides[axis];
                continue;
            }

            lengths[used] = shape[axis];
            sources[used++] = strides[axis];
        }

        fixed (T* px = x)
        fixed (T* py = y)
        {
            long work = 2L * count * sizeof(T);
            if (used > 1 && ThreadTeam.For(work) is { } team)
            {
                fixed (int* lengthsp = lengths, sourcesp = sources)
                {
                    SharedRange.Run(team, new Shared<T>(px, py, lengthsp, sourcesp, used), lengths[0], 1, work);
                }
            }
            else if (used == 2 && sources[0] == 1)
            {
                MatrixTranspose.Run(px, sources[1], py, lengths[1], lengths[1], lengths[0]);
            }
            else
            {
                Walk(px, py, lengths[..used], sources[..used]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk<T>(T* x, T* y, Span<int> lengths, Span<int> sources)
        where T : unmanaged
    {
        int rank = lengths.Length;
        if (rank == 0)
        {
            *y = *x;
            return;
        }

        int inner = lengths[rank - 1];
        nint innerStride = sources[rank - 1];
        if (innerStride == 1)
        {
            int outerRank = rank - 1;
            Span<int> index = stackalloc int[MaxRank];
            index.Clear();
            T* source = x;
            do
            {
                new ReadOnlySpan<T>(source, inner).CopyTo(new Span<T>(y, inner));
                y += inner;
            }
            while (Next(ref source, index, lengths, sources, outerRank));

            return;
        }

        // The axis that is contiguous in the operand and the innermost of the result are a matrix transpose; all others are walked.
        int column = sources.IndexOf(1);
        int columns = lengths[column];
        nint columnStride = 1;
        for (int k = column + 1; k < rank; k++)
        {
            columnStride *= lengths[k];
        }

        Span<int> position = stackalloc int[MaxRank];
        position.Clear();
        T* from = x;
        nint target = 0;
        while (true)
        {
            MatrixTranspose.Run(from, innerStride, y + target, columnStride, inner, columns);
            int axis = rank - 2;
            nint step = inner;
            while (axis >= 0)
            {
                if (axis != column)
                {
                    from += sources[axis];
                    target += step;
                    if (++position[axis] < lengths[axis])
                    {
                        break;
                    }

                    from -= (nint)sources[axis] * lengths[axis];
                    target -= step * lengths[axis];
                    position[axis] = 0;
                }

                step *= lengths[axis];
                axis--;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Next<T>(ref T* source, Span<int> index, Span<int> lengths, Span<int> sources, int rank)
        where T : unmanaged
    {
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            source += sources[axis];
            if (++index[axis] < lengths[axis])
            {
                return true;
            }

            source -= (nint)sources[axis] * lengths[axis];
            index[axis] = 0;
        }

        return false;
    }

    /// <summary>A transpose of some positions of the result's first axis.</summary>
    private readonly struct Shared<T>(T* x, T* y, int* lengths, int* sources, int rank) : ISharedRange
        where T : unmanaged
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end)
        {
            Span<int> part = stackalloc int[MaxRank];
            new ReadOnlySpan<int>(lengths, rank).CopyTo(part);
            part[0] = (int)(end - first);
            nint step = 1;
            for (int k = 1; k < rank; k++)
            {
                step *= lengths[k];
            }

            Walk(x + (first * sources[0]), y + (first * step), part[..rank], new Span<int>(sources, rank));
        }
    }
}
