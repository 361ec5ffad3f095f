using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Trilu under the domain that it had before opset 14.</summary>
internal sealed class ContribTrilu() : ContribOp("Trilu", 1, 2)
{
    private protected override Value?[] Build(PartsBuilder parts) => [parts.Add("Trilu", [parts.Input(0), parts.InputOrNull(1)], parts.Attributes.Clone())];
}
