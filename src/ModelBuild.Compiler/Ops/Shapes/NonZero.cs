using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The indices of elements that differ from 0, as [rank, count] (ONNX NonZero 13). How many there are is counted at run time.</summary>
public sealed class NonZero : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "NonZero";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => ElementTypes.IsNumeric(t) || t == DType.Bool, "numbers or bool");
        context.SetOutput(0, DType.I64, new Shape(context.Shape(0) is { } shape ? (Dim)shape.Rank : Dim.Unknown, Dim.Unknown));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, node.Input(0).Type.Shape!.ElementCount)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        if (x.DType != DType.Bool)
        {
            ElementTypes.RequireNumericKernel(context.Node, x.DType);
        }

        int[] shape = [.. context.InputDims(0).Select(d => checked((int)d))];
        context.Count(0, "NonZero.Count", ("x", x));
        context.Call("NonZero.Run", 0, ("x", x), ("y", context.Output()), ("shape", shape));
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
