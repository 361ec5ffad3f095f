using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Turns functions of two operands into functions of one, the other being the same for all elements.</summary>
internal static class BoundOperators
{
    /// <summary>x -> op(x, b).</summary>
    internal readonly struct Right<T, TOperator>(T b) : IUnaryOperator<T>
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        public static bool IsVectorizable => TOperator.IsVectorizable;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => TOperator.Invoke(x, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => TOperator.Invoke(x, Vector128.Create(b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => TOperator.Invoke(x, Vector256.Create(b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => TOperator.Invoke(x, Vector512.Create(b));
    }

    /// <summary>x -> op(a, x).</summary>
    internal readonly struct Left<T, TOperator>(T a) : IUnaryOperator<T>
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        public static bool IsVectorizable => TOperator.IsVectorizable;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => TOperator.Invoke(a, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => TOperator.Invoke(Vector128.Create(a), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => TOperator.Invoke(Vector256.Create(a), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => TOperator.Invoke(Vector512.Create(a), x);
    }
}
