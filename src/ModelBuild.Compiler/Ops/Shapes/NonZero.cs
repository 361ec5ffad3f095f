using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The indices of elements that differ from 0, as [rank, count] (ONNX NonZero 13). Its size depends on values: at build time only.</summary>
public sealed class NonZero : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "NonZero";

    /// <inheritdoc/>
    public override string? Limits => "The number of results must be known: what it depends on is constant.";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => ElementTypes.IsNumeric(t) || t == DType.Bool, "numbers or bool");
        context.SetOutput(0, DType.I64, new Shape(context.Shape(0) is { } shape ? (Dim)shape.Rank : Dim.Unknown, Dim.Unknown));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int[] found = [.. x.ToDoubleArray().Index().Where(e => e.Item != 0).Select(e => e.Index)];
        Tensor y = Results.Allocate(context.Node, DType.I64, [x.Rank, found.Length]);
        Span<long> to = y.MutableSpan<long>();
        int[] strides = StridedIndex.Dense(x.Dims);
        for (int axis = 0; axis < x.Rank; axis++)
        {
            for (int i = 0; i < found.Length; i++)
            {
                to[(axis * found.Length) + i] = found[i] / strides[axis] % x.Dims[axis];
            }
        }

        return [y];
    }
}
