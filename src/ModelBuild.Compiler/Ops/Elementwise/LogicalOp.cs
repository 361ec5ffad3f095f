using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A function of two truth values, with broadcasting.</summary>
internal abstract class LogicalOp : CheckedOp
{
    /// <inheritdoc/>
    public override bool BroadcastsInputs => true;

    private protected sealed override int MinInputs => 2;

    /// <summary>The function.</summary>
    private protected abstract bool Invoke(bool a, bool b);

    private protected sealed override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => t == DType.Bool, "bool elements");
        ElementTypes.Require(context.Node, 1, context.Input(1).DType, t => t == DType.Bool, "bool elements");
        context.SetOutput(0, DType.Bool, Broadcasting.Combine(context.Node, context.Shape(0), context.Shape(1)));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        ReadOnlySpan<bool> a = context.Input(0).Span<bool>();
        ReadOnlySpan<bool> b = context.Input(1).Span<bool>();
        long[] dims = Broadcasting.Dims(context.Node, context.Input(0), context.Input(1));
        Tensor y = Results.Allocate(context.Node, DType.Bool, dims);
        StridedIndex index = new(dims, Broadcasting.Strides(context.Input(0).Dims, dims), Broadcasting.Strides(context.Input(1).Dims, dims));
        foreach (ref bool to in y.MutableSpan<bool>())
        {
            to = Invoke(a[index.Offset(0)], b[index.Offset(1)]);
            index.MoveNext();
        }

        return [y];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        BroadcastLowering.AllowInPlace(context, 0, 1);
        BroadcastLowering.Call(
            context, "Binary", OpType, BroadcastLowering.Forms.None, context.Input(0), context.InputDims(0), context.Input(1), context.InputDims(1), context.Output(), context.OutputDims());
    }
}
