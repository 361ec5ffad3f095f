using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>max(0, min(1, alpha * x + beta)) (ONNX HardSigmoid 6).</summary>
internal sealed class HardSigmoid : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "HardSigmoid";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 0.2f);
        double beta = attributes.GetFloat("beta", 0.5f);
        return x => Math.Max(0, Math.Min(1, (alpha * x) + beta));
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 0.2f)), ("beta", attributes.GetFloat("beta", 0.5f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.HardSigmoidF32";
}
