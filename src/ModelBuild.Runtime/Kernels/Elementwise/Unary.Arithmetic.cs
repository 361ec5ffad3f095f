using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Arithmetic.</content>
public static partial class Unary
{
    /// <summary>-x (ONNX Neg 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void NegF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new NegOperator(), x, y);

    /// <summary>The magnitude of x (ONNX Abs 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AbsF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new AbsOperator(), x, y);

    /// <summary>1, -1, or x itself where x is zero or NaN (ONNX Sign 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SignF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SignOperator(), x, y);

    /// <summary>The square root, NaN below zero (ONNX Sqrt 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SqrtF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SqrtOperator(), x, y);

    /// <summary>1 / x (ONNX Reciprocal 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void ReciprocalF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new ReciprocalOperator(), x, y);

    /// <summary>x / (1 + |x|) (ONNX Softsign 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SoftsignF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SoftsignOperator(), x, y);

    internal readonly struct NegOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => -x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => -x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => -x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => -x;
    }

    internal readonly struct AbsOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Abs(x);
    }

    internal readonly struct SignOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x > 0f ? 1f : x < 0f ? -1f : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.GreaterThan(x, Vector128<float>.Zero), Vector128<float>.One, Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), -Vector128<float>.One, x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), Vector256<float>.One, Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), -Vector256<float>.One, x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), -Vector512<float>.One, x));
    }

    internal readonly struct SqrtOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => MathF.Sqrt(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Sqrt(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Sqrt(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Sqrt(x);
    }

    internal readonly struct ReciprocalOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => 1f / x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128<float>.One / x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256<float>.One / x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512<float>.One / x;
    }

    internal readonly struct SoftsignOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => x / (1f + MathF.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => x / (Vector128<float>.One + Vector128.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => x / (Vector256<float>.One + Vector256.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => x / (Vector512<float>.One + Vector512.Abs(x));
    }
}
