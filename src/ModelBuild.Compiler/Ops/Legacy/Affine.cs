using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Legacy;

/// <summary>alpha * x + beta (experimental operator of ONNX 1 to 1.4).</summary>
internal sealed class Affine : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Affine";

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        Value scaled = parts.Add("Mul", [x, parts.Scalar(x, parts.Attributes.GetFloat("alpha", 1))]);
        return [parts.Add("Add", [scaled, parts.Scalar(x, parts.Attributes.GetFloat("beta", 0))])];
    }
}
