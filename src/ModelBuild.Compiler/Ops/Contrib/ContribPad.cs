using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Pad under the domain that it had before opset 11; the amounts may be a row of a matrix.</summary>
internal sealed class ContribPad() : ContribOp("Pad", 2, 3)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value pads = parts.Input(1);
        Value amounts = parts.ShapeOf(pads).Rank == 1 ? pads : parts.Reshape(pads, -1);
        Value? value = parts.InputOrNull(2) is { } given && parts.ShapeOf(given).Rank > 0 ? parts.Add("Squeeze", [given]) : parts.InputOrNull(2);
        return [parts.Add("Pad", [parts.Input(0), amounts, value], new AttributeMap { { "mode", parts.Attributes.GetString("mode", "constant") } })];
    }
}
