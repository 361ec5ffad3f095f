using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The cosine (ONNX Cos 7).</summary>
internal sealed class Cos : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Cos";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Cos(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.CosF32";
}
