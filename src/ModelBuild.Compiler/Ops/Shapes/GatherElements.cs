using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Single elements taken by index along one axis (ONNX GatherElements 13). Negative indices count from the end.</summary>
public sealed class GatherElements : CheckedOp, IComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "GatherElements";

    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => false;

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 1, context.Input(1).DType);
        if (context.Shape(0) is { } x && context.Shape(1) is { } indices)
        {
            int axis = AxisOf(context.Node, x.Rank, indices.Rank);
            if (Enumerable.Range(0, x.Rank).Any(i => i != axis && x[i].IsKnown && indices[i].IsKnown && indices[i].Value > x[i].Value))
            {
                throw NodeErrors.Shape(context.Node, $"indices {indices} are larger than {x} beside axis {axis}.");
            }
        }

        context.SetOutput(0, context.Input(0).DType, context.Shape(1));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor indices = context.Input(1);
        int axis = AxisOf(context.Node, x.Rank, indices.Rank);
        for (int i = 0; i < x.Rank; i++)
        {
            if (i != axis && indices.Dims[i] > x.Dims[i])
            {
                throw NodeErrors.Shape(context.Node, $"indices {indices.Type.Shape} are larger than {x.Type.Shape} beside axis {axis}.");
            }
        }

        long[] values = Elements.Integers(context.Node, 1, indices);
        Tensor y = Results.Allocate(context.Node, x.DType, indices.Dims);
        int[] strides = StridedIndex.Dense(x.Dims);
        int axisStride = strides[axis];
        strides[axis] = 0;
        StridedIndex index = new(indices.Dims, strides);
        for (int i = 0; i < values.Length; i++)
        {
            Elements.Copy(x, index.Offset(0) + (Index.Normalize(context.Node, values[i], x.Dims[axis]) * axisStride), y, i);
            index.MoveNext();
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        long[] indices = context.InputDims(1);
        int axis = AxisOf(context.Node, dims.Length, indices.Length);
        if (Enumerable.Range(0, dims.Length).Any(i => i != axis && dims[i] != indices[i]))
        {
            throw NodeErrors.Shape(context.Node, $"indices [{string.Join(',', indices)}] are larger than [{string.Join(',', dims)}] beside axis {axis}.");
        }

        (int outer, int length, int inner) = Axes.Split(dims, axis);
        context.Call(
            "Gather.Elements", 0, ("x", context.Input(0)), ("indices", context.Input(1)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("indexLength", Literals.Int(context.Node, indices[axis])), ("inner", inner));
    }

    /// <inheritdoc/>
    public bool CanExpand(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.InputOrNull(0)?.Type is not { IsStatic: true, Shape: { } x } || node.InputOrNull(1)?.Type is not { IsStatic: true, Shape: { } indices })
        {
            return false;
        }

        int axis = AxisOf(node, x.Rank, indices.Rank);
        int[] others = [.. Enumerable.Range(0, x.Rank).Where(i => i != axis)];
        return others.All(i => indices[i].Value <= x[i].Value) && others.Any(i => indices[i].Value < x[i].Value);
    }

    /// <summary>Cuts the operand to the part that smaller indices reach, as the kernel takes equal sizes.</summary>
    public void Expand(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        Shape x = node.Input(0).Type.Shape!;
        Shape indices = node.Input(1).Type.Shape!;
        int axis = AxisOf(node, x.Rank, indices.Rank);
        Value starts = graph.AddConstant($"{node.Name}/starts", Tensor.Vector<long>(new long[x.Rank]));
        Value ends = graph.AddConstant($"{node.Name}/ends", Tensor.Vector<long>([.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? x[i].Value : indices[i].Value)]));
        Node part = graph.AddNode("", "Slice", $"{node.Name}/part", [node.Input(0), starts, ends], [$"{node.Name}/part"]);
        TypeInference.Run(part);
        node.SetInput(0, part.Output);
        _ = graph.Sort();
    }

    private static int AxisOf(Node node, int rank, int indexRank) => rank == indexRank && rank > 0
        ? Axes.Normalize(node, node.Attributes.GetInt("axis", 0), rank)
        : throw NodeErrors.Shape(node, $"the operand has rank {rank} and the indices rank {indexRank}; both must have the same, at least 1.");
}
