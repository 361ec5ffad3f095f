using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The tangent (ONNX Tan 7).</summary>
internal sealed class Tan : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Tan";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Tan(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.TanF32";
}
