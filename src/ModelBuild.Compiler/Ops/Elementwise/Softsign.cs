using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x / (1 + |x|) (ONNX Softsign 1).</summary>
internal sealed class Softsign : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Softsign";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => x / (1 + Math.Abs(x));

    private protected override string Kernel(AttributeMap attributes) => "Unary.SoftsignF32";
}
