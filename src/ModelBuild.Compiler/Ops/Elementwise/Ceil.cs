using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The next integer above (ONNX Ceil 13).</summary>
internal sealed class Ceil : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Ceil";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Ceiling(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.CeilF32";
}
