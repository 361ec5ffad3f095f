using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A tensor cut into parts along one axis (ONNX Split 18): by the sizes of the second input, else into <c>num_outputs</c> equal parts of which the last may be smaller.</summary>
public sealed class Split : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Split";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        Shape? shape = context.Shape(0);
        if (shape is null)
        {
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                context.SetOutput(i, context.Input(0).DType, null);
            }

            return;
        }

        int axis = Axes.Normalize(node, context.Attributes.GetInt("axis", 0), shape.Rank);
        Tensor? sizes = context.Constant(1);
        bool known = sizes is not null || (!context.HasInput(1) && shape[axis].IsKnown);
        long[]? parts = known ? Parts(node, sizes, shape[axis]) : null;
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            context.SetOutput(i, context.Input(0).DType, shape.With(axis, parts is null ? Dim.Unknown : parts[i]));
        }
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), x.Rank);
        long[] parts = Parts(context.Node, context.InputOrNull(1), x.Dims[axis]);
        (int outer, int length, int inner) = Axes.Split(x.Dims, axis);
        var results = new Tensor[parts.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            long[] dims = x.Dims.ToArray();
            dims[axis] = parts[i];
            results[i] = Results.Allocate(context.Node, x.DType, dims);
            for (int o = 0; o < outer; o++)
            {
                Elements.Copy(x, ((o * (long)length) + start) * inner, results[i], o * parts[i] * inner, parts[i] * inner);
            }

            start += parts[i];
        }

        return results;
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", 0), dims.Length);
        (int outer, int length, int inner) = Axes.Split(dims, axis);
        if (node.InputOrNull(1) is { Constant: null })
        {
            LowerCounted(context, outer, length, inner);
            return;
        }

        long[] parts = Parts(node, context.Constant(1), dims[axis]);
        int offset = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int rowLength = checked((int)parts[i] * inner);
            if (node.Outputs[i] is not null && rowLength > 0 && outer > 0)
            {
                context.Call(
                    "Concat.Copy2D", 0, ("x", context.Input(0)), ("y", context.Output(i)), ("rows", outer), ("rowLength", rowLength), ("xStride", length * inner), ("yStride", rowLength), ("xOffset", offset), ("yOffset", 0));
            }

            offset += rowLength;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => node.InputOrNull(1) is { Constant: null } && node.Input(0).Type.Shape is { } shape
        ? [.. node.Outputs.Select(_ => new CountRange(0, shape[Axes.Normalize(node, node.Attributes.GetInt("axis", 0), shape.Rank)].Value))]
        : null;

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal) => output;

    private static void LowerCounted(ILoweringContext context, int outer, int length, int inner)
    {
        int parts = context.Node.Outputs.Count;
        for (int i = 0; i < parts; i++)
        {
            context.Count(i, "SizedSplit.Count", ("sizes", context.Input(1)), ("parts", parts), ("index", i), ("length", length));
        }

        for (int i = 0; i < parts; i++)
        {
            if (context.Node.Outputs[i] is not null)
            {
                context.Call(
                    "SizedSplit.Run", 0, ("x", context.Input(0)), ("sizes", context.Input(1)), ("y", context.Output(i)), ("index", i), ("outer", outer), ("length", length), ("inner", inner));
            }
        }
    }

    private static long[] Parts(Node node, Tensor? sizes, Dim length)
    {
        int count = node.Outputs.Count;
        if (sizes is not null)
        {
            long[] given = Elements.Integers(node, 1, sizes);
            if (given.Length != count || given.Any(s => s < 0))
            {
                throw NodeErrors.Invalid(node, $"split [{string.Join(',', given.Take(16))}] does not give {count} sizes.");
            }

            return !length.IsKnown || given.Aggregate(0L, (a, b) => checked(a + b)) == length.Value
                ? given
                : throw NodeErrors.Shape(node, $"split [{string.Join(',', given.Take(16))}] does not add up to {length}.");
        }

        if (node.InputOrNull(1) is not null)
        {
            throw NodeErrors.Invalid(node, "the sizes of the parts are not known.");
        }

        long wanted = node.Attributes.GetInt("num_outputs", count);
        if (wanted != count)
        {
            throw NodeErrors.Invalid(node, $"num_outputs is {wanted}, but there are {count} outputs.");
        }

        long chunk = (length.Value + count - 1) / count;
        long[] parts = [.. Enumerable.Range(0, count).Select(i => Math.Clamp(length.Value - (i * chunk), 0, chunk))];
        return parts;
    }
}
