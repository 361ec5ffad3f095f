using System.Numerics;
using System.Runtime.InteropServices;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>Complete trees for two targets, in the forms of all kernels.</summary>
internal sealed class CompleteForest
{
    private readonly Random _random;
    private readonly int _depth;
    private readonly int _features;

    public CompleteForest(int depth, int trees, int seed, int features)
    {
        _random = new Random(seed);
        _features = features;
        _depth = depth;
        int size = 1 << depth;
        List<TreeNode<float>> nodes = [];
        Roots = new int[trees];
        TargetEnds = [trees / 2, trees];
        Columns = new int[trees * size];
        Bounds = new float[trees * size];
        Leaves = new float[trees * size];
        for (int t = 0; t < trees; t++)
        {
            Roots[t] = nodes.Count;
            int start = nodes.Count;
            for (int i = 0; i < size - 1; i++)
            {
                Columns[(t * size) + i] = _random.Next(features);
                Bounds[(t * size) + i] = _random.Next(-4, 5) / 4f;
                nodes.Add(new(Bounds[(t * size) + i], Columns[(t * size) + i], start + (2 * i) + 1, 1));
            }

            for (int i = 0; i < size; i++)
            {
                Leaves[(t * size) + i] = _random.NextSingle() - 0.5f;
                nodes.Add(new(Leaves[(t * size) + i], 0, nodes.Count, 0));
            }
        }

        NodeArray = [.. nodes];
        NaNLeft = [.. NodeArray.Select(n => n.Delta != 0 && _random.Next(2) == 1 ? (byte)1 : (byte)0)];
    }

    public TreeNode<float>[] NodeArray { get; }

    public byte[] Nodes => MemoryMarshal.AsBytes<TreeNode<float>>(NodeArray).ToArray();

    public int[] Roots { get; }

    public int[] TargetEnds { get; }

    public byte[] NaNLeft { get; }

    public int[] Columns { get; }

    public float[] Bounds { get; }

    public float[] Leaves { get; }

    public float[] Rows(int rows, bool missing) =>
        [.. Enumerable.Range(0, rows * _features).Select(_ => missing && _random.Next(5) == 0 ? float.NaN : _random.Next(-5, 6) / 4f)];

    public float[] Expected(float[] x, int rows, float[] baseValues)
    {
        float[] y = new float[rows * 2];
        for (int r = 0; r < rows; r++)
        {
            for (int t = 0; t < Roots.Length; t++)
            {
                int place = Roots[t];
                for (int d = 0; d < _depth; d++)
                {
                    float value = x[(r * _features) + NodeArray[place].Feature];
                    bool left = float.IsNaN(value) ? NaNLeft[place] == 1 : value <= NodeArray[place].Threshold;
                    place = NodeArray[place].Left + (left ? 0 : 1);
                }

                y[(r * 2) + (t < TargetEnds[0] ? 0 : 1)] += NodeArray[place].Threshold;
            }

            y[r * 2] += baseValues[0];
            y[(r * 2) + 1] += baseValues[1];
        }

        return y;
    }

    /// <summary>Words of leaves of <see cref="Trees.SumMasked"/>.</summary>
    public int Words => _depth == 6 ? 2 : 1;

    /// <summary>Target of each group of 16 trees: groups do not cross targets.</summary>
    public int[] GroupTargets => [.. Groups.Select(g => g[0] < TargetEnds[0] ? 0 : 1)];

    // The trees of each group.
    private int[][] Groups => [.. Enumerable.Range(0, TargetEnds[0]).Chunk(Trees.GroupTrees), .. Enumerable.Range(TargetEnds[0], Roots.Length - TargetEnds[0]).Chunk(Trees.GroupTrees)];

    /// <summary>The operands of <see cref="Trees.SumMasked"/>; the last leaf is that of trees which fill up a group.</summary>
    public (int[] SlotEnds, int[] Columns, float[] Bounds, uint[] Masks, uint[] NaNMasks, int[] LeafStarts, float[] Leaves) Masked()
    {
        int size = 1 << _depth;
        List<int> ends = [];
        List<int> columns = [];
        List<float> bounds = [];
        List<uint> masks = [];
        List<uint> nanMasks = [];
        List<int> starts = [];
        foreach (int[] group in Groups)
        {
            for (int word = 0; word < Words; word++)
            {
                for (int i = 0; i < size - 1; i++)
                {
                    // The leaves to the left of branch i.
                    int level = BitOperations.Log2((uint)i + 1);
                    int below = size >> level;
                    int from = (i + 1 - (1 << level)) * below;
                    ulong left = Enumerable.Range(from, below / 2).Aggregate(0ul, (bits, leaf) => bits | (1ul << (63 - leaf)));
                    uint kept = ~(uint)(left >> (word == 0 ? 32 : 0));
                    for (int lane = 0; lane < Trees.GroupTrees; lane++)
                    {
                        bool exists = lane < group.Length;
                        columns.Add(exists ? Columns[(group[lane] * size) + i] : 0);
                        bounds.Add(exists ? Bounds[(group[lane] * size) + i] : float.PositiveInfinity);
                        masks.Add(exists ? kept : uint.MaxValue);
                        nanMasks.Add(exists && NaNLeft[Roots[group[lane]] + i] == 0 ? kept : uint.MaxValue);
                    }
                }

                ends.Add(columns.Count / Trees.GroupTrees);
            }

            starts.AddRange(Enumerable.Range(0, Trees.GroupTrees).Select(lane => lane < group.Length ? group[lane] * size : Leaves.Length));
        }

        return ([.. ends], [.. columns], [.. bounds], [.. masks], [.. nanMasks], [.. starts], [.. Leaves, 0]);
    }

    /// <summary>The operands of <see cref="Trees.SumLeaves"/>; the last leaf is that of trees which fill up a group.</summary>
    public (byte[] Nodes, byte[] NaNLeft, int[] Roots, float[] Leaves) Walked()
    {
        List<LeafNode> nodes = [];
        List<byte> nanLeft = [];
        List<int> roots = [];
        foreach (int[] group in Groups)
        {
            for (int lane = 0; lane < Trees.GroupTrees; lane++)
            {
                roots.Add(nodes.Count);
                if (lane < group.Length)
                {
                    Place(nodes, nanLeft, group[lane], 0);
                }
                else
                {
                    nodes.Add(new LeafNode(Leaves.Length));
                    nanLeft.Add(0);
                }
            }
        }

        return (MemoryMarshal.AsBytes<LeafNode>(nodes.ToArray()).ToArray(), [.. nanLeft], [.. roots], [.. Leaves, 0]);
    }

    private void Place(List<LeafNode> nodes, List<byte> nanLeft, int tree, int node)
    {
        int size = 1 << _depth;
        if (node >= size - 1)
        {
            nodes.Add(new LeafNode((tree * size) + node - size + 1));
            nanLeft.Add(0);
            return;
        }

        int at = nodes.Count;
        nodes.Add(default);
        nanLeft.Add(NaNLeft[Roots[tree] + node]);
        Place(nodes, nanLeft, tree, (2 * node) + 1);
        nodes[at] = new LeafNode(Bounds[(tree * size) + node], (ushort)Columns[(tree * size) + node], (ushort)(nodes.Count - at));
        Place(nodes, nanLeft, tree, (2 * node) + 2);
    }
}
