using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Elementwise functions of one operand. The number of elements is the length of <c>y</c>; <c>y</c> may be <c>x</c> (in place), and may not
/// overlap it otherwise. NaN gives NaN unless the function says otherwise.
/// </summary>
public static partial class Unary
{
    /// <summary>-x; the smallest signed integer stays as it is (ONNX Neg 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void Neg<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => UnaryLoop.Run(default(NegOperator<T>), x, y);

    /// <summary>The magnitude of x; the smallest signed integer stays as it is (ONNX Abs 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void Abs<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => UnaryLoop.Run(default(AbsOperator<T>), x, y);

    /// <summary>1, -1, or x itself where x is zero or NaN (ONNX Sign 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => UnaryLoop.RunScalar<T, T, SignOperator<T>>(default, x, y);

    /// <summary>All bits inverted (ONNX BitwiseNot 18).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void BitwiseNot<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => UnaryLoop.RunScalar<T, T, BitwiseNotOperator<T>>(default, x, y);

    /// <summary>Not x (ONNX Not 1).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void Not(ReadOnlySpan<bool> x, Span<bool> y) => UnaryLoop.RunScalar<bool, bool, NotOperator>(default, x, y);

    /// <summary>Whether x is NaN (ONNX IsNaN 20).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    public static void IsNaN<T>(ReadOnlySpan<T> x, Span<bool> y)
        where T : unmanaged, INumber<T> => UnaryLoop.RunScalar<T, bool, IsNaNOperator<T>>(default, x, y);

    /// <summary>Whether x is infinite (ONNX IsInf 20).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    /// <param name="detectNegative">Whether negative infinity counts.</param>
    /// <param name="detectPositive">Whether positive infinity counts.</param>
    public static void IsInf<T>(ReadOnlySpan<T> x, Span<bool> y, bool detectNegative, bool detectPositive)
        where T : unmanaged, INumber<T> =>
        UnaryLoop.RunScalar<T, bool, IsInfOperator<T>>(new IsInfOperator<T>(detectNegative, detectPositive), x, y);

    internal readonly struct NegOperator<T> : IUnaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => unchecked(-x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => -x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => -x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => -x;
    }

    internal readonly struct AbsOperator<T> : IUnaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Invoke(T x) => T.IsNegative(x) ? unchecked(-x) : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<T> Invoke(Vector128<T> x) => Vector128.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Invoke(Vector256<T> x) => Vector256.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Invoke(Vector512<T> x) => Vector512.Abs(x);
    }

    internal readonly struct SignOperator<T> : IScalarUnaryOperator<T, T>
        where T : unmanaged, INumber<T>
    {
        public T Invoke(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;
    }

    internal readonly struct BitwiseNotOperator<T> : IScalarUnaryOperator<T, T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public T Invoke(T x) => ~x;
    }

    internal readonly struct NotOperator : IScalarUnaryOperator<bool, bool>
    {
        public bool Invoke(bool x) => !x;
    }

    internal readonly struct IsNaNOperator<T> : IScalarUnaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public bool Invoke(T x) => T.IsNaN(x);
    }

    internal readonly struct IsInfOperator<T>(bool detectNegative, bool detectPositive) : IScalarUnaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public bool Invoke(T x) => (detectNegative && T.IsNegativeInfinity(x)) || (detectPositive && T.IsPositiveInfinity(x));
    }
}
