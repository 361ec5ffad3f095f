using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x where x is at least 0, else alpha * (exp(x) - 1) (ONNX Elu 6).</summary>
internal sealed class Elu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Elu";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1f);
        return x => x < 0 ? alpha * (Math.Exp(x) - 1) : x;
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 1f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.EluF32";
}
