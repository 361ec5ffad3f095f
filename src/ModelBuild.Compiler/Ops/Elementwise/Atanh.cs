using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse hyperbolic tangent (ONNX Atanh 9).</summary>
internal sealed class Atanh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Atanh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Atanh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AtanhF32";
}
