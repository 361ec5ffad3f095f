using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>SkipLayerNormalization and SkipSimplifiedLayerNormalization: the sum of a value, a residual and a bias, and its normalisation along the last axis.</summary>
/// <param name="isSimplified">True for the one that divides by the root of the mean square only.</param>
internal sealed class ContribSkipNormalization(bool isSimplified) : ContribOp(isSimplified ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization", 3, isSimplified ? 4 : 5)
{
    private const float DefaultEpsilon = 1e-12f;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        float epsilon = parts.Attributes.GetFloat("epsilon", DefaultEpsilon);
        Value sum = parts.Add("Add", [parts.Input(0), parts.Input(1)]);
        if (parts.InputOrNull(isSimplified ? 3 : 4) is { } bias)
        {
            sum = parts.Add("Add", [sum, bias]);
        }

        Value y = isSimplified
            ? SimplifiedLayerNormalization.Of(parts, sum, parts.Input(2), -1, epsilon)
            : parts.Add("LayerNormalization", [sum, parts.Input(2), parts.InputOrNull(3)], new AttributeMap { { "axis", -1L }, { "epsilon", epsilon } });
        return [y, null, null, sum];
    }
}
