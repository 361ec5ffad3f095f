using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Functions made of an exponential and a gate or a branch.</content>
public static partial class Unary
{
    private const float SqrtTwoOverPi = 0.79788456080286536f;
    private const float GeluCubic = 0.044715f;
    private const float MishSaturation = 20f;

    /// <summary>x where x is at least 0, else alpha * (exp(x) - 1) (ONNX Elu 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The negated limit at minus infinity.</param>
    public static void EluF32(ReadOnlySpan<float> x, Span<float> y, float alpha) => UnaryLoop.Run(new EluOperator(alpha), x, y);

    /// <summary>gamma * x where x is above 0, else gamma * (alpha * exp(x) - alpha) (ONNX Selu 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The scale of the exponential part.</param>
    /// <param name="gamma">The scale of the whole.</param>
    public static void SeluF32(ReadOnlySpan<float> x, Span<float> y, float alpha, float gamma) => UnaryLoop.Run(new SeluOperator(alpha, gamma), x, y);

    /// <summary>max(0, x) + min(0, alpha * (exp(x / alpha) - 1)) (ONNX Celu 12).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    /// <param name="alpha">The negated limit at minus infinity; not zero.</param>
    public static void CeluF32(ReadOnlySpan<float> x, Span<float> y, float alpha) => UnaryLoop.Run(new CeluOperator(alpha), x, y);

    /// <summary>0.5 * x * (1 + erf(x / sqrt(2))) (ONNX Gelu 20, approximate = none).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void GeluF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new GeluOperator(), x, y);

    /// <summary>0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) (ONNX Gelu 20, approximate = tanh).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void GeluTanhF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new GeluTanhOperator(), x, y);

    /// <summary>x * sigmoid(x), also called Swish (ONNX Swish 24 with alpha 1).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SiluF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new SiluOperator(), x, y);

    /// <summary>x * tanh(log(1 + exp(x))) (ONNX Mish 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void MishF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.Run(new MishOperator(), x, y);

    internal readonly struct EluOperator(float alpha) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), Vector128.Create(alpha) * (VectorMath.Exp(x) - Vector128<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(alpha) * (VectorMath.Exp(x) - Vector256<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(alpha) * (VectorMath.Exp(x) - Vector512<float>.One), x);
    }

    internal readonly struct SeluOperator(float alpha, float gamma) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.Create(gamma) * Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), Vector128.Create(alpha) * (VectorMath.Exp(x) - Vector128<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.Create(gamma) * Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(alpha) * (VectorMath.Exp(x) - Vector256<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.Create(gamma) * Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(alpha) * (VectorMath.Exp(x) - Vector512<float>.One), x);
    }

    internal readonly struct CeluOperator(float alpha) : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), Vector128.Create(alpha) * (VectorMath.Exp(x / Vector128.Create(alpha)) - Vector128<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(alpha) * (VectorMath.Exp(x / Vector256.Create(alpha)) - Vector256<float>.One), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(alpha) * (VectorMath.Exp(x / Vector512.Create(alpha)) - Vector512<float>.One), x);
    }

    internal readonly struct GeluOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            VectorMath.Gelu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            VectorMath.Gelu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            VectorMath.Gelu(x);
    }

    internal readonly struct GeluTanhOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) =>
            Vector128.Create(0.5f) * x * (Vector128<float>.One + VectorMath.Tanh(Vector128.Create(SqrtTwoOverPi) * Vector128.FusedMultiplyAdd(x * x * x, Vector128.Create(GeluCubic), x)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) =>
            Vector256.Create(0.5f) * x * (Vector256<float>.One + VectorMath.Tanh(Vector256.Create(SqrtTwoOverPi) * Vector256.FusedMultiplyAdd(x * x * x, Vector256.Create(GeluCubic), x)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) =>
            Vector512.Create(0.5f) * x * (Vector512<float>.One + VectorMath.Tanh(Vector512.Create(SqrtTwoOverPi) * Vector512.FusedMultiplyAdd(x * x * x, Vector512.Create(GeluCubic), x)));
    }

    internal readonly struct SiluOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x) => VectorMath.Silu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x) => VectorMath.Silu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x) => VectorMath.Silu(x);
    }

    internal readonly struct MishOperator : IUnaryOperator<float>
    {
        public static bool IsVectorizable => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Invoke(float x) => Invoke(Vector128.CreateScalar(x)).ToScalar();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Invoke(Vector128<float> x)
        {
            // tanh(log(1 + e)) = n / (n + 2) with n = e * (e + 2); from x = 20 on the quotient rounds to 1.
            Vector128<float> e = VectorMath.Exp(Vector128.Min(x, Vector128.Create(MishSaturation)));
            Vector128<float> n = e * (e + Vector128.Create(2f));
            return x * (n / (n + Vector128.Create(2f)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> x)
        {
            // tanh(log(1 + e)) = n / (n + 2) with n = e * (e + 2); from x = 20 on the quotient rounds to 1.
            Vector256<float> e = VectorMath.Exp(Vector256.Min(x, Vector256.Create(MishSaturation)));
            Vector256<float> n = e * (e + Vector256.Create(2f));
            return x * (n / (n + Vector256.Create(2f)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Invoke(Vector512<float> x)
        {
            // tanh(log(1 + e)) = n / (n + 2) with n = e * (e + 2); from x = 20 on the quotient rounds to 1.
            Vector512<float> e = VectorMath.Exp(Vector512.Min(x, Vector512.Create(MishSaturation)));
            Vector512<float> n = e * (e + Vector512.Create(2f));
            return x * (n / (n + Vector512.Create(2f)));
        }
    }
}
