using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>gamma * x where x is above 0, else gamma * alpha * (exp(x) - 1) (ONNX Selu 6).</summary>
internal sealed class Selu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Selu";

    private protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1.67326319217681884765625f);
        double gamma = attributes.GetFloat("gamma", 1.05070102214813232421875f);
        return x => gamma * (x > 0 ? x : alpha * (Math.Exp(x) - 1));
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("alpha", attributes.GetFloat("alpha", 1.67326319217681884765625f)), ("gamma", attributes.GetFloat("gamma", 1.05070102214813232421875f))];

    private protected override string Kernel(AttributeMap attributes) => "Unary.SeluF32";
}
