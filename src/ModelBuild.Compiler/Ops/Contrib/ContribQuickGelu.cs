using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>x * sigmoid(alpha * x).</summary>
internal sealed class ContribQuickGelu() : ContribOp("QuickGelu", 1, 1)
{
    private const float DefaultAlpha = 1.702f;

    private protected override Value?[] Build(PartsBuilder parts) => [Swish.Of(parts, parts.Input(0), parts.Attributes.GetFloat("alpha", DefaultAlpha))];
}
