using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse tangent (ONNX Atan 7).</summary>
internal sealed class Atan : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Atan";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Atan(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AtanF32";
}
