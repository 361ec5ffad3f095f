using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Concatenation of quantised tensors of different scales: the result's scale and zero point, then triples of tensor, scale and zero point.</summary>
internal sealed class ContribQLinearConcat() : ContribOp("QLinearConcat", 5, int.MaxValue)
{
    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        int count = (parts.Node.Inputs.Count - 2) / 3;
        if (parts.Node.Inputs.Count != (3 * count) + 2 || !parts.Attributes.Contains("axis"))
        {
            throw NodeErrors.Invalid(parts.Node, $"has {parts.Node.Inputs.Count} inputs; two and three for each operand are needed, and an axis.");
        }

        List<Value> operands = [];
        for (int i = 0; i < count; i++)
        {
            operands.Add(parts.Add("DequantizeLinear", [parts.Input((3 * i) + 2), QuantizedScalars.Of(parts, (3 * i) + 3), QuantizedScalars.Of(parts, (3 * i) + 4)]));
        }

        Value joined = parts.Add("Concat", [.. operands], new AttributeMap { { "axis", parts.Attributes.GetInt("axis", 0) } });
        return [parts.Add("QuantizeLinear", [joined, QuantizedScalars.Of(parts, 0), QuantizedScalars.Of(parts, 1)])];
    }
}
