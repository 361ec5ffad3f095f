using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The second input where the first is true, else the third, with broadcasting (ONNX Where 16).</summary>
internal sealed class Where : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Where";

    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected override int MinInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => t == DType.Bool, "bool elements");
        DType type = ElementTypes.Same(context.Node, context.Input(1).DType, context.Input(2).DType);
        context.SetOutput(0, type, Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1), context.Shape(2)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor condition = context.Input(0);
        Tensor a = context.Input(1);
        Tensor b = context.Input(2);
        DType type = ElementTypes.Same(context.Node, a.DType, b.DType);
        long[] dims = Broadcasting.Dims(context.Node, condition, a, b);
        Tensor y = Results.Allocate(context.Node, type, dims);
        ReadOnlySpan<bool> choices = condition.Span<bool>();
        StridedIndex index = new(dims, Broadcasting.Strides(condition.Dims, dims), Broadcasting.Strides(a.Dims, dims), Broadcasting.Strides(b.Dims, dims));
        for (int i = 0; i < y.Count; i++)
        {
            bool choice = choices[index.Offset(0)];
            Elements.Copy(choice ? a : b, index.Offset(choice ? 1 : 2), y, i);
            index.MoveNext();
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Output().DType);
        BroadcastLowering.AllowInPlace(context, 1, 2);
        long[] dims = context.OutputDims();
        context.Call(
            "Where.Run",
            0,
            ("condition", context.Input(0)),
            ("a", context.Input(1)),
            ("b", context.Input(2)),
            ("y", context.Output()),
            ("shape", Literals.Ints(context.Node, dims)),
            ("conditionStrides", Broadcasting.Strides(context.InputDims(0), dims)),
            ("aStrides", Broadcasting.Strides(context.InputDims(1), dims)),
            ("bStrides", Broadcasting.Strides(context.InputDims(2), dims)));
    }
}
