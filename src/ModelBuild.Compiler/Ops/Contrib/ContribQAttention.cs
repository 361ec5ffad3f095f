using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Attention whose projection multiplies 8-bit integers: MatMulInteger, the scales and the bias, then attention in floating point.</summary>
internal sealed class ContribQAttention() : ContribOp("QAttention", 5, 9)
{
    private const int Mask = 5;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) =>
        base.IsKnown(inputs) && inputs[1]!.Type.Shape!.IsStatic && (inputs.ElementAtOrDefault(Mask)?.Type.Shape is not { Rank: 1 } mask || (mask.IsStatic && inputs[0]!.Type.Shape is { Rank: > 0 } x && x[0].IsKnown));

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value product = parts.Cast(parts.Add("MatMulInteger", [parts.Input(0), parts.Input(1), parts.InputOrNull(6), parts.InputOrNull(7)]), parts.Input(2).Type.DType);
        Value scaled = parts.Add("Mul", [product, parts.Add("Mul", [parts.Input(3), parts.Input(4)])]);
        return ContribAttention.Attend(parts, parts.Add("Add", [scaled, parts.Input(2)]), parts.InputOrNull(Mask), parts.InputOrNull(8), null);
    }
}
