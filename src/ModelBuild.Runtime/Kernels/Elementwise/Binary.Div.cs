using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Div.</content>
public static partial class Binary
{
    /// <summary>a / b. Integers: the quotient is truncated toward zero, division by zero gives 0, the smallest value by -1 gives itself (ONNX Div 14, which leaves both open).</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void Div<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.Run<T, DivOperator<T>>(a, b, y);

    /// <summary><see cref="Div{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    public static void DivScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.RunRightScalar<T, DivOperator<T>>(a, b, y);

    /// <summary><see cref="Div{T}"/> with one left operand for all elements.</summary>
    /// <param name="a">One element.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="b"/>.</param>
    public static void ScalarDiv<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.RunLeftScalar<T, DivOperator<T>>(a, b, y);

    /// <summary><see cref="Div{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void DivBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.RunBroadcast<T, DivOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct DivOperator<T> : IBinaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => typeof(T) == typeof(float) || typeof(T) == typeof(double);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => ElementMath.Divide(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Invoke(Vector128<T> a, Vector128<T> b) => a / b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => a / b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> a, Vector512<T> b) => a / b;
    }
}
