using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Moves blocks of channels to positions or back: a transposition of a tensor of rank 6.</summary>
public abstract class BlockRearrangement : CheckedOp
{
    private protected sealed override int MinInputs => 1;

    /// <summary>The operand as rank 6, its permutation, and the shape of the result.</summary>
    private protected abstract (long[] Split, int[] Permutation, long[] Result) Plan(Node node, ReadOnlySpan<long> dims, long block);

    /// <summary>The dimensions of the result.</summary>
    private protected abstract Dim[] Dims(Node node, Shape x, long block);

    private protected sealed override void Infer(InferenceContext context)
    {
        long block = BlockOf(context.Node);
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            CheckRank(context.Node, shape.Rank);
            shape = new Shape(Dims(context.Node, shape, block));
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        CheckRank(context.Node, x.Rank);
        long block = BlockOf(context.Node);
        _ = Dims(context.Node, x.Type.Shape!, block);
        (long[] split, int[] permutation, long[] result) = Plan(context.Node, x.Dims, block);
        Results.Check(context.Node, x.DType, result);
        return [Transpose.Apply(x.Reshape(split), permutation).Reshape(result)];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        (long[] split, int[] permutation, _) = Plan(context.Node, context.InputDims(0), BlockOf(context.Node));
        context.Call("Transpose.Run", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", Literals.Ints(context.Node, split)), ("permutation", permutation));
    }

    /// <summary>A dimension divided by a number.</summary>
    private protected static Dim Divide(Node node, Dim dim, long divisor) => !dim.IsKnown ? Dim.Unknown : dim.Value % divisor == 0
        ? dim.Value / divisor
        : throw NodeErrors.Shape(node, $"a dimension of {dim} is not a multiple of {divisor}.");

    private static long BlockOf(Node node)
    {
        long block = node.Attributes.GetInt("blocksize", 0);
        return block is > 0 and <= short.MaxValue ? block : throw NodeErrors.Attribute(node, "blocksize", $"{block}", "It must be positive.");
    }

    private static void CheckRank(Node node, int rank)
    {
        if (rank != 4)
        {
            throw NodeErrors.Shape(node, $"the operand has rank {rank}; [N, C, H, W] is needed.");
        }
    }
}
