using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>BatchNormalization with constant parameters over x [N,H,W,C].</summary>
public sealed class NhwcBatchNorm() : NhwcForm(new BatchNormalization())
{
    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (double[] scale, double[] shift) = BatchNormalization.Affine(context.Node) ?? throw NodeErrors.Attribute(context.Node, "scale", "computed", "Only constant parameters have a kernel.");
        long[] x = context.InputDims(0);
        context.AllowInPlace(0, 0);
        context.Call(
            "BatchNorm.NhwcF32",
            0,
            ("x", context.Input(0)),
            ("scale", context.Weights(Tensor.Vector<float>([.. scale.Select(v => (float)v)]))),
            ("shift", context.Weights(Tensor.Vector<float>([.. shift.Select(v => (float)v)]))),
            ("y", context.Output()),
            ("rows", Axes.Product(x.AsSpan(0, 3))),
            ("channels", (int)x[3]));
    }
}
