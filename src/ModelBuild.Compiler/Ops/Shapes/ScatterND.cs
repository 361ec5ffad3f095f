using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>A copy of a tensor with slices replaced by tuples of indices (ONNX ScatterND 18). Negative indices count from the end.</summary>
public sealed class ScatterND : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "ScatterND";

    private protected override int MinInputs => 3;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireIndex(node, 1, context.Input(1).DType);
        DType type = ElementTypes.Same(node, context.Input(0).DType, context.Input(2).DType);
        _ = ScatterReductions.Of(node);
        if (context.Shape(0) is { } x && context.Shape(1) is { } indices)
        {
            _ = Width(node, x.Rank, indices.Rank, indices.Rank > 0 && indices[^1].IsKnown ? indices[^1].Value : 1);
        }

        context.SetOutput(0, type, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor indices = context.Input(1);
        Tensor updates = context.Input(2);
        int width = Width(context.Node, x.Rank, indices.Rank, indices.Rank > 0 ? indices.Dims[^1] : 0);
        if (!updates.Dims.SequenceEqual((ReadOnlySpan<long>)[.. indices.Dims[..^1], .. x.Dims[width..]]))
        {
            throw NodeErrors.Shape(context.Node, $"updates {updates.Type.Shape} do not fit indices {indices.Type.Shape} into {x.Type.Shape}.");
        }

        return [ScatterReductions.Apply(context.Node, x, updates, Moves(context.Node, x, indices, width))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        long[] indices = context.InputDims(1);
        int width = Width(context.Node, dims.Length, indices.Length, indices[^1]);
        context.AllowInPlace(0, 0);
        if (!context.SizesVary && context.Constant(1) is { } constant && FlatIndices.Of(context.Node, constant, dims, width) is { } flat)
        {
            Call(context, context.Weights(Tensor.Vector<int>(flat.Indices)), flat.Indices.Length, flat.Length, [flat.Count]);
            return;
        }

        Call(context, context.Input(1), Axes.Product(indices.AsSpan(0, indices.Length - 1)), Axes.Product(dims.AsSpan(width)), dims.AsSpan(0, width));
    }

    private static void Call(ILoweringContext context, Operand indices, int tuples, int inner, ReadOnlySpan<long> shape) => context.Call(
        "Scatter.Tuples",
        0,
        ("x", context.Input(0)),
        ("indices", indices),
        ("updates", context.Input(2)),
        ("y", context.Output()),
        ("tuples", tuples),
        ("inner", inner),
        ("reduction", ScatterReductions.Of(context.Node)),
        ("shape", Literals.Ints(context.Node, shape)));

    private static IEnumerable<(long From, long To)> Moves(Node node, Tensor x, Tensor indices, int width)
    {
        long[] values = Elements.Integers(node, 1, indices);
        long[] dims = x.Dims.ToArray();
        int inner = Axes.Product(dims.AsSpan(width));
        for (int t = 0; t * width < values.Length; t++)
        {
            long to = Index.Position(node, values.AsSpan(t * width, width), dims) * inner;
            for (int i = 0; i < inner; i++)
            {
                yield return (((long)t * inner) + i, to + i);
            }
        }
    }

    private static int Width(Node node, int rank, int indexRank, long width) => indexRank > 0 && width >= 1 && width <= rank
        ? (int)width
        : throw NodeErrors.Shape(node, $"tuples of {width} indices do not fit an operand of rank {rank}.");
}
