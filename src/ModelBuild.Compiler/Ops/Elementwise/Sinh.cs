using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The hyperbolic sine (ONNX Sinh 9).</summary>
internal sealed class Sinh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Sinh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Sinh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.SinhF32";
}
