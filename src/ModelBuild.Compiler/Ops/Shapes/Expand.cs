using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Broadcasting to the shape of the second input (ONNX Expand 13).</summary>
public sealed class Expand : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Expand";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        Shape? shape = ShapeValues.ShapeOf(context.Node, 1);
        context.SetOutput(0, context.Input(0).DType, Broadcasting.Combine(context.Node, context.Shape(0), shape));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long[] target = Elements.Integers(context.Node, 1, context.Input(1));
        if (target.Any(t => t < 0))
        {
            throw NodeErrors.Shape(context.Node, "the shape has a negative size.");
        }

        long[] dims = Broadcasting.Combine(context.Node, x.Type.Shape, Shape.Of(target))!.ToArray();
        Results.Check(context.Node, x.DType, dims);
        return [Elements.Gather(context, x, dims, 0, Broadcasting.Strides(x.Dims, dims))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.OutputDims();
        if (context.Input(0).Count == context.Output().Count)
        {
            context.Alias(0, 0);
            return;
        }

        context.Call("Slice.Expand", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", Literals.Ints(context.Node, dims)), ("xStrides", Broadcasting.Strides(context.InputDims(0), dims)));
    }
}
