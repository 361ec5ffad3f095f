using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A tree ensemble with separate tables of branches and leaves, and branches that test for membership of a set (ONNX ai.onnx.ml TreeEnsemble 5).</summary>
public sealed class TreeEnsemble : TreeRegressionOp
{
    /// <inheritdoc/>
    public override string OpType => "TreeEnsemble";

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => t is DType.F32 or DType.F64 or DType.F16, "float32, float64 or float16 elements");
        Dim? rows = RowsOf(context);
        context.SetOutput(0, context.Input(0).DType, rows is null ? null : new Shape(rows.Value, Targets(context.Node)));
    }

    private protected override DType ResultType(DType input) => input;

    private protected override TreeForest Describe(Node node)
    {
        long[] features = Ints(node, "nodes_featureids");
        int count = features.Length;
        double[] modes = Sized(node, "nodes_modes", TensorNumbers(node, "nodes_modes"), count);
        double[] splits = Sized(node, "nodes_splits", TensorNumbers(node, "nodes_splits"), count);
        int[] whenTrue = Next(node, "true", count);
        int[] whenFalse = Next(node, "false", count);
        long[] missing = Ints(node, "nodes_missing_value_tracks_true");
        missing = missing.Length == 0 ? new long[count] : Sized(node, "nodes_missing_value_tracks_true", missing, count);
        Queue<double[]> sets = Sets(TensorNumbers(node, "membership_values"));
        TreeBranch[] branches = new TreeBranch[count];
        for (int i = 0; i < count; i++)
        {
            TreeMode mode = Enum.IsDefined((TreeMode)(int)modes[i]) ? (TreeMode)(int)modes[i] : throw NodeErrors.Attribute(node, "nodes_modes", $"{modes[i]}", "ONNX has no such mode.");
            double[] members = [];
            if (mode == TreeMode.Member && !sets.TryDequeue(out members!))
            {
                throw NodeErrors.Invalid(node, "membership_values has fewer sets than there are nodes of mode BRANCH_MEMBER.");
            }

            branches[i] = new TreeBranch(Index(node, features[i]), mode, splits[i], whenTrue[i], whenFalse[i], missing[i] != 0, members);
        }

        if (sets.Count > 0)
        {
            throw NodeErrors.Invalid(node, $"membership_values has {sets.Count} sets more than there are nodes of mode BRANCH_MEMBER.");
        }

        long[] targets = Ints(node, "leaf_targetids");
        double[] weights = Sized(node, "leaf_weights", TensorNumbers(node, "leaf_weights"), targets.Length);
        (int, double)[][] leaves = [.. targets.Select((t, i) => ((int, double)[])[(Index(node, t), weights[i])])];
        int[] roots = [.. Ints(node, "tree_roots").Select(r => Index(node, r))];
        return new TreeForest(branches, leaves, roots, Targets(node), Aggregate(node), Transform(node), []).Check(node);
    }

    private static int Targets(Node node) => node.Attributes.GetInt("n_targets", 1) is >= 1 and <= int.MaxValue and long targets
        ? (int)targets
        : throw NodeErrors.Invalid(node, $"n_targets is {node.Attributes.GetInt("n_targets", 1)}.");

    private static int[] Next(Node node, string way, int count)
    {
        long[] ids = Sized(node, $"nodes_{way}nodeids", Ints(node, $"nodes_{way}nodeids"), count);
        long[] leaves = Sized(node, $"nodes_{way}leafs", Ints(node, $"nodes_{way}leafs"), count);
        return [.. ids.Select((id, i) => leaves[i] != 0 ? ~Index(node, id) : Index(node, id))];
    }

    private static int Index(Node node, long value) => value is >= 0 and < int.MaxValue ? (int)value : throw NodeErrors.Invalid(node, $"a table holds the index {value}.");

    // The sets are divided by NaN; the last one may end without.
    private static Queue<double[]> Sets(double[] values)
    {
        Queue<double[]> sets = new();
        List<double> set = [];
        foreach (double value in values)
        {
            if (double.IsNaN(value))
            {
                sets.Enqueue([.. set]);
                set.Clear();
            }
            else
            {
                set.Add(value);
            }
        }

        if (set.Count > 0)
        {
            sets.Enqueue([.. set]);
        }

        return sets;
    }
}
