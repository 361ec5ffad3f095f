using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Operators that treat each axis on its own: such a node computes the same from an operand with permuted axes once the axes that it names are renamed, and its
/// results have their axes permuted in the same way.
/// </summary>
internal static class AxisMoves
{
    private static readonly string[] s_reductions =
    [
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
    ];

    /// <summary>Renames the axes of a node whose first input is a Transpose of <paramref name="perm"/>, so that it can take the Transpose's input instead.</summary>
    /// <returns>The permutation that takes the new results to the old ones, or null when the node cannot be moved; nothing is changed then.</returns>
    public static int[]? Rename(Graph graph, Node node, int[] perm)
    {
        if (node.Domain.Length > 0)
        {
            return null;
        }

        return node.OpType switch
        {
            "Resize" => Resize(node, perm),
            "Split" => Attribute(node, perm, 0),
            "Slice" => Input(graph, node, perm, 3, node.InputOrNull(1)?.Type.Shape is { Rank: 1 } starts && starts[0].IsKnown ? (int)starts[0].Value : null, node.Input(1).Type.DType),
            "Pad" when node.InputOrNull(1)?.Constant is not null => Input(graph, node, perm, 3, perm.Length),
            _ when s_reductions.Contains(node.OpType) => Reduce(graph, node, perm),
            _ => null,
        };
    }

    private static int[] Resize(Node node, int[] perm)
    {
        long[] axes = node.Attributes.GetInts("axes") ?? [.. Enumerable.Range(0, perm.Length)];
        node.Attributes["axes"] = new IntsAttribute([.. Axes.Normalize(node, axes, perm.Length).Select(a => (long)perm[a])]);
        return perm;
    }

    private static int[] Attribute(Node node, int[] perm, long missing)
    {
        node.Attributes["axis"] = new IntAttribute(perm[Axes.Normalize(node, node.Attributes.GetInt("axis", missing), perm.Length)]);
        return perm;
    }

    /// <summary>Axes that an input names; the first ones when it is omitted.</summary>
    private static int[]? Input(Graph graph, Node node, int[] perm, int index, int? count, DType type = DType.I64)
    {
        if ((node.InputOrNull(index) is { } value && value.Constant is null) || count is null)
        {
            return null;
        }

        long[] axes = node.InputOrNull(index)?.Constant!.ToInt64Array() ?? [.. Enumerable.Range(0, count.Value)];
        int[] renamed = [.. Axes.Normalize(node, axes, perm.Length).Select(a => perm[a])];
        node.SetInput(index, graph.AddConstant("axes", type == DType.I32 ? Tensor.Vector<int>(renamed) : Tensor.Vector<long>([.. renamed.Select(a => (long)a)])));
        return perm;
    }

    private static int[]? Reduce(Graph graph, Node node, int[] perm)
    {
        // Without axes all of them are reduced, or none: either way, their order does not matter.
        long[]? axes = node.InputOrNull(1) is { } value ? value.Constant?.ToInt64Array() : [];
        if (axes is null)
        {
            return null;
        }

        bool keeps = node.Attributes.GetInt("keepdims", 1) != 0;
        int[] reduced = axes.Length > 0 ? Axes.Normalize(node, axes, perm.Length) : node.Attributes.GetInt("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, perm.Length)];
        if (axes.Length > 0)
        {
            node.SetInput(1, graph.AddConstant("axes", Tensor.Vector<long>([.. reduced.Select(a => (long)perm[a])])));
        }

        if (keeps)
        {
            return perm;
        }

        // What is left keeps its order among itself.
        int[] left = [.. Enumerable.Range(0, perm.Length).Except(reduced).Select(a => perm[a])];
        int[] sorted = [.. left.Order()];
        return [.. left.Select(a => Array.IndexOf(sorted, a))];
    }
}
