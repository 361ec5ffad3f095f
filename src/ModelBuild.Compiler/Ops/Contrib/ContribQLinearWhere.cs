using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Where of two quantised tensors: the condition, triples of tensor, scale and zero point, and the result's scale and zero point.</summary>
internal sealed class ContribQLinearWhere() : ContribOp("QLinearWhere", 9, 9)
{
    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value chosen = parts.Add("Where", [parts.Input(0), Number(parts, 1), Number(parts, 4)]);
        return [parts.Add("QuantizeLinear", [chosen, QuantizedScalars.Of(parts, 7), QuantizedScalars.Of(parts, 8)])];
    }

    private static Value Number(PartsBuilder parts, int first) => parts.Add("DequantizeLinear", [parts.Input(first), QuantizedScalars.Of(parts, first + 1), QuantizedScalars.Of(parts, first + 2)]);
}
