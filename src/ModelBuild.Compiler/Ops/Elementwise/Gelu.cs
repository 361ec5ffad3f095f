using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x times the standard normal distribution function, exact or by its tanh approximation (ONNX Gelu 20).</summary>
internal sealed class Gelu : UnaryFloatOp
{
    /// <inheritdoc/>
    public override string OpType => "Gelu";

    private protected override void CheckAttributes(Node node)
    {
        string approximate = node.Attributes.GetString("approximate", "none");
        if (approximate is not ("none" or "tanh"))
        {
            throw NodeErrors.Attribute(node, "approximate", approximate, "It must be none or tanh.");
        }
    }

    private protected override Func<double, double> Function(AttributeMap attributes) => IsTanh(attributes)
        ? static x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))
        : static x => 0.5 * x * (1 + ErrorFunction.Erf(x / Math.Sqrt(2)));

    private protected override string Kernel(AttributeMap attributes) => IsTanh(attributes) ? "Unary.GeluTanhF32" : "Unary.GeluF32";

    private static bool IsTanh(AttributeMap attributes) => attributes.GetString("approximate", "none") == "tanh";
}
