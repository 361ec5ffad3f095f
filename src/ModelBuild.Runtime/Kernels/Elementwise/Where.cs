using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Elementwise selection between two operands.</summary>
public static unsafe class Where
{
    /// <summary>y = condition ? a : b with broadcasting (ONNX Where 16).</summary>
    /// <param name="condition">The choice.</param>
    /// <param name="a">Taken where the condition is true.</param>
    /// <param name="b">Taken where it is false.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="conditionStrides">The strides of <paramref name="condition"/> per axis of the result; 0 repeats it.</param>
    /// <param name="aStrides">The same of <paramref name="a"/>.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<bool> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape,
        ReadOnlySpan<int> conditionStrides, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged
    {
        var walk = new StridedWalk(shape, conditionStrides, aStrides, bStrides, operands: 3);
        Throw.IfShorter(y.Length, walk.ElementCount, nameof(y));
        if (walk.ElementCount == 0)
        {
            return;
        }

        Throw.IfShorter(condition.Length, walk.RequiredLength(0), nameof(condition));
        Throw.IfShorter(a.Length, walk.RequiredLength(1), nameof(a));
        Throw.IfShorter(b.Length, walk.RequiredLength(2), nameof(b));
        fixed (bool* pc = condition)
        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* py = y)
        fixed (int* ps = shape, cs = conditionStrides, sa = aStrides, sb = bStrides)
        {
            long work = 4L * sizeof(T) * walk.ElementCount;
            int axis = 0;
            while (axis < shape.Length - 1 && shape[axis] == 1)
            {
                axis++;
            }

            if (axis < shape.Length && ThreadTeam.For(work) is { } team)
            {
                var shared = new SharedAxis<T>(pc, pa, pb, py, ps + axis, cs + axis, sa + axis, sb + axis, shape.Length - axis);
                SharedRange.Run(team, shared, shape[axis], axis == shape.Length - 1 ? SharedRange.Vectors : 1, work);
            }
            else
            {
                Walk(walk, pc, pa, pb, py);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk<T>(StridedWalk walk, bool* condition, T* a, T* b, T* y)
        where T : unmanaged
    {
        nint conditionStride = walk.InnerStride(0);
        nint aStride = walk.InnerStride(1);
        nint bStride = walk.InnerStride(2);
        nint length = walk.InnerLength;
        bool whole = (nuint)aStride <= 1 && (nuint)bStride <= 1;
        do
        {
            bool* choices = condition + walk.Offset(0);
            T* left = a + walk.Offset(1);
            T* right = b + walk.Offset(2);
            if (conditionStride == 0)
            {
                Copy(*choices ? left : right, *choices ? aStride : bStride, y, length);
            }
            else
            {
                nint done = whole && conditionStride == 1 ? SelectLanes.Run((byte*)choices, left, aStride != 0, right, bStride != 0, y, length) : 0;
                for (nint i = done; i < length; i++)
                {
                    T whenTrue = left[i * aStride];
                    T whenFalse = right[i * bStride];
                    y[i] = choices[i * conditionStride] ? whenTrue : whenFalse;
                }
            }

            y += length;
        }
        while (walk.MoveNext());
    }

    private static void Copy<T>(T* x, nint stride, T* y, nint length)
        where T : unmanaged
    {
        var row = new Span<T>(y, (int)length);
        if (stride == 0)
        {
            row.Fill(*x);
        }
        else if (stride == 1)
        {
            new ReadOnlySpan<T>(x, (int)length).CopyTo(row);
        }
        else
        {
            for (nint i = 0; i < length; i++)
            {
                y[i] = x[i * stride];
            }
        }
    }

    /// <summary>Some positions of the first axis.</summary>
    private readonly struct SharedAxis<T>(bool* condition, T* a, T* b, T* y, int* shape, int* conditionStrides, int* aStrides, int* bStrides, int rank) : ISharedRange
        where T : unmanaged
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

            var walk = new StridedWalk(
                part, new ReadOnlySpan<int>(conditionStrides, rank), new ReadOnlySpan<int>(aStrides, rank), new ReadOnlySpan<int>(bStrides, rank), operands: 3);
            Walk(walk, condition + (first * conditionStrides[0]), a + (first * aStrides[0]), b + (first * bStrides[0]), y + (first * step));
        }
    }
}
