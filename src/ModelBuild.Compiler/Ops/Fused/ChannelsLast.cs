using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The layouts [N,C,...] and [N,...,C] of two or three spatial axes.</summary>
internal static class ChannelsLast
{
    /// <summary>The permutation that makes [N,...,C] of [N,C,...].</summary>
    public static int[] To(int rank) => [0, .. Enumerable.Range(2, rank - 2), 1];

    /// <summary>The permutation that makes [N,C,...] of [N,...,C].</summary>
    public static int[] From(int rank) => [0, rank - 1, .. Enumerable.Range(1, rank - 2)];

    /// <summary>The spatial sizes of [N,...,C].</summary>
    public static Dim[] Spatial(Shape shape) => [.. shape.Skip(1).Take(shape.Rank - 2)];

    /// <summary>Evaluates the standard operator over the first input as [N,C,...] and brings its first result back.</summary>
    public static Tensor Evaluate(EvaluationContext context, Op op, params Tensor?[] others)
    {
        int rank = context.Input(0).Rank;
        Tensor x = Shapes.Transpose.Apply(context.Input(0), From(rank));
        return Shapes.Transpose.Apply(op.Evaluate(new EvaluationContext(context.Node, [x, .. others], context.Cancellation))[0], To(rank));
    }
}
