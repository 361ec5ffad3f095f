using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x where x is above alpha, else 0 (ONNX ThresholdedRelu 10).</summary>
internal sealed class ThresholdedRelu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "ThresholdedRelu";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1f);
        return x => x > alpha ? x : 0;
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 1f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.ThresholdedReluF32";
}
