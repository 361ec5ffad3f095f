using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x * sigmoid(alpha * x) (ONNX Swish 24). Written as Sigmoid and Mul, which fuse into the product before them where alpha is 1.</summary>
internal sealed class Swish : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Swish";

    private protected override int MinInputs => 1;

    /// <summary>Adds x * sigmoid(alpha * x).</summary>
    public static Value Of(PartsBuilder parts, Value x, float alpha) =>
        parts.Add("Mul", [x, parts.Add("Sigmoid", [alpha == 1 ? x : parts.Add("Mul", [x, parts.Scalar(x, alpha)])])]);

    private protected override Value?[] Build(PartsBuilder parts) => [Of(parts, parts.Input(0), parts.Attributes.GetFloat("alpha", 1))];
}
