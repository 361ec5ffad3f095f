using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>DepthToSpace or SpaceToDepth over x [N,H,W,C].</summary>
/// <param name="inner">The standard operator over [N,C,H,W] that it stands for.</param>
public sealed class NhwcBlockRearrangement(BlockRearrangement inner) : NhwcForm(inner)
{
    private readonly bool _toSpace = inner is DepthToSpace;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Shape x = context.Shape(0)!;
        long block = context.Attributes.GetInt("blocksize", 0);
        Dim[] dims = _toSpace
            ? [x[0], x[1] * block, x[2] * block, x[3].Map(c => c / (block * block))]
            : [x[0], x[1].Map(h => h / block), x[2].Map(w => w / block), x[3] * (block * block)];
        context.SetOutput(0, context.Input(0).DType, new Shape(dims));
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        long[] y = context.OutputDims();
        int block = (int)context.Node.Attributes.GetInt("blocksize", 0);
        if (_toSpace)
        {
            context.Call(
                "DepthToSpace.Run", 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("inH", (int)x[1]), ("inW", (int)x[2]), ("channels", (int)x[3]), ("block", block),
                ("columnRowDepth", context.Node.Attributes.GetString("mode", "DCR") == "CRD"));
            return;
        }

        context.Call(
            "DepthToSpace.Reverse", 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("outH", (int)y[1]), ("outW", (int)y[2]), ("channels", (int)x[3]), ("block", block));
    }
}
