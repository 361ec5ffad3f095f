using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>A pool over x [N,H,W,C] or [N,D,H,W,C].</summary>
/// <param name="inner">The standard operator over [N,C,...] that it stands for.</param>
public sealed class NhwcPool(PoolOp inner) : Op
{
    /// <inheritdoc/>
    public override string OpType => inner.OpType;

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Shape x = context.Shape(0)!;
        Dim[] spatial = ChannelsLast.Spatial(x);
        SpatialGeometry g = SpatialGeometry.Of(context.Node, null, spatial);
        context.SetOutput(0, context.Input(0).DType, new Shape([x[0], .. g.Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0), x[^1]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context) => [ChannelsLast.Evaluate(context, inner)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        if (x.Length == 5)
        {
            VolumeLowering.Pool(context, inner);
            return;
        }

        long[] y = context.OutputDims();
        SpatialGeometry g = SpatialGeometry.Of(context.Node, null, [x[1], x[2]]);
        List<(string, StepValue)> arguments =
        [
            ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("inH", (int)x[1]), ("inW", (int)x[2]), ("channels", (int)x[3]), ("outH", (int)y[1]), ("outW", (int)y[2]),
            ("kernelH", (int)g.Kernel[0]), ("kernelW", (int)g.Kernel[1]), ("strideH", (int)g.Strides[0]), ("strideW", (int)g.Strides[1]), ("padTop", (int)g.Pads[0]), ("padLeft", (int)g.Pads[1]),
        ];
        if (inner is AveragePool)
        {
            arguments.AddRange([("padBottom", (int)g.Pads[2]), ("padRight", (int)g.Pads[3])]);
        }

        arguments.AddRange([("dilationH", (int)g.Dilations[0]), ("dilationW", (int)g.Dilations[1])]);
        if (inner is AveragePool)
        {
            arguments.Add(("countIncludePad", context.Node.Attributes.GetInt("count_include_pad", 0) != 0));
        }

        if (inner is LpPool)
        {
            arguments.Add(("p", LpPool.Order(context.Node)));
        }

        context.Call(inner is AveragePool ? "AveragePool.F32" : inner is LpPool ? "LpPool.F32" : "MaxPool.Run", 0, [.. arguments]);
    }
}
