using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Slices of a tensor taken by index along one axis (ONNX Gather 13). Negative indices count from the end.</summary>
public sealed class Gather : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Gather";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 1, context.Input(1).DType);
        Shape? shape = null;
        if (context.Shape(0) is { } x)
        {
            int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), x.Rank);
            shape = context.Shape(1) is { } indices ? new Shape([.. x.Take(axis), .. indices, .. x.Skip(axis + 1)]) : null;
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor indices = context.Input(1);
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), x.Rank);
        (int outer, int length, int inner) = Axes.Split(x.Dims, axis);
        long[] values = [.. Elements.Integers(context.Node, 1, indices).Select(i => Index.Normalize(context.Node, i, length))];
        Tensor y = Results.Allocate(context.Node, x.DType, [.. x.Dims[..axis], .. indices.Dims, .. x.Dims[(axis + 1)..]]);
        long target = 0;
        for (long o = 0; o < outer; o++)
        {
            foreach (long index in values)
            {
                Elements.Copy(x, ((o * length) + index) * inner, y, target, inner);
                target += inner;
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int outer, int length, int inner) = Axes.Split(dims, Axes.Normalize(context.Node, context.Node.Attributes.GetInt("axis", 0), dims.Length));
        context.Call("Gather.Run", 0, ("x", context.Input(0)), ("indices", context.Input(1)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("inner", inner));
    }
}
