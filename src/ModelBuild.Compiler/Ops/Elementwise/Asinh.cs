using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse hyperbolic sine (ONNX Asinh 9).</summary>
internal sealed class Asinh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Asinh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Asinh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AsinhF32";
}
