using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>
/// Elementwise comparisons with broadcasting. A comparison with NaN is false. The number of elements is the product of <c>shape</c>; a stride of 0
/// repeats an operand along that axis.
/// </summary>
public static class Compare
{
    /// <summary>Whether a equals b; also for bool (ONNX Equal 19), for operands of equal shape; the number of elements is the length of <paramref name="y"/>.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    public static void Equal<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, IEquatable<T> =>
        ScalarBinaryLoop.Run<T, bool, EqualOperator<T>>(a, b, y);

    /// <summary>Whether a equals b; also for bool (ONNX Equal 19), with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void EqualBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, IEquatable<T> =>
        ScalarBinaryLoop.RunBroadcast<T, bool, EqualOperator<T>>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether a is below b (ONNX Less 13), for operands of equal shape; the number of elements is the length of <paramref name="y"/>.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    public static void Less<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, bool, LessOperator<T>>(a, b, y);

    /// <summary>Whether a is below b (ONNX Less 13), with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void LessBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, bool, LessOperator<T>>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether a is at most b (ONNX LessOrEqual 16), for operands of equal shape; the number of elements is the length of <paramref name="y"/>.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    public static void LessOrEqual<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, bool, LessOrEqualOperator<T>>(a, b, y);

    /// <summary>Whether a is at most b (ONNX LessOrEqual 16), with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void LessOrEqualBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, bool, LessOrEqualOperator<T>>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether a is above b (ONNX Greater 13), for operands of equal shape; the number of elements is the length of <paramref name="y"/>.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    public static void Greater<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, bool, GreaterOperator<T>>(a, b, y);

    /// <summary>Whether a is above b (ONNX Greater 13), with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void GreaterBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, bool, GreaterOperator<T>>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether a is at least b (ONNX GreaterOrEqual 16), for operands of equal shape; the number of elements is the length of <paramref name="y"/>.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    public static void GreaterOrEqual<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.Run<T, bool, GreaterOrEqualOperator<T>>(a, b, y);

    /// <summary>Whether a is at least b (ONNX GreaterOrEqual 16), with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void GreaterOrEqualBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        ScalarBinaryLoop.RunBroadcast<T, bool, GreaterOrEqualOperator<T>>(a, b, y, shape, aStrides, bStrides);

    private readonly struct EqualOperator<T> : IScalarBinaryOperator<T, bool>
        where T : unmanaged, IEquatable<T>
    {
        public static bool Invoke(T a, T b)
        {
            if (typeof(T) == typeof(float))
            {
                return (float)(object)a == (float)(object)b;
            }

            if (typeof(T) == typeof(double))
            {
                return (double)(object)a == (double)(object)b;
            }

            if (typeof(T) == typeof(Half))
            {
                return (Half)(object)a == (Half)(object)b;
            }

            return a.Equals(b);
        }
    }

    private readonly struct LessOperator<T> : IScalarBinaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public static bool Invoke(T a, T b) => a < b;
    }

    private readonly struct LessOrEqualOperator<T> : IScalarBinaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public static bool Invoke(T a, T b) => a <= b;
    }

    private readonly struct GreaterOperator<T> : IScalarBinaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public static bool Invoke(T a, T b) => a > b;
    }

    private readonly struct GreaterOrEqualOperator<T> : IScalarBinaryOperator<T, bool>
        where T : unmanaged, INumber<T>
    {
        public static bool Invoke(T a, T b) => a >= b;
    }
}
