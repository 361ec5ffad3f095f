using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Trees of few leaves as <see cref="Trees.SumMasked"/> takes them.</summary>
/// <param name="SlotEnds">For each group of trees and each word of leaves the number of slots up to and with its own.</param>
/// <param name="Columns">The feature of each branch [slots][16].</param>
/// <param name="Bounds">The bound of each branch [slots][16].</param>
/// <param name="Masks">The leaves that remain where a branch leads to the right [slots][16].</param>
/// <param name="NaNMasks">The leaves that remain where the feature is NaN [slots][16]; null where NaN always leads to the right.</param>
/// <param name="LeafStarts">The first leaf of each tree [groups][16].</param>
/// <param name="Leaves">The values of the leaves [leaves][values of a leaf].</param>
/// <param name="GroupTargets">The first target of each group.</param>
/// <param name="Words">Words of leaves of a tree.</param>
internal sealed record MaskedTrees(
    int[] SlotEnds, int[] Columns, float[] Bounds, uint[] Masks, uint[]? NaNMasks, int[] LeafStarts, float[] Leaves, int[] GroupTargets, int Words)
{
    private const int WordBits = 32;
    private const int MostLeafValues = 1 << 22;

    /// <summary>The trees, or null where one has too many leaves or their leaves have too many values.</summary>
    /// <param name="packed">The trees; a leaf holds its number.</param>
    /// <param name="valuesOf">The values of a leaf by its number.</param>
    /// <param name="targetOf">The one target of each tree, or null where all trees give values to all targets.</param>
    /// <param name="width">Values of a leaf.</param>
    public static MaskedTrees? Of(PackedForest<float> packed, Func<int, IEnumerable<(int Target, double Value)>> valuesOf, int[]? targetOf, int width)
    {
        List<Tree> trees = [];
        long values = 0;
        for (int t = 0; t < packed.RootList.Count; t++)
        {
            if (Tree.Of(packed, packed.RootList[t], targetOf?[t] ?? 0) is not { } tree || (values += (long)tree.Leaves.Count * width) > MostLeafValues)
            {
                return null;
            }

            trees.Add(tree);
        }

        Builder builder = new(valuesOf, width, trees.Any(t => t.Leaves.Count > WordBits) ? 2 : 1, packed.NaNLeftList.Contains((byte)1));
        foreach (IGrouping<int, Tree> group in trees.GroupBy(t => t.Target).OrderBy(g => g.Key))
        {
            // Trees of like size stand together, as a group has the slots of its largest.
            foreach (Tree[] chunk in group.OrderByDescending(t => t.Branches.Count).Chunk(Trees.GroupTrees))
            {
                builder.Add(chunk, group.Key);
            }
        }

        return builder.Trees;
    }

    /// <summary>A branch; where it leads to the right, the leaves from <paramref name="From"/> to before <paramref name="To"/> are out of reach.</summary>
    private readonly record struct Branch(int Column, float Bound, bool NaNLeft, int From, int To)
    {
        public uint Kept(int word)
        {
            ulong below = Bits(To) & ~Bits(From);
            return ~(uint)(below >> ((1 - word) * WordBits));
        }

        // The first n leaves, the first in the highest bit.
        private static ulong Bits(int n) => n == 0 ? 0 : ulong.MaxValue << ((2 * WordBits) - n);
    }

    /// <summary>One tree, its leaves from left to right by their numbers.</summary>
    private sealed record Tree(int Target, List<Branch> Branches, List<int> Leaves)
    {
        public static Tree? Of(PackedForest<float> packed, int root, int target)
        {
            Tree tree = new(target, [], []);
            return tree.Visit(packed, root) ? tree : null;
        }

        // A tree of at most 64 leaves is at most 63 levels deep.
        private bool Visit(PackedForest<float> packed, int place)
        {
            TreeNode<float> node = packed.NodeList[place];
            if (node.Delta == 0)
            {
                Leaves.Add((int)node.Threshold);
                return Leaves.Count <= Trees.MostMaskedLeaves;
            }

            int from = Leaves.Count;
            int at = Branches.Count;
            if (at >= Trees.MostMaskedLeaves)
            {
                return false;
            }

            Branches.Add(default);
            if (!Visit(packed, node.Left))
            {
                return false;
            }

            Branches[at] = new Branch(node.Feature, node.Threshold, packed.NaNLeftList[place] != 0, from, Leaves.Count);
            return Visit(packed, node.Left + node.Delta);
        }
    }

    private sealed class Builder(Func<int, IEnumerable<(int Target, double Value)>> valuesOf, int width, int words, bool hasNaNLeft)
    {
        private readonly List<int> _slotEnds = [];
        private readonly List<int> _columns = [];
        private readonly List<float> _bounds = [];
        private readonly List<uint> _masks = [];
        private readonly List<uint> _nanMasks = [];
        private readonly List<int> _leafStarts = [];
        private readonly List<float> _leaves = [];
        private readonly List<int> _groupTargets = [];
        private int _empty = -1;

        public MaskedTrees Trees => new(
            [.. _slotEnds], [.. _columns], [.. _bounds], [.. _masks], hasNaNLeft ? [.. _nanMasks] : null, [.. _leafStarts], [.. _leaves], [.. _groupTargets], words);

        public void Add(Tree[] trees, int target)
        {
            for (int word = 0; word < words; word++)
            {
                Branch[][] lanes = [.. trees.Select(t => t.Branches.Where(b => b.Kept(word) != uint.MaxValue).ToArray())];
                int slots = lanes.Max(l => l.Length);
                for (int slot = 0; slot < slots; slot++)
                {
                    for (int lane = 0; lane < Kernels.Trees.GroupTrees; lane++)
                    {
                        Add(lane < lanes.Length && slot < lanes[lane].Length ? lanes[lane][slot] : null, word);
                    }
                }

                _slotEnds.Add(_masks.Count / Kernels.Trees.GroupTrees);
            }

            _groupTargets.Add(target);
            for (int lane = 0; lane < Kernels.Trees.GroupTrees; lane++)
            {
                _leafStarts.Add(lane < trees.Length ? _leaves.Count / width : Empty());
                foreach (int leaf in lane < trees.Length ? trees[lane].Leaves : [])
                {
                    float[] row = new float[width];
                    LeafTable.Fill(valuesOf(leaf), row);
                    _leaves.AddRange(row);
                }
            }
        }

        private void Add(Branch? branch, int word)
        {
            uint kept = branch?.Kept(word) ?? uint.MaxValue;
            _columns.Add(branch?.Column ?? 0);
            _bounds.Add(branch?.Bound ?? float.PositiveInfinity);
            _masks.Add(kept);
            _nanMasks.Add(branch is { NaNLeft: true } ? uint.MaxValue : kept);
        }

        // The leaf of a tree that is not there.
        private int Empty()
        {
            if (_empty < 0)
            {
                _empty = _leaves.Count / width;
                _leaves.AddRange(new float[width]);
            }

            return _empty;
        }
    }
}
