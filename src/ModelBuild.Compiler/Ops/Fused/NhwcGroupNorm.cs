using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Normalization;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>GroupNormalization or InstanceNormalization over x [N,H,W,C].</summary>
/// <param name="inner">The standard operator over [N,C,H,W] that it stands for.</param>
public sealed class NhwcGroupNorm(ChannelNormalization inner) : NhwcForm(inner)
{
    private readonly ChannelNormalization _inner = inner;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        int channels = (int)x[3];
        context.AllowInPlace(0, 0);
        context.Call(
            "GroupNorm.NhwcF32",
            0,
            ("x", context.Input(0)),
            ("scale", context.Input(1)),
            ("bias", context.Input(2)),
            ("y", context.Output()),
            ("batch", (int)x[0]),
            ("spatial", Axes.Product([x[1], x[2]])),
            ("channels", channels),
            ("groups", _inner.Groups(context.Node, channels)),
            ("epsilon", ChannelNormalization.Epsilon(context.Node)));
    }
}
