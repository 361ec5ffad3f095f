using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Unsqueeze-13: inserts sizes of 1.</summary>
public sealed class Unsqueeze : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => "Unsqueeze";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 2;

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant)
    {
        if (constant(1) is not { } axes)
        {
            return Computed(node, input);
        }

        int rank = input.Rank + axes.Count;
        HashSet<int> added = [.. Elements.Integers(node, 1, axes).Select(a => Axes.Normalize(node, a, rank))];
        if (added.Count != axes.Count)
        {
            throw NodeErrors.Invalid(node, "an axis is given twice.");
        }

        Queue<Dim> rest = new(input);
        return new Shape([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())]);
    }

    // The axes are those of a call: their number tells the rank.
    private static Shape? Computed(Node node, Shape input)
    {
        if (RunTimeValues.LengthOf(node, 1) is not { } count)
        {
            return null;
        }

        int rank = input.Rank + count;
        return rank <= RunTimeValues.MaxRank
            ? RunTimeValues.Shifted(node, input, rank)
            : throw NodeErrors.Limit(node, $"a tensor of rank {rank} has more than {RunTimeValues.MaxRank} axes.");
    }
}
