using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x * tanh(softplus(x)) (ONNX Mish 18).</summary>
internal sealed class Mish : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Mish";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => x * Math.Tanh(Math.Max(x, 0) + ErrorFunction.LogOnePlus(Math.Exp(-Math.Abs(x))));

    private protected override string Kernel(AttributeMap attributes) => "Unary.MishF32";
}
