using System.Numerics;
using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>
/// An ensemble as the kernels walk it: every comparison is written as "at most", NaN has a side of its own, and nodes stand in the order in which a walk to the left meets them.
/// </summary>
/// <typeparam name="T">Type of the features, binary32 or binary64.</typeparam>
internal sealed class PackedForest<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostSteps = 8;

    private readonly List<Comparison> _comparisons = [];
    private readonly List<TreeNode<T>> _nodes = [];
    private readonly List<byte> _nanLeft = [];
    private readonly Dictionary<int, int> _places = [];
    private readonly List<int> _roots = [];

    /// <summary>Packs an ensemble.</summary>
    /// <param name="order">The trees in the order in which they are summed.</param>
    /// <param name="leafValue">What a leaf holds.</param>
    public PackedForest(TreeForest forest, IEnumerable<int> order, Func<int, double> leafValue)
    {
        _comparisons.AddRange(new Comparison[forest.Branches.Length]);
        for (int i = 0; i < forest.Branches.Length; i++)
        {
            Write(i, forest.Branches[i]);
        }

        foreach (int tree in order)
        {
            _roots.Add(Place(forest.Roots[tree], leafValue));
        }
    }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<TreeNode<T>> NodeList => _nodes;

    /// <summary>The node at which each tree begins.</summary>
    public IReadOnlyList<int> RootList => _roots;

    /// <summary>For each node 1 where NaN goes to the left.</summary>
    public IReadOnlyList<byte> NaNLeftList => _nanLeft;

    /// <summary>The most branches from a root to a leaf where all trees are shallow, else 0: then a walk that looks for its end takes fewer steps on average.</summary>
    public int Steps
    {
        get
        {
            int steps = 1;
            Stack<(int Place, int Depth)> open = new(_roots.Select(r => (r, 0)));
            while (open.TryPop(out (int Place, int Depth) next))
            {
                TreeNode<T> node = _nodes[next.Place];
                steps = Math.Max(steps, next.Depth);
                if (steps > MostSteps)
                {
                    return 0;
                }

                if (node.Delta != 0)
                {
                    open.Push((node.Left, next.Depth + 1));
                    open.Push((node.Left + node.Delta, next.Depth + 1));
                }
            }

            return steps;
        }
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

    /// <summary>The node at which each tree begins.</summary>
    public Tensor Roots => Tensor.Vector<int>([.. _roots]);

    /// <summary>For each node 1 where NaN goes to the left; null when it never does.</summary>
    public Tensor? NaNLeft => _nanLeft.Contains(1) ? new Tensor(DType.U8, [_nanLeft.Count], [.. _nanLeft]) : null;

    // The largest number that is at most the bound, or below it; NaN, which nothing is at most, where there is none.
    private static T Bound(double bound, bool isBelow)
    {
        T value = T.CreateTruncating(bound);
        if (double.CreateTruncating(value) > bound)
        {
            value = T.BitDecrement(value);
        }

        if (!isBelow || double.CreateTruncating(value) < bound)
        {
            return value;
        }

        return T.IsNegativeInfinity(value) ? T.NaN : T.BitDecrement(value);
    }

    private void Write(int at, TreeBranch branch)
    {
        int yes = branch.WhenTrue;
        int no = branch.WhenFalse;
        bool missing = branch.MissingIsTrue;
        double t = branch.Threshold;
        TreeMode mode = branch.Mode;
        if (mode == TreeMode.Member)
        {
            WriteMembers(at, branch, [.. branch.Members.Where(m => !double.IsNaN(m)).Distinct().Order()]);
            return;
        }

        if (double.IsNaN(t))
        {
            // No comparison with NaN holds, except that nothing equals it.
            _comparisons[at] = mode == TreeMode.NotEqual ? new(branch.Feature, T.NaN, no, yes, false) : new(branch.Feature, T.NaN, yes, no, missing);
            return;
        }

        _comparisons[at] = mode switch
        {
            TreeMode.LessOrEqual => new(branch.Feature, Bound(t, false), yes, no, missing),
            TreeMode.Less => new(branch.Feature, Bound(t, true), yes, no, missing),
            TreeMode.GreaterOrEqual => new(branch.Feature, Bound(t, true), no, yes, !missing),
            TreeMode.Greater => new(branch.Feature, Bound(t, false), no, yes, !missing),
            TreeMode.Equal => new(branch.Feature, Bound(t, false), Below(branch.Feature, t, no, yes), no, missing),
            _ => new(branch.Feature, Bound(t, false), Below(branch.Feature, t, yes, no), yes, false),
        };
    }

    private int Below(int feature, double bound, int left, int right)
    {
        _comparisons.Add(new(feature, Bound(bound, true), left, right, false));
        return _comparisons.Count - 1;
    }

    // A binary search, at whose ends stands a test for equality. NaN goes to the right down to the last test.
    private void WriteMembers(int at, TreeBranch branch, double[] members)
    {
        if (members.Length == 0)
        {
            _comparisons[at] = new(branch.Feature, T.NaN, branch.WhenTrue, branch.WhenFalse, branch.MissingIsTrue);
            return;
        }

        Stack<(int At, int From, int To)> open = new([(at, 0, members.Length)]);
        while (open.TryPop(out (int At, int From, int To) part))
        {
            if (part.To - part.From == 1)
            {
                double member = members[part.From];
                _comparisons[part.At] = new(branch.Feature, Bound(member, false), Below(branch.Feature, member, branch.WhenFalse, branch.WhenTrue), branch.WhenFalse, branch.MissingIsTrue);
                continue;
            }

            int middle = (part.From + part.To) / 2;
            int left = _comparisons.Count;
            _comparisons.AddRange([default, default]);
            _comparisons[part.At] = new(branch.Feature, Bound(members[middle - 1], false), left, left + 1, false);
            open.Push((left, part.From, middle));
            open.Push((left + 1, middle, part.To));
        }
    }

    private int Place(int root, Func<int, double> leafValue)
    {
        // Positions first, then the links between them.
        List<int> branches = [];
        Stack<int> open = new([root]);
        while (open.TryPop(out int next))
        {
            if (!_places.TryAdd(next, _nodes.Count))
            {
                continue;
            }

            if (next < 0)
            {
                Add(new TreeNode<T>(T.CreateTruncating(leafValue(~next)), 0, _nodes.Count, 0), false);
                continue;
            }

            branches.Add(next);
            Add(default, _comparisons[next].NaNLeft);
            open.Push(_comparisons[next].Right);
            open.Push(_comparisons[next].Left);
        }

        List<int> single = [];
        foreach (int next in branches)
        {
            Comparison comparison = _comparisons[next];
            int left = _places[comparison.Left];
            int delta = _places[comparison.Right] - left;
            _nodes[_places[next]] = new TreeNode<T>(comparison.Bound, comparison.Feature, left, delta);
            if (delta == 0)
            {
                single.Add(_places[next]);
            }
        }

        foreach (int place in single)
        {
            Part(place);
        }

        return _places[root];
    }

    // Only a leaf may have a delta of 0: where both ways lead to one node, the right one leads to a copy of it.
    private void Part(int place)
    {
        TreeNode<T> node = _nodes[place];
        TreeNode<T> next = _nodes[node.Left];
        int copy = _nodes.Count;
        Add(new TreeNode<T>(next.Threshold, next.Feature, next.Left == node.Left ? copy : next.Left, next.Delta), _nanLeft[node.Left] != 0);
        _nodes[place] = new TreeNode<T>(node.Threshold, node.Feature, node.Left, copy - node.Left);
    }

    private void Add(TreeNode<T> node, bool nanLeft)
    {
        _nodes.Add(node);
        _nanLeft.Add(nanLeft ? (byte)1 : (byte)0);
    }

    private readonly record struct Comparison(int Feature, T Bound, int Left, int Right, bool NaNLeft);
}
