using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The loops behind every elementwise function of one operand.</summary>
internal static unsafe class UnaryLoop
{
    /// <summary>What an element without a vector form costs in times of moving its bytes.</summary>
    private const long ScalarCost = 8;

    /// <summary>y[i] = op(x[i]); <paramref name="x"/> and <paramref name="y"/> are the same memory or do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TOperator>(TOperator op, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged
        where TOperator : struct, IUnaryOperator<T>
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        fixed (T* px = x)
        fixed (T* py = y)
        {
            long work = 4L * sizeof(T) * y.Length;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new Shared<T, TOperator>(op, px, py), y.Length, SharedRange.Vectors, work);
            }
            else
            {
                Run(op, px, py, y.Length);
            }
        }
    }

    /// <summary>y[i] = op(x[i]) without a vector form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunScalar<TIn, TOut, TOperator>(TOperator op, ReadOnlySpan<TIn> x, Span<TOut> y)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarUnaryOperator<TIn, TOut>
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        fixed (TIn* px = x)
        fixed (TOut* py = y)
        {
            long work = ScalarCost * (sizeof(TIn) + sizeof(TOut)) * y.Length;

            // In place, elements of another width are those of other threads.
            if ((px != py || sizeof(TIn) == sizeof(TOut)) && ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new SharedScalar<TIn, TOut, TOperator>(op, px, py), y.Length, SharedRange.Vectors, work);
            }
            else
            {
                RunScalar<TIn, TOut, TOperator>(op, px, py, y.Length);
            }
        }
    }

    /// <summary>The pointer form of <see cref="RunScalar{TIn, TOut, TOperator}(TOperator, ReadOnlySpan{TIn}, Span{TOut})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunScalar<TIn, TOut, TOperator>(TOperator op, TIn* x, TOut* y, nint length)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarUnaryOperator<TIn, TOut>
    {
        for (nint i = 0; i < length; i++)
        {
            y[i] = op.Invoke(x[i]);
        }
    }

    /// <summary>
    /// The pointer form. The last vector overlaps the one before it; it is computed before the loop starts, so that working in place is safe.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TOperator>(TOperator op, T* x, T* y, nint length)
        where T : unmanaged
        where TOperator : struct, IUnaryOperator<T>
    {
        if (Vector128<T>.IsSupported && TOperator.IsVectorizable)
        {
            if (Avx512F.IsSupported && length >= Vector512<T>.Count)
            {
                nint last = length - Vector512<T>.Count;
                Vector512<T> tail = op.Invoke(Vector512.Load(x + last));
                for (nint i = 0; i < last; i += Vector512<T>.Count)
                {
                    op.Invoke(Vector512.Load(x + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }

            if (Vector256.IsHardwareAccelerated && length >= Vector256<T>.Count)
            {
                nint last = length - Vector256<T>.Count;
                Vector256<T> tail = op.Invoke(Vector256.Load(x + last));
                for (nint i = 0; i < last; i += Vector256<T>.Count)
                {
                    op.Invoke(Vector256.Load(x + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }

            if (length >= Vector128<T>.Count)
            {
                nint last = length - Vector128<T>.Count;
                Vector128<T> tail = op.Invoke(Vector128.Load(x + last));
                for (nint i = 0; i < last; i += Vector128<T>.Count)
                {
                    op.Invoke(Vector128.Load(x + i)).Store(y + i);
                }

                tail.Store(y + last);
                return;
            }
        }

        for (nint i = 0; i < length; i++)
        {
            y[i] = op.Invoke(x[i]);
        }
    }

    private readonly struct Shared<T, TOperator>(TOperator op, T* x, T* y) : ISharedRange
        where T : unmanaged
        where TOperator : struct, IUnaryOperator<T>
    {
        public void Run(nint first, nint end) => UnaryLoop.Run(op, x + first, y + first, end - first);
    }

    private readonly struct SharedScalar<TIn, TOut, TOperator>(TOperator op, TIn* x, TOut* y) : ISharedRange
        where TIn : unmanaged
        where TOut : unmanaged
        where TOperator : struct, IScalarUnaryOperator<TIn, TOut>
    {
        public void Run(nint first, nint end) => RunScalar(op, x + first, y + first, end - first);
    }
}
