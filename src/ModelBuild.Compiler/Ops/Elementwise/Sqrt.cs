using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The square root; NaN below 0 (ONNX Sqrt 13).</summary>
internal sealed class Sqrt : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Sqrt";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Sqrt(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.SqrtF32";
}
