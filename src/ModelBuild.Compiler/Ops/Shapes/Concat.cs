using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Concat-13.</summary>
public sealed class Concat : Op
{
    /// <inheritdoc/>
    public override string OpType => "Concat";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, int.MaxValue);
        if (!context.Attributes.Contains("axis"))
        {
            throw NodeErrors.Invalid(context.Node, "attribute axis is missing.");
        }

        Shape?[] shapes = [.. Enumerable.Range(0, context.Node.Inputs.Count).Select(context.Shape)];
        if (shapes.Any(s => s is null))
        {
            context.SetOutput(0, context.Input(0).DType, null);
            return;
        }

        Shape first = shapes[0]!;
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), first.Rank);
        Dim sum = 0;
        foreach (Shape? shape in shapes)
        {
            bool fits = shape!.Rank == first.Rank && Enumerable.Range(0, first.Rank).All(i => i == axis || !shape[i].IsKnown || !first[i].IsKnown || shape[i] == first[i]);
            sum = fits ? sum + shape[axis] : throw NodeErrors.Shape(context.Node, $"{first} and {shape} differ beside axis {axis}.");
        }

        context.SetOutput(0, context.Input(0).DType, first.With(axis, sum));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), inputs[0].Rank);
        long[] dims = inputs[0].Dims.ToArray();
        dims[axis] = inputs.Sum(i => i.Dims[axis]);
        Tensor y = new(inputs[0].DType, dims);
        int size = DTypes.SizeOf(y.DType);
        int rows = Axes.Product(dims.AsSpan(0, axis));
        int stride = Axes.Product(dims.AsSpan(axis)) * size;
        int offset = 0;
        foreach (Tensor input in inputs)
        {
            int length = Axes.Product(input.Dims[axis..]) * size;
            for (int row = 0; row < rows; row++)
            {
                input.Bytes.Slice(row * length, length).CopyTo(y.MutableBytes()[((row * stride) + offset)..]);
            }

            offset += length;
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] dims = context.OutputDims();
        int axis = Axes.Normalize(context.Node, context.Node.Attributes.GetInt("axis", 0), dims.Length);
        int rows = Axes.Product(dims.AsSpan(0, axis));
        int stride = Axes.Product(dims.AsSpan(axis));
        int offset = 0;
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            int length = Axes.Product(context.InputDims(i).AsSpan(axis));
            if (length > 0)
            {
                context.Call(
                    "Concat.Copy2D", 0, ("x", context.Input(i)), ("y", context.Output()), ("rows", rows), ("rowLength", length), ("xStride", length), ("yStride", stride), ("xOffset", 0), ("yOffset", offset));
            }

            offset += length;
        }
    }
}
