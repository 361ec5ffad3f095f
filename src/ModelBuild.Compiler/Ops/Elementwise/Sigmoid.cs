using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>1 / (1 + exp(-x)) (ONNX Sigmoid 13).</summary>
internal sealed class Sigmoid : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Sigmoid";

    private protected override Func<double, double> Function(AttributeMap attributes) => static x => 1 / (1 + Math.Exp(-x));

    private protected override string Kernel(AttributeMap attributes) => "Unary.SigmoidF32";
}
