using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Tensors joined along one axis (ONNX Concat 13).</summary>
public sealed class Concat : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Concat";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => int.MaxValue;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        if (!context.Attributes.Contains("axis"))
        {
            throw NodeErrors.Invalid(node, "attribute axis is missing.");
        }

        DType type = DType.Undefined;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            type = ElementTypes.Same(node, type, context.Input(i).DType);
        }

        Shape?[] shapes = [.. Enumerable.Range(0, node.Inputs.Count).Select(context.Shape)];
        context.SetOutput(0, type, shapes.Any(s => s is null) ? null : Join(node, shapes!));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
        DType type = inputs.Aggregate(DType.Undefined, (t, x) => ElementTypes.Same(context.Node, t, x.DType));
        long[] dims = Join(context.Node, [.. inputs.Select(t => Shape.Of(t.Dims))]).ToArray();
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), dims.Length);
        Tensor y = Results.Allocate(context.Node, type, dims);
        int rows = Axes.Product(dims.AsSpan(0, axis));
        int stride = Axes.Product(dims.AsSpan(axis));
        int offset = 0;
        foreach (Tensor input in inputs)
        {
            int length = Axes.Product(input.Dims[axis..]);
            for (int row = 0; row < rows; row++)
            {
                Elements.Copy(input, (long)row * length, y, ((long)row * stride) + offset, length);
            }

            offset += length;
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Output().DType);
        long[] dims = context.OutputDims();
        int axis = Axes.Normalize(context.Node, context.Node.Attributes.GetInt("axis", 0), dims.Length);
        int rows = Axes.Product(dims.AsSpan(0, axis));
        int stride = Axes.Product(dims.AsSpan(axis));
        int offset = 0;
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            int length = Axes.Product(context.InputDims(i).AsSpan(axis));
            if ((length > 0 && rows > 0) || context.SizesVary)
            {
                context.Call(
                    "Concat.Copy2D", 0, ("x", context.Input(i)), ("y", context.Output()), ("rows", rows), ("rowLength", length), ("xStride", length), ("yStride", stride), ("xOffset", 0), ("yOffset", offset));
            }

            offset += length;
        }
    }

    private static Shape Join(Node node, IReadOnlyList<Shape> shapes)
    {
        Shape first = shapes[0];
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", 0), first.Rank);
        Dim[] dims = [.. first];
        dims[axis] = 0;
        foreach (Shape shape in shapes)
        {
            if (shape.Rank != first.Rank)
            {
                throw NodeErrors.Shape(node, $"{first} and {shape} differ in rank.");
            }

            for (int i = 0; i < dims.Length; i++)
            {
                if (i == axis)
                {
                    dims[i] += shape[i];
                }
                else if (!dims[i].IsKnown)
                {
                    dims[i] = shape[i].IsUnknown ? dims[i] : shape[i];
                }
                else if (shape[i].IsKnown && shape[i] != dims[i])
                {
                    throw NodeErrors.Shape(node, $"{first} and {shape} differ beside axis {axis}.");
                }
            }
        }

        return new Shape(dims);
    }
}
