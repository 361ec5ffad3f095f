using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>RMSNormalization under the name that it had before opset 23, in the default domain: ONNX Runtime and exporters for it wrote it there.</summary>
internal sealed class SimplifiedLayerNormalization : ComposedOp
{
    private const float DefaultEpsilon = 1e-5f;

    /// <inheritdoc/>
    public override string OpType => "SimplifiedLayerNormalization";

    private protected override int MinInputs => 2;

    /// <summary>Adds RMSNormalization over the axes from <paramref name="axis"/> on.</summary>
    public static Value Of(PartsBuilder parts, Value x, Value scale, long axis, float epsilon)
    {
        parts.RequireOpset(23);
        return parts.Add("RMSNormalization", [x, scale], new AttributeMap { { "axis", axis }, { "epsilon", epsilon } });
    }

    private protected override Value?[] Build(PartsBuilder parts) =>
        [Of(parts, parts.Input(0), parts.Input(1), parts.Attributes.GetInt("axis", -1), parts.Attributes.GetFloat("epsilon", DefaultEpsilon))];
}
