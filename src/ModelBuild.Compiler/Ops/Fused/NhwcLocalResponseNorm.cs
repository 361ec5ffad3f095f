using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Normalization;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Local response normalisation over x [N,H,W,C].</summary>
public sealed class NhwcLocalResponseNorm() : NhwcForm(new LocalResponseNormalization())
{
    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        LocalResponseNormalization.Call(context, context.Input(0), context.Output(), Axes.Product(x.AsSpan(0, 3)), (int)x[3]);
    }
}
