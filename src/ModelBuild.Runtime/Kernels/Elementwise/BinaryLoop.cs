using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The loops behind every elementwise function of two operands whose result has the operands' type.</summary>
internal static unsafe class BinaryLoop
{
    /// <summary>The elements of a tile of copies of a row.</summary>
    private const int TileLength = 512;

    /// <summary>The longest row of which copies are made.</summary>
    private const int LongestTiled = 128;

    /// <summary>y[i] = op(a[i], b[i]); <paramref name="y"/> may be <paramref name="a"/> or <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TOperator>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        Throw.IfShorter(a.Length, y.Length, nameof(a));
        Throw.IfShorter(b.Length, y.Length, nameof(b));
        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* py = y)
        {
            long work = 4L * sizeof(T) * y.Length;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new Shared<T, TOperator>(pa, pb, py), y.Length, SharedRange.Vectors, work);
            }
            else
            {
                Run<T, TOperator>(pa, pb, py, y.Length);
            }
        }
    }

    /// <summary>y[i] = op(a[i], b[0]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunRightScalar<T, TOperator>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        Throw.IfShorter(b.Length, 1, nameof(b));
        Throw.IfShorter(a.Length, y.Length, nameof(a));
        UnaryLoop.Run(new BoundOperators.Right<T, TOperator>(b[0]), a, y);
    }

    /// <summary>y[i] = op(a[0], b[i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunLeftScalar<T, TOperator>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        Throw.IfShorter(a.Length, 1, nameof(a));
        Throw.IfShorter(b.Length, y.Length, nameof(b));
        UnaryLoop.Run(new BoundOperators.Left<T, TOperator>(a[0]), b, y);
    }

    /// <summary>Broadcasting over <paramref name="shape"/>; a stride of 0 repeats the operand along that axis; <paramref name="y"/> is dense.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunBroadcast<T, TOperator>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        var walk = new StridedWalk(shape, aStrides, bStrides, default, operands: 2);
        Throw.IfShorter(y.Length, walk.ElementCount, nameof(y));
        if (walk.ElementCount == 0)
        {
            return;
        }

        Throw.IfShorter(a.Length, walk.RequiredLength(0), nameof(a));
        Throw.IfShorter(b.Length, walk.RequiredLength(1), nameof(b));
        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* py = y)
        {
            long work = 4L * sizeof(T) * walk.ElementCount;
            int axis = 0;
            while (axis < shape.Length - 1 && shape[axis] == 1)
            {
                axis++;
            }

            if (axis < shape.Length - 1 && ThreadTeam.For(work) is { } team)
            {
                fixed (int* shapep = shape, aStridesp = aStrides, bStridesp = bStrides)
                {
                    var shared = new SharedAxis<T, TOperator>(pa, pb, py, shapep + axis, aStridesp + axis, bStridesp + axis, shape.Length - axis);
                    SharedRange.Run(team, shared, shape[axis], 1, work);
                }
            }
            else
            {
                Walk<T, TOperator>(walk, pa, pb, py);
            }
        }
    }

    private static void Walk<T, TOperator>(StridedWalk walk, T* a, T* b, T* y)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        int length = walk.InnerLength;
        int aStride = walk.InnerStride(0);
        int bStride = walk.InnerStride(1);
        if (aStride == 1 && bStride == 1 && length <= LongestTiled)
        {
            if ((long)walk.Repeats(0, 1) * length >= TileLength)
            {
                Tiled<T, TOperator>(walk, a, b, y, length, repeatsLeft: false);
                return;
            }

            if ((long)walk.Repeats(1, 0) * length >= TileLength)
            {
                Tiled<T, TOperator>(walk, a, b, y, length, repeatsLeft: true);
                return;
            }
        }

        do
        {
            Row<T, TOperator>(a + walk.Offset(0), aStride, b + walk.Offset(1), bStride, y, length);
            y += length;
        }
        while (walk.MoveNext());
    }

    /// <summary>A short row that repeats through a longer operand, such as one element for each channel of a picture: with some copies of it behind one another, vectors do not end with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiled<T, TOperator>(StridedWalk walk, T* a, T* b, T* y, int length, bool repeatsLeft)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        T* tile = stackalloc T[TileLength];
        int repeats = repeatsLeft ? walk.Repeats(1, 0) : walk.Repeats(0, 1);
        int copies = Math.Min(repeats, TileLength / length);
        nint total = (nint)repeats * length;
        nint step = (nint)copies * length;
        do
        {
            T* left = a + walk.Offset(0);
            T* right = b + walk.Offset(1);
            var row = new ReadOnlySpan<T>(repeatsLeft ? left : right, length);
            for (int copy = 0; copy < copies; copy++)
            {
                row.CopyTo(new Span<T>(tile + (copy * length), length));
            }

            for (nint i = 0; i < total; i += step)
            {
                nint count = Math.Min(step, total - i);
                Run<T, TOperator>(repeatsLeft ? tile : left + i, repeatsLeft ? right + i : tile, y + i, count);
            }

            y += total;
        }
        while (walk.MovePastRepeats());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T, TOperator>(T* a, int aStride, T* b, int bStride, T* y, int length)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        if (aStride == 1 && bStride == 1)
        {
            Run<T, TOperator>(a, b, y, length);
        }
        else if (aStride == 1 && bStride == 0)
        {
            UnaryLoop.Run(new BoundOperators.Right<T, TOperator>(*b), a, y, length);
        }
        else if (aStride == 0 && bStride == 1)
        {
            UnaryLoop.Run(new BoundOperators.Left<T, TOperator>(*a), b, y, length);
        }
        else
        {
            for (nint i = 0; i < length; i++)
            {
                y[i] = TOperator.Invoke(a[i * aStride], b[i * bStride]);
            }
        }
    }

    /// <summary>The pointer form; the overlapping last vector is computed before the loop starts, so that working in place is safe.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TOperator>(T* a, T* b, T* y, nint length)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        if (Vector128<T>.IsSupported && TOperator.IsVectorizable)
        {
            if (Avx512F.IsSupported && length >= Vector512<T>.Count)
            {
                nint last = length - Vector512<T>.Count;
                Vector512<T> tail = TOperator.Invoke(Vector512.Load(a + last), Vector512.Load(b + last));
                for (nint i = 0; i < last; i += Vector512<T>.Count)
                {
                    TOperator.Invoke(Vector512.Load(a + i), Vector512.Load(b + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }

            if (Vector256.IsHardwareAccelerated && length >= Vector256<T>.Count)
            {
                nint last = length - Vector256<T>.Count;
                Vector256<T> tail = TOperator.Invoke(Vector256.Load(a + last), Vector256.Load(b + last));
                for (nint i = 0; i < last; i += Vector256<T>.Count)
                {
                    TOperator.Invoke(Vector256.Load(a + i), Vector256.Load(b + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }

            if (length >= Vector128<T>.Count)
            {
                nint last = length - Vector128<T>.Count;
                Vector128<T> tail = TOperator.Invoke(Vector128.Load(a + last), Vector128.Load(b + last));
                for (nint i = 0; i < last; i += Vector128<T>.Count)
                {
                    TOperator.Invoke(Vector128.Load(a + i), Vector128.Load(b + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }
        }

        for (nint i = 0; i < length; i++)
        {
            y[i] = TOperator.Invoke(a[i], b[i]);
        }
    }

    private readonly struct Shared<T, TOperator>(T* a, T* b, T* y) : ISharedRange
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        public void Run(nint first, nint end) => BinaryLoop.Run<T, TOperator>(a + first, b + first, y + first, end - first);
    }

    /// <summary>Broadcasting over some positions of the first axis.</summary>
    private readonly struct SharedAxis<T, TOperator>(T* a, T* b, T* y, int* shape, int* aStrides, int* bStrides, int rank) : ISharedRange
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end)
        {
            Span<int> part = stackalloc int[rank];
            new ReadOnlySpan<int>(shape, rank).CopyTo(part);
            part[0] = (int)(end - first);
            nint step = 1;
            for (int axis = 1; axis < rank; axis++)
            {
                step *= shape[axis];
            }

            var walk = new StridedWalk(part, new ReadOnlySpan<int>(aStrides, rank), new ReadOnlySpan<int>(bStrides, rank), default, operands: 2);
            Walk<T, TOperator>(walk, a + (first * aStrides[0]), b + (first * bStrides[0]), y + (first * step));
        }
    }
}
