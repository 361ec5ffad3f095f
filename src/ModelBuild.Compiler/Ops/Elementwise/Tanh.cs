using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The hyperbolic tangent (ONNX Tanh 13).</summary>
internal sealed class Tanh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Tanh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Tanh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.TanhF32";
}
