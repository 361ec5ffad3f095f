namespace ModelBuild.Kernels;

/// <content>Trigonometric functions.</content>
public static partial class Unary
{
    /// <summary>The sine of an angle in radians (ONNX Sin 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void SinF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, SinOperator>(new SinOperator(), x, y);

    /// <summary>The cosine of an angle in radians (ONNX Cos 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void CosF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, CosOperator>(new CosOperator(), x, y);

    /// <summary>The tangent of an angle in radians (ONNX Tan 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void TanF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, TanOperator>(new TanOperator(), x, y);

    /// <summary>The arcsine (ONNX Asin 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AsinF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AsinOperator>(new AsinOperator(), x, y);

    /// <summary>The arccosine (ONNX Acos 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AcosF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AcosOperator>(new AcosOperator(), x, y);

    /// <summary>The arctangent (ONNX Atan 22).</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result; may be <paramref name="x"/>.</param>
    public static void AtanF32(ReadOnlySpan<float> x, Span<float> y) => UnaryLoop.RunScalar<float, float, AtanOperator>(new AtanOperator(), x, y);

    internal readonly struct SinOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Sin(x);
    }

    internal readonly struct CosOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Cos(x);
    }

    internal readonly struct TanOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Tan(x);
    }

    internal readonly struct AsinOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Asin(x);
    }

    internal readonly struct AcosOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Acos(x);
    }

    internal readonly struct AtanOperator : IScalarUnaryOperator<float, float>
    {
        public float Invoke(float x) => MathF.Atan(x);
    }
}
