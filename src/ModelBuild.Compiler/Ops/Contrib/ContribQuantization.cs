using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>QuantizeLinear and DequantizeLinear under the domain in which ONNX Runtime's tools write them for types that the standard operators took later.</summary>
/// <param name="opType">The standard operator.</param>
internal sealed class ContribQuantization(string opType) : ContribOp(opType, 2, 3)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        AttributeMap attributes = [];
        if (parts.Attributes.Contains("axis"))
        {
            attributes.Add("axis", parts.Attributes.GetInt("axis", 1));
        }

        return [parts.Add(OpType, [parts.Input(0), QuantizedScalars.Of(parts, 1), parts.InputOrNull(2) is null ? null : QuantizedScalars.Of(parts, 2)], attributes)];
    }
}
