using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The tensor repeated along each axis (ONNX Tile 13).</summary>
public sealed class Tile : CheckedOp, ICountedOp
{
    // The kernel splits each axis in two, and has 16.
    private const int MaxRank = 8;

    /// <inheritdoc/>
    public override string OpType => "Tile";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            long[]? repeats = RunTimeValues.Known(context.Node, 1) is { } known ? Repeats(context.Node, known, shape.Rank) : null;
            shape = new Shape([.. shape.Select((d, i) => repeats is null ? Dim.Unknown : d * repeats[i])]);
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => RunTimeValues.IsComputed(node, 1) ? RunTimeValues.Counted(Computed(node), most: null) : null;

    private static Shape Computed(Node node) => new(Enumerable.Repeat(Dim.Unknown, node.Input(0).Type.Shape!.Rank));

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long[] repeats = Repeats(context.Node, context.Input(1), x.Rank);
        int[] dense = StridedIndex.Dense(x.Dims);
        long[] dims = new long[x.Rank];
        long[] split = new long[2 * x.Rank];
        int[] strides = new int[2 * x.Rank];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = checked(x.Dims[i] * repeats[i]);
            split[2 * i] = repeats[i];
            split[(2 * i) + 1] = x.Dims[i];
            strides[(2 * i) + 1] = dense[i];
        }

        Results.Check(context.Node, x.DType, dims);
        return [Elements.Gather(context, x, split, 0, strides).Reshape(dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (dims.Length > MaxRank)
        {
            throw NodeErrors.Limit(node, $"a tensor of rank {dims.Length} has more than {MaxRank} axes.");
        }

        if (RunTimeValues.Known(node, 1) is not { } known)
        {
            (string, StepValue)[] list = [("repeats", context.Input(1)), ("shape", Literals.Ints(node, dims))];
            RunTimeValues.Count(context, Computed(node), "Extents.TiledSize", list);
            context.Call("Extents.Tile", 0, [("x", context.Input(0)), ("y", context.Output()), .. list]);
            return;
        }

        long[] repeats = Repeats(node, known, dims.Length);
        context.Call("Slice.Tile", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", Literals.Ints(node, dims)), ("repeats", Literals.Ints(node, repeats)));
    }

    private static long[] Repeats(Node node, Tensor repeats, int rank)
    {
        long[] values = Elements.Integers(node, 1, repeats);
        return values.Length == rank && values.All(r => r >= 0)
            ? values
            : throw NodeErrors.Invalid(node, $"repeats [{string.Join(',', values.Take(16))}] do not fit a tensor of rank {rank}.");
    }
}
