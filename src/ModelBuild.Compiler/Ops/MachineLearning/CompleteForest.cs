using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Trees filled up to complete ones of equal depth, each in the order of a heap: above a leaf that lies higher, branches choose between copies of it.</summary>
/// <param name="Columns">The feature of each branch [trees][2^depth]; the last place of each tree is unused.</param>
/// <param name="Bounds">The bound of each branch.</param>
/// <param name="Leaves">The leaves of each tree.</param>
/// <param name="Depth">Branches from root to leaf.</param>
internal sealed record CompleteForest(int[] Columns, float[] Bounds, float[] Leaves, int Depth)
{
    // Complete trees of more than this many times the nodes are not worth their comparisons.
    private const int MostFilling = 4;

    /// <summary>The complete trees, or null where they would be deep or mostly filling.</summary>
    public static CompleteForest? Of(IReadOnlyList<TreeNode<float>> nodes, IReadOnlyList<int> roots)
    {
        int depth = 1;
        Stack<(int Node, int Depth)> open = new(roots.Select(r => (r, 0)));
        long visited = 0;
        while (open.TryPop(out (int Node, int Depth) place))
        {
            TreeNode<float> node = nodes[place.Node];
            visited++;
            depth = Math.Max(depth, place.Depth);
            if (depth > Trees.BatchDepth)
            {
                return null;
            }

            if (node.Delta != 0)
            {
                open.Push((node.Left, place.Depth + 1));
                open.Push((node.Left + node.Delta, place.Depth + 1));
            }
        }

        int size = 1 << depth;
        if ((long)roots.Count * 2 * size > MostFilling * visited)
        {
            return null;
        }

        CompleteForest forest = new(new int[roots.Count * size], new float[roots.Count * size], new float[roots.Count * size], depth);
        for (int t = 0; t < roots.Count; t++)
        {
            forest.Fill(nodes, roots[t], t * size, size);
        }

        return forest;
    }

    private void Fill(IReadOnlyList<TreeNode<float>> nodes, int root, int start, int size)
    {
        int[] heap = new int[2 * size];
        heap[0] = root;
        for (int i = 0; i < size - 1; i++)
        {
            TreeNode<float> node = nodes[heap[i]];
            bool isLeaf = node.Delta == 0;
            Columns[start + i] = node.Feature;
            Bounds[start + i] = isLeaf ? float.PositiveInfinity : node.Threshold;
            heap[(2 * i) + 1] = node.Left;
            heap[(2 * i) + 2] = node.Left + node.Delta;
        }

        for (int i = 0; i < size; i++)
        {
            Leaves[start + i] = nodes[heap[size - 1 + i]].Threshold;
        }
    }
}
