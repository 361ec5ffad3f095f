using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>BitwiseAnd.</content>
public static partial class Binary
{
    /// <summary>a and b, bit by bit (ONNX BitwiseAnd 18).</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void BitwiseAnd<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> =>
        BinaryLoop.Run<T, BitwiseAndOperator<T>>(a, b, y);

    /// <summary><see cref="BitwiseAnd{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    public static void BitwiseAndScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> =>
        BinaryLoop.RunRightScalar<T, BitwiseAndOperator<T>>(a, b, y);

    /// <summary><see cref="BitwiseAnd{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void BitwiseAndBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, IBinaryInteger<T> =>
        BinaryLoop.RunBroadcast<T, BitwiseAndOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct BitwiseAndOperator<T> : IBinaryOperator<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a & b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Invoke(Vector128<T> a, Vector128<T> b) => a & b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => a & b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> a, Vector512<T> b) => a & b;
    }
}
