using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Broadcasting to the shape of the second input (ONNX Expand 13).</summary>
public sealed class Expand : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Expand";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        context.SetOutput(0, context.Input(0).DType, ResultOf(context.Node));
    }

    /// <summary>False where only a call tells whether the shape is one that the operand can be broadcast to.</summary>
    internal static bool IsKnown(Node node) => ShapeValues.ShapeOf(node, 1) is { } target && !target.Any(d => d.IsUnknown);

    private static Shape? ResultOf(Node node) => Broadcasting.Combine(node, node.Input(0).Type.Shape, ShapeValues.ShapeOf(node, 1));

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
    public IReadOnlyList<CountRange>? CountsOf(Node node) => RunTimeValues.IsComputed(node, 1) && ResultOf(node) is { } shape ? RunTimeValues.Counted(shape, most: null) : null;

    /// <summary>What the operand has no axis for is as large as the shape says.</summary>
    public string? CountKey(Node node, int size)
    {
        ArgumentNullException.ThrowIfNull(node);
        int axis = ResultOf(node)!.Index().Where(d => !d.Item.IsKnown).ElementAt(size).Index;
        return axis < ResultOf(node)!.Rank - node.Input(0).Type.Shape!.Rank ? CountOrigin.Of(node.Input(1), axis) : null;
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.OutputDims();
        if (RunTimeValues.IsComputed(context.Node, 1))
        {
            (string, StepValue)[] list = [("target", context.Input(1)), ("shape", Literals.Ints(context.Node, context.InputDims(0)))];
            RunTimeValues.Count(context, ResultOf(context.Node)!, "Extents.ExpandedSize", list);
            context.Call("Extents.Expand", 0, [("x", context.Input(0)), ("y", context.Output()), .. list]);
            return;
        }

        if (context.Input(0).Count == context.Output().Count)
        {
            context.Alias(0, 0);
            return;
        }

        context.Call("Slice.Expand", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", Literals.Ints(context.Node, dims)), ("xStrides", Broadcasting.Strides(context.InputDims(0), dims)));
    }
}
