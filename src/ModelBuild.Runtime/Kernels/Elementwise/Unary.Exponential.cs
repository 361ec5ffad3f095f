using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Exponential, logarithm and the sigmoid family.</content>
public static partial class Unary
{
    /// <summary>e to the power x (ONNX Exp 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void ExpF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new ExpOperator(), x, y);

    /// <summary>The natural logarithm, NaN below zero (ONNX Log 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void LogF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new LogOperator(), x, y);

    /// <summary>1 / (1 + exp(-x)) (ONNX Sigmoid 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SigmoidF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SigmoidOperator(), x, y);

    /// <summary>The hyperbolic tangent (ONNX Tanh 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void TanhF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new TanhOperator(), x, y);

    /// <summary>The error function (ONNX Erf 13).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void ErfF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new ErfOperator(), x, y);

    /// <summary>log(1 + exp(x)), without overflow and with full relative precision at both ends (ONNX Softplus 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SoftplusF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SoftplusOperator(), x, y);

    internal readonly struct ExpOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Exp(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Exp(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Exp(x);
    }

    internal readonly struct LogOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => Vector128.Log(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => Vector256.Log(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => Vector512.Log(x);
    }

    internal readonly struct SigmoidOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Sigmoid(x);
    }

    internal readonly struct TanhOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Tanh(x);
    }

    internal readonly struct ErfOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Erf(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Erf(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Erf(x);
    }

    internal readonly struct SoftplusOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x)
        {
            Vector128<float> e = VectorMath.Exp(-Vector128.Abs(x));

            // log(1 + e) = log(u) * e / (u - 1) with u = 1 + e as rounded (Kahan): keeps the digits of a small e.
            Vector128<float> u = Vector128<float>.One + e;
            Vector128<float> log = Vector128.Log(u) * (e / (u - Vector128<float>.One));
            log = Vector128.ConditionalSelect(Vector128.Equals(u, Vector128<float>.One), e, log);
            return Vector128.Max(x, Vector128<float>.Zero) + log;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x)
        {
            Vector256<float> e = VectorMath.Exp(-Vector256.Abs(x));

            // log(1 + e) = log(u) * e / (u - 1) with u = 1 + e as rounded (Kahan): keeps the digits of a small e.
            Vector256<float> u = Vector256<float>.One + e;
            Vector256<float> log = Vector256.Log(u) * (e / (u - Vector256<float>.One));
            log = Vector256.ConditionalSelect(Vector256.Equals(u, Vector256<float>.One), e, log);
            return Vector256.Max(x, Vector256<float>.Zero) + log;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x)
        {
            Vector512<float> e = VectorMath.Exp(-Vector512.Abs(x));

            // log(1 + e) = log(u) * e / (u - 1) with u = 1 + e as rounded (Kahan): keeps the digits of a small e.
            Vector512<float> u = Vector512<float>.One + e;
            Vector512<float> log = Vector512.Log(u) * (e / (u - Vector512<float>.One));
            log = Vector512.ConditionalSelect(Vector512.Equals(u, Vector512<float>.One), e, log);
            return Vector512.Max(x, Vector512<float>.Zero) + log;
        }
    }
}
