using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The hyperbolic cosine (ONNX Cosh 9).</summary>
internal sealed class Cosh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Cosh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Cosh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.CoshF32";
}
