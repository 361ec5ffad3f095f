using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>
/// SpaceToDepth from x [N,C,H,W] to [N,H,W,C]. Attributes: blocksize, and columns_first where the column within a block counts more than the row, as where a model
/// joins slices in that order.
/// </summary>
public sealed class PlanarBlocks : Op
{
    /// <inheritdoc/>
    public override string OpType => "PlanarBlocks";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Shape x = context.Shape(0)!;
        long block = context.Attributes.GetInt("blocksize", 0);
        context.SetOutput(0, context.Input(0).DType, new Shape([x[0], x[2].Map(h => h / block), x[3].Map(w => w / block), x[1] * (block * block)]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long block = context.Node.Attributes.GetInt("blocksize", 0);
        int[] perm = ColumnsFirst(context.Node) ? [0, 2, 4, 5, 3, 1] : [0, 2, 4, 3, 5, 1];
        Tensor split = x.Reshape(x.Dims[0], x.Dims[1], x.Dims[2] / block, block, x.Dims[3] / block, block);
        return [Shapes.Transpose.Apply(split, perm).Reshape(x.Dims[0], x.Dims[2] / block, x.Dims[3] / block, x.Dims[1] * block * block)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        long[] y = context.OutputDims();
        context.Call(
            "PlanarBlocks.F32", 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("planes", (int)x[1]), ("outH", (int)y[1]), ("outW", (int)y[2]),
            ("block", (int)context.Node.Attributes.GetInt("blocksize", 0)), ("columnsFirst", ColumnsFirst(context.Node)));
    }

    private static bool ColumnsFirst(Node node) => node.Attributes.GetInt("columns_first", 0) != 0;
}
