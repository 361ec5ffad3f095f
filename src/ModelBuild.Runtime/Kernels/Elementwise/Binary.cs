namespace ModelBuild.Kernels;

/// <summary>
/// Elementwise functions of two operands of one type. <c>Op</c> takes operands of equal shape, <c>OpScalar</c> and <c>ScalarOp</c> one element on the
/// right and on the left, <c>OpBroadcast</c> any shapes that broadcast. The number of elements is the length of <c>y</c>, or the product of
/// <c>shape</c>. Operands are the same memory as <c>y</c> or do not overlap it.
/// </summary>
public static partial class Binary
{
    /// <summary>Whether both are true (ONNX And 7).</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void AndBroadcast(
        ReadOnlySpan<bool> a, ReadOnlySpan<bool> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides) =>
        ScalarBinaryLoop.RunBroadcast<bool, bool, AndOperator>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether at least one is true (ONNX Or 7).</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void OrBroadcast(
        ReadOnlySpan<bool> a, ReadOnlySpan<bool> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides) =>
        ScalarBinaryLoop.RunBroadcast<bool, bool, OrOperator>(a, b, y, shape, aStrides, bStrides);

    /// <summary>Whether exactly one is true (ONNX Xor 7).</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void XorBroadcast(
        ReadOnlySpan<bool> a, ReadOnlySpan<bool> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides) =>
        ScalarBinaryLoop.RunBroadcast<bool, bool, XorOperator>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct AndOperator : IScalarBinaryOperator<bool, bool>
    {
        public static bool Invoke(bool a, bool b) => a & b;
    }

    internal readonly struct OrOperator : IScalarBinaryOperator<bool, bool>
    {
        public static bool Invoke(bool a, bool b) => a | b;
    }

    internal readonly struct XorOperator : IScalarBinaryOperator<bool, bool>
    {
        public static bool Invoke(bool a, bool b) => a ^ b;
    }
}
