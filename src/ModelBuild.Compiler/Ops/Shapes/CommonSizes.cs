using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>
/// The operands of a node that broadcasts them, with those axes repeated of which only a call tells how long they are: each is 1, or as long as the others. An operand whose axes are all known, or are
/// 1 in every call, stays as it is.
/// </summary>
internal sealed class CommonSizes : CheckedOp, ICountedOp
{
    /// <summary>Attribute: for each output, the input that it is made of.</summary>
    public const string Operands = "operands";

    /// <inheritdoc/>
    public override string OpType => nameof(CommonSizes);

    /// <inheritdoc/>
    public override string Domain => InternalDomain.Name;

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => int.MaxValue;

    /// <summary>The size of an operand along an axis of the common shape; 1 where it has none.</summary>
    public static long SizeOf(Shape operand, int rank, int axis) => axis < rank - operand.Rank ? 1 : operand[axis - (rank - operand.Rank)].Value;

    /// <summary>The rank of the common shape, or null where an operand has an unknown one.</summary>
    public static int? RankOf(Node node) => node.Inputs.All(i => i?.Type.Shape is not null) ? node.Inputs.Max(i => i!.Type.Shape!.Rank) : null;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            int operand = OperandOf(node, i);
            Shape? shape = context.Shape(operand);
            if (shape is not null && RankOf(node) is { } rank)
            {
                int first = rank - shape.Rank;
                shape = new Shape(shape.Select((d, axis) => IsRepeated(node, operand, first + axis) ? Dim.Unknown : d));
            }

            context.SetOutput(i, context.Input(operand).DType, shape);
        }
    }

    // The node that reads them broadcasts them anyway.
    private protected override Tensor[] Compute(EvaluationContext context) => [.. Enumerable.Range(0, context.Node.Outputs.Count).Select(i => context.Input(OperandOf(context.Node, i)))];

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => RankOf(node) is { } rank ? [.. Open(node, rank).Select(axis => SizesOf(node, axis)!.Fixed is [var size]
        ? new CountRange(size, size)
        : new CountRange(0, node.Inputs.Sum(i => SizeOf(i!.Type.Shape!, rank, axis))))] : null;

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal)
    {
        int rank = RankOf(node)!.Value;
        return Array.IndexOf(Open(node, rank), rank - node.Input(OperandOf(node, output)).Type.Shape!.Rank + axis);
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        int rank = RankOf(node)!.Value;
        foreach ((int size, int axis) in Open(node, rank).Index())
        {
            context.Count(size, "CommonSizes.Count", ("sizes", Literals.Ints(node, [.. node.Inputs.Select(i => SizeOf(i!.Type.Shape!, rank, axis))])));
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            int operand = OperandOf(node, i);
            if (node.Outputs[i] is null)
            {
                continue;
            }

            if (!Open(node, rank).Any(axis => IsRepeated(node, operand, axis)))
            {
                context.Alias(i, operand);
                continue;
            }

            ElementTypes.RequireMovable(node, context.Input(operand).DType);
            context.Call(
                "CommonSizes.Expand", 0, ("x", context.Input(operand)), ("y", context.Output(i)), ("shape", Literals.Ints(node, context.InputDims(operand))), ("outShape", Literals.Ints(node, context.OutputDims(i))));
        }
    }

    private static int OperandOf(Node node, int output) => (int)node.Attributes.GetInts(Operands)![output];

    private static int[] Open(Node node, int rank) => [.. Enumerable.Range(0, rank).Where(axis => SizesOf(node, axis) is not null)];

    // Null for an axis of the common shape that is not counted.
    private static AxisSizes? SizesOf(Node node, int axis) => node.Graph.SizeDependence?.VaryingSizes(node, 0, axis);

    private static bool IsRepeated(Node node, int operand, int axis) => SizesOf(node, axis)?.Varies(operand) == true;
}
