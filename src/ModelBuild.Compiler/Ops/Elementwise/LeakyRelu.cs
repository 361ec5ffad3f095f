using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x where x is at least 0, else alpha * x (ONNX LeakyRelu 16).</summary>
internal sealed class LeakyRelu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "LeakyRelu";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 0.01f);
        return x => x < 0 ? alpha * x : x;
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 0.01f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.LeakyReluF32";
}
