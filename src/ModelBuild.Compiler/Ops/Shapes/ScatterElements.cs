using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A copy of a tensor with single elements replaced by index along one axis (ONNX ScatterElements 18). Negative indices count from the end.</summary>
public sealed class ScatterElements : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "ScatterElements";

    /// <inheritdoc/>
    public override string? Limits => "Beside the axis, indices have the sizes of the operand.";

    private protected override int MinInputs => 3;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireIndex(node, 1, context.Input(1).DType);
        DType type = ElementTypes.Same(node, context.Input(0).DType, context.Input(2).DType);
        _ = ScatterReductions.Of(node);
        if (context.Shape(0) is { } x)
        {
            _ = Axes.Normalize(node, context.Attributes.GetInt("axis", 0), x.Rank);
            if (context.Shape(1) is { } indices && indices.Rank != x.Rank)
            {
                throw NodeErrors.Shape(node, $"the indices {indices} do not have the rank of {x}.");
            }
        }

        context.SetOutput(0, type, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor x = context.Input(0);
        Tensor indices = context.Input(1);
        Tensor updates = context.Input(2);
        int axis = Axes.Normalize(node, context.Attributes.GetInt("axis", 0), x.Rank);
        bool fits = indices.Rank == x.Rank && indices.Dims.SequenceEqual(updates.Dims);
        for (int i = 0; fits && i < x.Rank; i++)
        {
            fits = i == axis || indices.Dims[i] <= x.Dims[i];
        }

        if (!fits)
        {
            throw NodeErrors.Shape(node, $"indices {indices.Type.Shape} and updates {updates.Type.Shape} do not fit {x.Type.Shape}.");
        }

        return [ScatterReductions.Apply(node, x, updates, Moves(node, x, indices, axis))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        long[] indices = context.InputDims(1);
        int axis = Axes.Normalize(context.Node, context.Node.Attributes.GetInt("axis", 0), dims.Length);
        if (Enumerable.Range(0, dims.Length).Any(i => i != axis && dims[i] != indices[i]))
        {
            throw NodeErrors.Shape(context.Node, $"there is no kernel for indices [{string.Join(',', indices)}] into [{string.Join(',', dims)}]: beside axis {axis} the sizes must be equal. Use ScatterND, or set Runtime=\"onnxruntime\".");
        }

        (int outer, int length, int inner) = Axes.Split(dims, axis);
        context.AllowInPlace(0, 0);
        context.Call(
            "Scatter.Elements",
            0,
            ("x", context.Input(0)),
            ("indices", context.Input(1)),
            ("updates", context.Input(2)),
            ("y", context.Output()),
            ("outer", outer),
            ("axisLength", length),
            ("indexLength", Literals.Int(context.Node, indices[axis])),
            ("inner", inner),
            ("reduction", ScatterReductions.Of(context.Node)));
    }

    private static IEnumerable<(long From, long To)> Moves(Node node, Tensor x, Tensor indices, int axis)
    {
        long[] values = Elements.Integers(node, 1, indices);
        int[] strides = StridedIndex.Dense(x.Dims);
        int axisStride = strides[axis];
        long length = x.Dims[axis];
        strides[axis] = 0;
        StridedIndex index = new(indices.Dims, strides);
        for (int i = 0; i < values.Length; i++)
        {
            yield return (i, index.Offset(0) + (Index.Normalize(node, values[i], length) * axisStride));
            index.MoveNext();
        }
    }
}
