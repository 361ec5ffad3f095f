using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <content>Pow.</content>
public static partial class Binary
{
    /// <summary>a to the power b (ONNX Pow 15); integers wrap, and a negative integer exponent gives the truncated quotient.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void Pow<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, T, PowOperator<T>>(a, b, y);

    /// <summary><see cref="Pow{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PowScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        if (b.Length > 0 && b[0] == T.One + T.One)
        {
            Mul(a, a, y);
        }
        else
        {
            ScalarBinaryLoop.RunRightScalar<T, T, PowOperator<T>>(a, b, y);
        }
    }

    /// <summary><see cref="Pow{T}"/> with one left operand for all elements.</summary>
    /// <param name="a">One element.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="b"/>.</param>
    public static void ScalarPow<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunLeftScalar<T, T, PowOperator<T>>(a, b, y);

    /// <summary><see cref="Pow{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void PowBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, T, PowOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct PowOperator<T> : IScalarBinaryOperator<T, T>
        where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => ElementMath.Power(a, b);
    }
}
