using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Reads the node tables of TreeEnsembleClassifier and TreeEnsembleRegressor, which name nodes by tree and number.</summary>
internal static class TreeTables
{
    /// <summary>The ensemble.</summary>
    /// <param name="prefix"><c>class</c> or <c>target</c>.</param>
    /// <param name="targets">Number of classes or targets.</param>
    /// <exception cref="Diagnostics.ModelBuildException">The tables contradict themselves (MDB2003).</exception>
    public static TreeForest Read(Node node, string prefix, int targets)
    {
        long[] trees = Ints(node, "nodes_treeids");
        int count = trees.Length;
        if (count == 0)
        {
            throw NodeErrors.Invalid(node, "nodes_treeids is empty.");
        }

        long[] ids = Sized(node, "nodes_nodeids", Ints(node, "nodes_nodeids"), count);
        long[] features = Sized(node, "nodes_featureids", Ints(node, "nodes_featureids"), count);
        long[] whenTrue = Sized(node, "nodes_truenodeids", Ints(node, "nodes_truenodeids"), count);
        long[] whenFalse = Sized(node, "nodes_falsenodeids", Ints(node, "nodes_falsenodeids"), count);
        double[] thresholds = Sized(node, "nodes_values", Numbers(node, "nodes_values"), count);
        TreeMode?[] modes = [.. Sized(node, "nodes_modes", Strings(node, "nodes_modes"), count).Select(m => ModeOf(node, m))];
        long[] missing = Ints(node, "nodes_missing_value_tracks_true");
        missing = missing.Length == 0 ? new long[count] : Sized(node, "nodes_missing_value_tracks_true", missing, count);

        // Branches and leaves are numbered apart; a leaf's number is complemented.
        Dictionary<(long Tree, long Id), int> numbers = new(count);
        List<int> roots = [];
        HashSet<long> started = [];
        int branches = 0;
        int leaves = 0;
        for (int i = 0; i < count; i++)
        {
            int number = modes[i] is null ? ~leaves++ : branches++;
            if (!numbers.TryAdd((trees[i], ids[i]), number))
            {
                throw NodeErrors.Invalid(node, $"node {ids[i]} of tree {trees[i]} is given twice.");
            }

            if (started.Add(trees[i]))
            {
                roots.Add(number);
            }
        }

        TreeBranch[] inner = new TreeBranch[branches];
        for (int i = 0; i < count; i++)
        {
            if (modes[i] is { } mode)
            {
                inner[numbers[(trees[i], ids[i])]] = new TreeBranch(Feature(node, features[i]), mode, thresholds[i], Find(trees[i], whenTrue[i]), Find(trees[i], whenFalse[i]), missing[i] != 0, []);
            }
        }

        List<(int, double)>[] entries = [.. Enumerable.Range(0, leaves).Select(_ => new List<(int, double)>())];
        long[] entryTrees = Ints(node, $"{prefix}_treeids");
        long[] entryIds = Sized(node, $"{prefix}_nodeids", Ints(node, $"{prefix}_nodeids"), entryTrees.Length);
        long[] entryTargets = Sized(node, $"{prefix}_ids", Ints(node, $"{prefix}_ids"), entryTrees.Length);
        double[] weights = Sized(node, $"{prefix}_weights", Numbers(node, $"{prefix}_weights"), entryTrees.Length);
        for (int i = 0; i < entryTrees.Length; i++)
        {
            int leaf = Find(entryTrees[i], entryIds[i]);
            if (leaf < 0)
            {
                entries[~leaf].Add((TargetOf(node, entryTargets[i]), weights[i]));
            }
        }

        return new TreeForest(inner, [.. entries.Select(e => e.ToArray())], [.. roots], targets, Aggregate(node), Transform(node), Numbers(node, "base_values")).Check(node);

        int Find(long tree, long id) => numbers.TryGetValue((tree, id), out int number) ? number : throw NodeErrors.Invalid(node, $"node {id} of tree {tree} does not exist.");
    }

    private static int Feature(Node node, long feature) => feature is >= 0 and <= int.MaxValue ? (int)feature : throw NodeErrors.Invalid(node, $"a node compares feature {feature}.");

    private static int TargetOf(Node node, long target) => target is >= 0 and <= int.MaxValue ? (int)target : throw NodeErrors.Invalid(node, $"a leaf gives a value to target {target}.");

    private static TreeMode? ModeOf(Node node, string mode) => mode switch
    {
        "LEAF" => null,
        "BRANCH_LEQ" => TreeMode.LessOrEqual,
        "BRANCH_LT" => TreeMode.Less,
        "BRANCH_GTE" => TreeMode.GreaterOrEqual,
        "BRANCH_GT" => TreeMode.Greater,
        "BRANCH_EQ" => TreeMode.Equal,
        "BRANCH_NEQ" => TreeMode.NotEqual,
        _ => throw NodeErrors.Attribute(node, "nodes_modes", mode, "ONNX has no such mode."),
    };
}
