using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The inverse cosine (ONNX Acos 7).</summary>
internal sealed class Acos : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Acos";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Acos(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.AcosF32";
}
