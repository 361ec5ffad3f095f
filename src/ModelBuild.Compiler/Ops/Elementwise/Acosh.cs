using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse hyperbolic cosine (ONNX Acosh 9).</summary>
internal sealed class Acosh : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Acosh";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Acosh(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AcoshF32";
}
