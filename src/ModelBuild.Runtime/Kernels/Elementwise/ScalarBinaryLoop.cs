using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The loops behind functions of two operands that have no vector form, or whose result has another type.</summary>
internal static unsafe class ScalarBinaryLoop
{
    /// <summary>y[i] = op(a[i], b[i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TIn, TOut, TOperator>(ReadOnlySpan<TIn> a, ReadOnlySpan<TIn> b, Span<TOut> y)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarBinaryOperator<TIn, TOut>
    {
        Throw.IfShorter(a.Length, y.Length, nameof(a));
        Throw.IfShorter(b.Length, y.Length, nameof(b));
        fixed (TIn* pa = a)
        fixed (TIn* pb = b)
        fixed (TOut* py = y)
        {
            Row<TIn, TOut, TOperator>(pa, 1, pb, 1, py, y.Length);
        }
    }

    /// <summary>y[i] = op(a[i], b[0]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunRightScalar<TIn, TOut, TOperator>(ReadOnlySpan<TIn> a, ReadOnlySpan<TIn> b, Span<TOut> y)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarBinaryOperator<TIn, TOut>
    {
        Throw.IfShorter(a.Length, y.Length, nameof(a));
        Throw.IfShorter(b.Length, 1, nameof(b));
        TIn scalar = b[0];
        fixed (TIn* pa = a)
        fixed (TOut* py = y)
        {
            Row<TIn, TOut, TOperator>(pa, 1, &scalar, 0, py, y.Length);
        }
    }

    /// <summary>y[i] = op(a[0], b[i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunLeftScalar<TIn, TOut, TOperator>(ReadOnlySpan<TIn> a, ReadOnlySpan<TIn> b, Span<TOut> y)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarBinaryOperator<TIn, TOut>
    {
        Throw.IfShorter(a.Length, 1, nameof(a));
        Throw.IfShorter(b.Length, y.Length, nameof(b));
        TIn scalar = a[0];
        fixed (TIn* pb = b)
        fixed (TOut* py = y)
        {
            Row<TIn, TOut, TOperator>(&scalar, 0, pb, 1, py, y.Length);
        }
    }

    /// <summary>Broadcasting over <paramref name="shape"/>; a stride of 0 repeats the operand along that axis; <paramref name="y"/> is dense.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunBroadcast<TIn, TOut, TOperator>(
        ReadOnlySpan<TIn> a, ReadOnlySpan<TIn> b, Span<TOut> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarBinaryOperator<TIn, TOut>
    {
        var walk = new StridedWalk(shape, aStrides, bStrides, default, operands: 2);
        Throw.IfShorter(y.Length, walk.ElementCount, nameof(y));
        if (walk.ElementCount == 0)
        {
            return;
        }

        Throw.IfShorter(a.Length, walk.RequiredLength(0), nameof(a));
        Throw.IfShorter(b.Length, walk.RequiredLength(1), nameof(b));
        fixed (TIn* pa = a)
        fixed (TIn* pb = b)
        fixed (TOut* py = y)
        {
            TOut* row = py;
            int length = walk.InnerLength;
            do
            {
                Row<TIn, TOut, TOperator>(pa + walk.Offset(0), walk.InnerStride(0), pb + walk.Offset(1), walk.InnerStride(1), row, length);
                row += length;
            }
            while (walk.MoveNext());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TIn, TOut, TOperator>(TIn* a, nint aStride, TIn* b, nint bStride, TOut* y, nint length)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarBinaryOperator<TIn, TOut>
    {
        for (nint i = 0; i < length; i++)
        {
            y[i] = TOperator.Invoke(*a, *b);
            a += aStride;
            b += bStride;
        }
    }
}
