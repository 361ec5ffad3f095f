using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <content>ShiftRight.</content>
public static partial class Binary
{
    /// <summary>a shifted right by b bits, 0 from the width on (ONNX BitShift 11, direction = RIGHT).</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void ShiftRight<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> =>
        ScalarBinaryLoop.Run<T, T, ShiftRightOperator<T>>(a, b, y);

    /// <summary><see cref="ShiftRight{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    public static void ShiftRightScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> =>
        ScalarBinaryLoop.RunRightScalar<T, T, ShiftRightOperator<T>>(a, b, y);

    /// <summary><see cref="ShiftRight{T}"/> with one left operand for all elements.</summary>
    /// <param name="a">One element.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="b"/>.</param>
    public static void ScalarShiftRight<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> =>
        ScalarBinaryLoop.RunLeftScalar<T, T, ShiftRightOperator<T>>(a, b, y);

    /// <summary><see cref="ShiftRight{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void ShiftRightBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, IBinaryInteger<T> =>
        ScalarBinaryLoop.RunBroadcast<T, T, ShiftRightOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct ShiftRightOperator<T> : IScalarBinaryOperator<T, T>
        where T : unmanaged, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => ElementMath.ShiftRight(a, b);
    }
}
