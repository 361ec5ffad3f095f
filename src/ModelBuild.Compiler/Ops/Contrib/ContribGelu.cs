using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Gelu, FastGelu (by its tanh approximation), and both with a bias before.</summary>
/// <param name="opType">Gelu, BiasGelu or FastGelu.</param>
/// <param name="minInputs">1, or 2 where the bias must be given.</param>
/// <param name="maxInputs">1, or 2 where there may be a bias.</param>
/// <param name="approximate">Attribute of the standard operator.</param>
internal sealed class ContribGelu(string opType, int minInputs, int maxInputs, string approximate) : ContribOp(opType, minInputs, maxInputs)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        Value sum = parts.InputOrNull(1) is { } bias ? parts.Add("Add", [x, bias]) : x;
        return [parts.Add("Gelu", [sum], new AttributeMap { { "approximate", approximate } })];
    }
}
