using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.RandomNumbers;

/// <summary>1 with the probability that the input tells, else 0 (ONNX Bernoulli 22): a uniform number of the node's seed is below it.</summary>
internal sealed class Bernoulli : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Bernoulli";

    /// <inheritdoc/>
    public override string? Limits => "A seed is needed: numbers are the same in every call.";

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        Value uniform = parts.Add("RandomUniformLike", [x], new AttributeMap { { "seed", RandomGenerator.SeedOf(parts.Node) } });
        return [parts.Cast(parts.Add("Less", [uniform, x]), (DType)parts.Attributes.GetInt("dtype", (long)x.Type.DType))];
    }
}
