using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>log(1 + exp(x)), without overflow (ONNX Softplus 1).</summary>
internal sealed class Softplus : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Softplus";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => Math.Max(x, 0) + ErrorFunction.LogOnePlus(Math.Exp(-Math.Abs(x)));

    private protected override string Kernel(AttributeMap attributes) => "Unary.SoftplusF32";
}
