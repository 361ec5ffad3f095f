using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>max(0, x) + min(0, alpha * (exp(x / alpha) - 1)) (ONNX Celu 28).</summary>
internal sealed class Celu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Celu";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1f);
        return x => x < 0 ? alpha * (Math.Exp(x / alpha) - 1) : x;
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 1f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.CeluF32";
}
