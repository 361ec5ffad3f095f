using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Squeeze-13: drops sizes of 1.</summary>
public sealed class Squeeze : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => "Squeeze";

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant)
    {
        if (node.InputOrNull(1) is null)
        {
            return input.All(d => d.IsKnown) ? new Shape(input.Where(d => d.Value != 1)) : null;
        }

        if (constant(1) is not { } axes)
        {
            return Computed(node, input);
        }

        HashSet<int> dropped = [.. Elements.Integers(node, 1, axes).Select(a => Axes.Normalize(node, a, input.Rank))];
        return dropped.All(a => !input[a].IsKnown || input[a].Value == 1)
            ? new Shape(input.Where((_, i) => !dropped.Contains(i)))
            : throw NodeErrors.Shape(node, $"axes [{string.Join(',', dropped)}] of {input} are not all 1.");
    }

    // The axes are those of a call: their number tells the rank, and all where no other axes have a size of 1.
    private static Shape? Computed(Node node, Shape input)
    {
        if (RunTimeValues.LengthOf(node, 1) is not { } count)
        {
            return null;
        }

        if (count > input.Rank)
        {
            throw NodeErrors.Invalid(node, $"{count} axes are left out, and {input} has {input.Rank}.");
        }

        Dim[] rest = [.. input.Where(d => d != new Dim(1))];
        return RunTimeValues.IsFixed(node, input) && rest.Length == input.Rank - count ? new Shape(rest) : RunTimeValues.Shifted(node, input, input.Rank - count);
    }
}
