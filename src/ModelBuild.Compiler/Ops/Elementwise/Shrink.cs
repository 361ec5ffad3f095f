using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>x + bias below -lambd, x - bias above lambd, else 0 (ONNX Shrink 9). Integers are computed in binary64 and truncated.</summary>
internal sealed class Shrink : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Shrink";

    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        DType type = parts.Input(0).Type.DType;
        ElementTypes.Require(parts.Node, 0, type, ElementTypes.IsNumeric, "numbers");
        Value x = parts.Cast(parts.Input(0), DTypes.IsFloat(type) ? type : DType.F64);
        double limit = parts.Attributes.GetFloat("lambd", 0.5f);
        Value bias = parts.Scalar(x, parts.Attributes.GetFloat("bias", 0));
        Value inside = parts.Add("Where", [parts.Add("Greater", [x, parts.Scalar(x, limit)]), parts.Add("Sub", [x, bias]), parts.Scalar(x, 0)]);
        Value y = parts.Add("Where", [parts.Add("Less", [x, parts.Scalar(x, -limit)]), parts.Add("Add", [x, bias]), inside]);
        return [parts.Cast(y, type)];
    }
}
