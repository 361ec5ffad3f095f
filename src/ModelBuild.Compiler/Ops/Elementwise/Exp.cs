using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>e to the power x (ONNX Exp 13).</summary>
internal sealed class Exp : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Exp";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Exp(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.ExpF32";
}
