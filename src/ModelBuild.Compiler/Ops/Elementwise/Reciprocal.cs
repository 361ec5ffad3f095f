using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>1 / x (ONNX Reciprocal 13).</summary>
internal sealed class Reciprocal : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Reciprocal";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => 1 / x;

    private protected override string Kernel(AttributeMap attributes) => "Unary.ReciprocalF32";
}
