using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A tree ensemble as all its operators describe it.</summary>
/// <param name="Branches">Inner nodes of all trees.</param>
/// <param name="Leaves">For each leaf the targets that it gives values to.</param>
/// <param name="Roots">Branch at which each tree begins, or the complement of a leaf.</param>
/// <param name="Targets">Number of targets or classes.</param>
/// <param name="Aggregate">How the values of one target are joined.</param>
/// <param name="Transform">What is done last.</param>
/// <param name="BaseValues">Values added to the targets; empty for none.</param>
internal sealed record TreeForest(TreeBranch[] Branches, (int Target, double Value)[][] Leaves, int[] Roots, int Targets, TreeAggregate Aggregate, ScoreTransform Transform, double[] BaseValues)
{
    /// <summary>The most nodes or leaves of an ensemble: leaves are numbered in binary32.</summary>
    public const int MaxNodes = 1 << 24;

    /// <summary>True when every leaf of every tree gives one value, and the leaves of a tree to one target.</summary>
    public bool HasOneTargetPerTree => TargetsOfTrees() is not null;

    /// <summary>The target of each tree, or null where there is not one.</summary>
    public int[]? TargetsOfTrees()
    {
        int[] result = new int[Roots.Length];
        Stack<int> open = new();
        HashSet<int> seen = [];
        for (int t = 0; t < Roots.Length; t++)
        {
            int target = -1;
            seen.Clear();
            open.Push(Roots[t]);
            while (open.TryPop(out int next))
            {
                if (!seen.Add(next))
                {
                    continue;
                }

                if (next >= 0)
                {
                    open.Push(Branches[next].WhenTrue);
                    open.Push(Branches[next].WhenFalse);
                }
                else if (Leaves[~next] is [(int Target, double Value) only] && (target < 0 || target == only.Target))
                {
                    target = only.Target;
                }
                else
                {
                    return null;
                }
            }

            result[t] = target;
        }

        return result;
    }

    /// <summary>Which targets are given a value in every row, or null where that depends on the row.</summary>
    public bool[]? GivenTargets()
    {
        bool[] ever = new bool[Targets];
        foreach ((int target, _) in Leaves.SelectMany(l => l))
        {
            ever[target] = true;
        }

        return Leaves.All(leaf => leaf.Select(e => e.Target).Distinct().Count() == ever.Count(given => given)) ? ever : null;
    }

    /// <summary>What a leaf adds to the targets' sums or averages.</summary>
    public IEnumerable<(int Target, double Value)> Summands(int leaf)
    {
        double divisor = Aggregate == TreeAggregate.Average ? Roots.Length : 1;
        return Leaves[leaf].Select(e => (e.Target, e.Value / divisor));
    }

    /// <summary>Joined values of one row before base values and transforms, and which targets have one.</summary>
    public (double[] Values, bool[] Given) Evaluate(ReadOnlySpan<double> row)
    {
        double[] values = new double[Targets];
        bool[] given = new bool[Targets];
        foreach (int root in Roots)
        {
            int position = root;
            while (position >= 0)
            {
                position = Branches[position].Next(row[Branches[position].Feature]);
            }

            foreach ((int target, double value) in Leaves[~position])
            {
                values[target] = (Aggregate, given[target]) switch
                {
                    (TreeAggregate.Min, true) => Math.Min(values[target], value),
                    (TreeAggregate.Max, true) => Math.Max(values[target], value),
                    _ => values[target] + value,
                };
                given[target] = true;
            }
        }

        return (Aggregate == TreeAggregate.Average ? [.. values.Select(v => v / Roots.Length)] : values, given);
    }

    /// <summary>Checks what all descriptions have in common.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">An index lies outside, a tree runs in a circle (MDB2003), or there are too many nodes (MDB2005).</exception>
    public TreeForest Check(Node node)
    {
        if (Branches.Length > MaxNodes || Leaves.Length > MaxNodes)
        {
            throw NodeErrors.Limit(node, $"{Branches.Length} branches and {Leaves.Length} leaves are more than {MaxNodes}.");
        }

        foreach (int next in Branches.SelectMany(b => (int[])[b.WhenTrue, b.WhenFalse]).Concat(Roots))
        {
            if (next >= Branches.Length || ~next >= Leaves.Length)
            {
                throw NodeErrors.Invalid(node, $"a node leads to {(next < 0 ? $"leaf {~next}" : $"node {next}")}, which does not exist.");
            }
        }

        if (Branches.Any(b => b.Feature < 0))
        {
            throw NodeErrors.Invalid(node, "a node compares a feature of a negative number.");
        }

        if (Leaves.SelectMany(l => l).FirstOrDefault(e => e.Target < 0 || e.Target >= Targets) is { Target: not 0 } outside)
        {
            throw NodeErrors.Invalid(node, $"a leaf gives a value to target {outside.Target}; there are {Targets}.");
        }

        CheckCircles(node);
        return this;
    }

    /// <summary>Checks that rows are wide enough.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">A branch compares a feature that the input does not have (MDB3002).</exception>
    public void CheckFeatures(Node node, int features)
    {
        if (Branches.Length > 0 && Branches.Max(b => b.Feature) is int last && last >= features)
        {
            throw NodeErrors.Shape(node, $"a node compares feature {last}, but the input has {features}.");
        }
    }

    // Depth first with a mark for branches on the way down and another for those that are done.
    private void CheckCircles(Node node)
    {
        byte[] marks = new byte[Branches.Length];
        Stack<int> open = new();
        for (int start = 0; start < Branches.Length; start++)
        {
            open.Push(start);
            while (open.TryPop(out int next))
            {
                if (next < 0)
                {
                    marks[~next] = 2;
                    continue;
                }

                if (marks[next] != 0)
                {
                    if (marks[next] == 1)
                    {
                        throw NodeErrors.Invalid(node, "a tree leads back to a node above.");
                    }

                    continue;
                }

                marks[next] = 1;
                open.Push(~next);
                foreach (int child in (int[])[Branches[next].WhenTrue, Branches[next].WhenFalse])
                {
                    if (child >= 0)
                    {
                        open.Push(child);
                    }
                }
            }
        }
    }
}
