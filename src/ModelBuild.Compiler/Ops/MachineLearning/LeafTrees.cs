using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Trees of many leaves as <see cref="Trees.SumLeaves"/> takes them.</summary>
internal sealed class LeafTrees
{
    private readonly List<LeafNode> _nodes = [];
    private readonly List<byte> _nanLeft = [];
    private readonly List<int> _roots = [];
    private readonly List<int> _groupTargets = [];

    private LeafTrees()
    {
    }

    /// <summary>The nodes as bytes.</summary>
    public Tensor Nodes
    {
        get
        {
            byte[] bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_nodes)).ToArray();
            return new Tensor(DType.U8, [bytes.Length], bytes);
        }
    }

    /// <summary>For each node 1 where NaN goes to the left; null when it never does.</summary>
    public Tensor? NaNLeft => _nanLeft.Contains(1) ? new Tensor(DType.U8, [_nanLeft.Count], [.. _nanLeft]) : null;

    /// <summary>The node at which each tree begins [groups][16].</summary>
    public Tensor Roots => Tensor.Vector<int>([.. _roots]);

    /// <summary>The first target of each group.</summary>
    public Tensor GroupTargets => Tensor.Vector<int>([.. _groupTargets]);

    /// <summary>The trees, or null where one has too many nodes or features for the kernel.</summary>
    /// <param name="packed">The trees; a leaf holds its number.</param>
    /// <param name="targetOf">The one target of each tree, or null where all trees give values to all targets.</param>
    /// <param name="emptyLeaf">Number of the leaf that stands for trees that fill up a group.</param>
    public static LeafTrees? Of(PackedForest<float> packed, int[]? targetOf, int emptyLeaf)
    {
        if (emptyLeaf >= LeafNode.MostLeaves)
        {
            return null;
        }

        LeafTrees trees = new();
        foreach (IGrouping<int, int> group in Enumerable.Range(0, packed.RootList.Count).GroupBy(t => targetOf?[t] ?? 0).OrderBy(g => g.Key))
        {
            foreach (int[] chunk in group.Chunk(Trees.GroupTrees))
            {
                trees._groupTargets.Add(group.Key);
                for (int i = 0; i < Trees.GroupTrees; i++)
                {
                    trees._roots.Add(trees._nodes.Count);
                    if (i >= chunk.Length)
                    {
                        trees.Add(new LeafNode(emptyLeaf), 0);
                    }
                    else if (!trees.Place(packed, packed.RootList[chunk[i]]))
                    {
                        return null;
                    }
                }
            }
        }

        return trees;
    }

    // A node, what lies to its left, what lies to its right. Nodes that are reached on several ways are written as often.
    private bool Place(PackedForest<float> packed, int root)
    {
        int start = _nodes.Count;
        Stack<(int Place, int Parent)> open = new([(root, -1)]);
        while (open.TryPop(out (int Place, int Parent) next))
        {
            if (next.Parent >= 0)
            {
                LeafNode parent = _nodes[next.Parent];
                _nodes[next.Parent] = new LeafNode(parent.Bound, parent.Feature, (ushort)(_nodes.Count - next.Parent));
            }

            TreeNode<float> node = packed.NodeList[next.Place];
            if (node.Delta == 0)
            {
                Add(new LeafNode((int)node.Threshold), 0);
            }
            else if (node.Feature > ushort.MaxValue || _nodes.Count - start >= ushort.MaxValue)
            {
                return false;
            }
            else
            {
                open.Push((node.Left + node.Delta, _nodes.Count));
                open.Push((node.Left, -1));
                Add(new LeafNode(node.Threshold, (ushort)node.Feature, 0), packed.NaNLeftList[next.Place]);
            }
        }

        return _nodes.Count - start <= ushort.MaxValue;
    }

    private void Add(LeafNode node, byte nanLeft)
    {
        _nodes.Add(node);
        _nanLeft.Add(nanLeft);
    }
}
