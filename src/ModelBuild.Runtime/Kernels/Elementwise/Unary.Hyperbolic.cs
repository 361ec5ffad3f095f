namespace ModelBuild.Kernels;

/// <content>Hyperbolic functions.</content>
public static partial class Unary
{
    /// <summary>The hyperbolic sine (ONNX Sinh 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SinhF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, SinhOperator>(new SinhOperator(), x, y);

    /// <summary>The hyperbolic cosine (ONNX Cosh 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void CoshF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, CoshOperator>(new CoshOperator(), x, y);

    /// <summary>The inverse hyperbolic sine (ONNX Asinh 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AsinhF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AsinhOperator>(new AsinhOperator(), x, y);

    /// <summary>The inverse hyperbolic cosine (ONNX Acosh 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AcoshF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AcoshOperator>(new AcoshOperator(), x, y);

    /// <summary>The inverse hyperbolic tangent (ONNX Atanh 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AtanhF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AtanhOperator>(new AtanhOperator(), x, y);

    internal readonly struct SinhOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Sinh(x);
    }

    internal readonly struct CoshOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Cosh(x);
    }

    internal readonly struct AsinhOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Asinh(x);
    }

    internal readonly struct AcoshOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Acosh(x);
    }

    internal readonly struct AtanhOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Atanh(x);
    }
}
