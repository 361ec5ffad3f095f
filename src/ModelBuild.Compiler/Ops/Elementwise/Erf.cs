using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The error function (ONNX Erf 13).</summary>
internal sealed class Erf : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Erf";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => ErrorFunction.Erf(x);

    private protected override string Kernel(AttributeMap attributes) => "Unary.ErfF32";
}
