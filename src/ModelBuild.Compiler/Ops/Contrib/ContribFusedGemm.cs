using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Gemm and an activation function.</summary>
internal sealed class ContribFusedGemm() : ContribOp("FusedGemm", 2, 3)
{
    private static readonly string[] s_product = ["alpha", "beta", "transA", "transB"];

    /// <inheritdoc/>
    public override string? Limits => "Activations: Clip, Gelu, HardSigmoid, HardSwish, LeakyRelu, Relu, Sigmoid, Tanh.";

    private protected override Value?[] Build(PartsBuilder parts)
    {
        AttributeMap attributes = [];
        foreach (string name in s_product.Where(parts.Attributes.Contains))
        {
            attributes[name] = parts.Attributes[name];
        }

        Value y = parts.Add("Gemm", [parts.Input(0), parts.Input(1), parts.InputOrNull(2)], attributes);
        float[] parameters = [parts.Attributes.GetFloat("activation_alpha", float.NaN), parts.Attributes.GetFloat("activation_beta", float.NaN)];
        return [ContribActivation.Add(parts, y, parts.Attributes.GetString("activation", ""), parameters)];
    }
}
