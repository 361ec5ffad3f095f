using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Removes operators that give back their input: x * 1, x / 1, x ^ 1, x + 0, x - 0, and Slice, Pad, Tile, Expand, Reshape and their like that change no size.
/// x + 0 makes +0 of -0; the removal keeps -0, which compares equal.
/// </summary>
public sealed class RemoveNoOps : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveNoOps);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        HashSet<Node> removed = [];
        foreach (Node node in graph.Nodes.Where(n => n.Domain.Length == 0))
        {
            cancellation.ThrowIfCancellationRequested();

            // A size that a step counts is equal to that of the input for the sizes that are looked at only.
            if (!SizeDependence.IsCounted(node) && Same(node) is { } input && node.Outputs.Skip(1).All(o => o is null || !graph.IsUsed(o)))
            {
                graph.ReplaceUses(node.Output, input);
                removed.Add(node);
            }
        }

        graph.RemoveAll(removed);
        return removed.Count > 0;
    }

    /// <summary>The input that the node gives back, or null.</summary>
    private static Value? Same(Node node)
    {
        Value? x = node.OpType switch
        {
            "Mul" => Neutral(node, 1, 1) ?? Neutral(node, 0, 1),
            "Add" => Neutral(node, 1, 0) ?? Neutral(node, 0, 0),
            "Div" or "Pow" => Neutral(node, 1, 1),
            "Sub" => Neutral(node, 1, 0),
            "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => node.Input(0),
            "Expand" when Ops.Shapes.Expand.IsKnown(node) => node.Input(0),
            "Tile" when node.Graph.SizeDependence is not { Counts.Count: > 0 } || Constants(node, 1)?.All(r => r == 1) == true => node.Input(0),
            "Slice" when Constants(node, 4) is { } steps && steps.All(s => s > 0) && Ops.Shapes.Slice.MayKeepAll(node) => node.Input(0),
            "Pad" when node.InputOrNull(1)?.Constant is not null && Constants(node, 1) is { } pads && pads.All(p => p == 0) => node.Input(0),
            "Concat" or "Sum" or "Max" or "Min" or "Mean" when node.Inputs.Count == 1 => node.Input(0),
            "Transpose" when node.Input(0).Type.Shape is { } shape && Ops.Shapes.Transpose.Permutation(node, shape.Rank).SequenceEqual(Enumerable.Range(0, shape.Rank)) => node.Input(0),
            _ => null,
        };
        return x is not null && x.Type.DType == node.Output.Type.DType && SameShape(node, x.Type.Shape, node.Output.Type.Shape) ? x : null;
    }

    /// <summary>What a slice or repetition of a symbolic size gives is not known before the size is.</summary>
    private static bool SameShape(Node node, Shape? a, Shape? b) =>
        a is not null && a.Equals(b) && (node.OpType is "Slice" or "Tile" ? a.IsStatic : !a.Any(d => d.IsUnknown));

    /// <summary>The other input where the one at <paramref name="index"/> holds nothing but <paramref name="value"/>.</summary>
    private static Value? Neutral(Node node, int index, double value) =>
        node.Inputs.Count == 2 && node.Input(index).Constant is { Count: > 0 } constant && constant.DType is not (DType.String or DType.Bool) && constant.ToDoubleArray().All(v => v == value) ? node.Input(1 - index) : null;

    /// <summary>Integers of an optional input: none where it is omitted, null where it is computed.</summary>
    private static long[]? Constants(Node node, int index) => node.InputOrNull(index) is not { } input ? [] : input.Constant?.ToInt64Array();
}
