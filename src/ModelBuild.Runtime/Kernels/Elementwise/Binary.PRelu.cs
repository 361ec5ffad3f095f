using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>PRelu.</content>
public static partial class Binary
{
    /// <summary>a where a is at least 0, else a * b, b being the slope (ONNX PRelu 16).</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">The right operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be either operand.</param>
    public static void PRelu<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.Run<T, PReluOperator<T>>(a, b, y);

    /// <summary><see cref="PRelu{T}"/> with one right operand for all elements.</summary>
    /// <param name="a">The left operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="b">One element.</param>
    /// <param name="y">The result; may be <paramref name="a"/>.</param>
    public static void PReluScalar<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.RunRightScalar<T, PReluOperator<T>>(a, b, y);

    /// <summary><see cref="PRelu{T}"/> with broadcasting.</summary>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="y">The result, dense; may be an operand that is not repeated.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    public static void PReluBroadcast<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged, INumber<T> =>
        BinaryLoop.RunBroadcast<T, PReluOperator<T>>(a, b, y, shape, aStrides, bStrides);

    internal readonly struct PReluOperator<T> : IBinaryOperator<T>
        where T : unmanaged, INumber<T>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke(T a, T b) => a < T.Zero ? unchecked(a * b) : a;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Invoke(Vector128<T> a, Vector128<T> b) => Vector128.ConditionalSelect(Vector128.LessThan(a, Vector128<T>.Zero), a * b, a);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Invoke(Vector256<T> a, Vector256<T> b) => Vector256.ConditionalSelect(Vector256.LessThan(a, Vector256<T>.Zero), a * b, a);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> a, Vector512<T> b) => Vector512.ConditionalSelect(Vector512.LessThan(a, Vector512<T>.Zero), a * b, a);
    }
}
