using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse sine (ONNX Asin 7).</summary>
internal sealed class Asin : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Asin";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Asin(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AsinF32";
}
