using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Reshapes of a transposed operand that only merge or split axes which lie beside each other before the Transpose too: they are done first, and the Transpose
/// moves the axes that are left. [N,H,W,C] -> [N,C,H,W] -> [N,C,H*W] becomes [N,H,W,C] -> [N,H*W,C] -> [N,C,H*W].
/// </summary>
internal static class ReshapeMoves
{
    private static readonly string[] s_reshapes = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <summary>Plans the move.</summary>
    /// <param name="node">Reads a Transpose of <paramref name="perm"/>.</param>
    /// <returns>The shape to give to the operand as it is, and the permutation that leads to the old result; null when the node cannot be moved.</returns>
    public static (long[] Shape, int[] Perm)? Plan(Node node, int[] perm)
    {
        bool fits = node.Domain.Length == 0 && s_reshapes.Contains(node.OpType) && !SizeDependence.IsCounted(node) && node.Input(0).Type.Shape is { IsStatic: true } && node.Output.Type.Shape is { IsStatic: true };
        if (!fits)
        {
            return null;
        }

        long[] from = node.Input(0).Type.Shape!.ToArray();
        long[] to = node.Output.Type.Shape!.ToArray();
        if (from.Contains(0) || Groups(from, to) is not { } groups)
        {
            return null;
        }

        // Axes of length 1 lie anywhere; the others are numbered as they stand before the Transpose.
        int[] before = [.. Enumerable.Range(0, from.Length).Where(a => from[a] != 1).OrderBy(a => perm[a])];
        List<(int Key, int First, int Last)> parts = [];
        int key = -1;
        foreach ((Range input, Range output) in groups)
        {
            int[] ranks = [.. Enumerable.Range(0, from.Length).Take(input).Where(a => from[a] != 1).Select(a => Array.IndexOf(before, a))];
            if (ranks.Where((rank, i) => rank != ranks[0] + i).Any())
            {
                return null;
            }

            key = ranks.Length > 0 ? ranks[0] : key;
            parts.Add((key, output.Start.Value, output.End.Value));
        }

        int[] order = [.. parts.OrderBy(p => p.Key).SelectMany(p => Enumerable.Range(p.First, p.Last - p.First))];
        return ([.. order.Select(a => to[a])], [.. Enumerable.Range(0, to.Length).Select(a => Array.IndexOf(order, a))]);
    }

    /// <summary>The smallest runs of axes on both sides that hold the same number of elements; null when the shapes differ in size.</summary>
    private static List<(Range Input, Range Output)>? Groups(long[] from, long[] to)
    {
        List<(Range, Range)> groups = [];
        int i = 0;
        int j = 0;
        while (i < from.Length || j < to.Length)
        {
            (int firstI, int firstJ) = (i, j);
            long a = i < from.Length ? from[i++] : 1;
            long b = j < to.Length ? to[j++] : 1;
            while (a != b)
            {
                if (a < b && i < from.Length)
                {
                    a *= from[i++];
                }
                else if (a > b && j < to.Length)
                {
                    b *= to[j++];
                }
                else
                {
                    return null;
                }
            }

            groups.Add((firstI..i, firstJ..j));
        }

        return groups;
    }
}
