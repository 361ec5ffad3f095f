using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Slices taken by tuples of indices (ONNX GatherND 13). Negative indices count from the end.</summary>
public sealed class GatherND : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "GatherND";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 1, context.Input(1).DType, t => t is DType.I64 or DType.I32, "int64 elements");
        Shape? shape = null;
        if (context.Shape(0) is { } x && context.Shape(1) is { Rank: > 0 } indices && indices[^1].IsKnown)
        {
            int batch = BatchOf(context.Node, x.Rank, indices.Rank, indices[^1].Value);
            shape = new Shape([.. indices.Take(indices.Rank - 1), .. x.Skip(batch + (int)indices[^1].Value)]);
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor indices = context.Input(1);
        long width = indices.Rank == 0 ? 0 : indices.Dims[^1];
        int batch = BatchOf(context.Node, x.Rank, indices.Rank, width);
        if (!x.Dims[..batch].SequenceEqual(indices.Dims[..batch]))
        {
            throw NodeErrors.Shape(context.Node, $"the batch sizes of {x.Type.Shape} and {indices.Type.Shape} differ.");
        }

        int axes = (int)width;
        ReadOnlySpan<long> indexed = x.Dims.Slice(batch, axes);
        int inner = Axes.Product(x.Dims[(batch + axes)..]);
        int batches = Axes.Product(x.Dims[..batch]);
        int tuples = Axes.Product(indices.Dims[batch..^1]);
        int perBatch = Axes.Product(indexed);
        long[] values = Elements.Integers(context.Node, 1, indices);
        Tensor y = Results.Allocate(context.Node, x.DType, [.. indices.Dims[..^1], .. x.Dims[(batch + axes)..]]);
        for (int b = 0; b < batches; b++)
        {
            for (int t = 0; t < tuples; t++)
            {
                long tuple = ((long)b * tuples) + t;
                long position = ((long)b * perBatch) + Index.Position(context.Node, values.AsSpan((int)(tuple * axes), axes), indexed);
                Elements.Copy(x, position * inner, y, tuple * inner, inner);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        long[] indices = context.InputDims(1);
        int axes = (int)indices[^1];
        int batch = BatchOf(context.Node, dims.Length, indices.Length, axes);
        int tuples = Axes.Product(indices.AsSpan(batch, indices.Length - 1 - batch));
        if (context.Output().Count == 0 && !context.SizesVary)
        {
            return;
        }

        context.Call(
            "Gather.Tuples",
            0,
            ("x", context.Input(0)),
            ("indices", context.Input(1)),
            ("y", context.Output()),
            ("batch", Axes.Product(dims.AsSpan(0, batch))),
            ("tuples", tuples),
            ("inner", Axes.Product(dims.AsSpan(batch + axes))),
            ("shape", Literals.Ints(context.Node, dims.AsSpan(batch, axes))));
    }

    private static int BatchOf(Node node, int rank, int indexRank, long width)
    {
        long batch = node.Attributes.GetInt("batch_dims", 0);
        return batch >= 0 && batch < Math.Min(rank, indexRank) && width >= 1 && batch + width <= rank
            ? (int)batch
            : throw NodeErrors.Shape(node, $"tuples of {width} indices after {batch} batch dimensions do not fit an operand of rank {rank} and indices of rank {indexRank}.");
    }
}
