using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

public sealed class TreeEnsembleTests
{
    private const string Regressor = "TreeEnsembleRegressor";
    private const string Classifier = "TreeEnsembleClassifier";

    private static readonly string[] s_transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"];

    public static TheoryData<string, int, bool, bool> Regressors()
    {
        TheoryData<string, int, bool, bool> data = [];
        foreach (string aggregate in (string[])["SUM", "AVERAGE", "MIN", "MAX"])
        {
            foreach (int targets in (int[])[1, 3])
            {
                data.Add(aggregate, targets, false, false);
                data.Add(aggregate, targets, true, false);
                data.Add(aggregate, targets, true, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Regressors))]
    public void RegressorsEqualOnnxRuntime(string aggregate, int targets, bool hasBase, bool votesForAll)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            RandomForest forest = new(seed) { Targets = targets, VotesForAll = votesForAll, Modes = seed % 2 == 0 ? 1 : 6, TracksMissing = seed % 3 == 0, Trees = 5 + seed };
            AttributeMap attributes = forest.Attributes("target");
            attributes.Add("n_targets", targets);
            attributes.Add("aggregate_function", aggregate);
            attributes.Add("post_transform", targets == 1 ? "NONE" : s_transforms[seed % s_transforms.Length]);
            if (hasBase)
            {
                attributes.Add("base_values", new FloatsAttribute([.. Enumerable.Range(0, targets).Select(k => 0.5f - k)]));
            }

            int rows = seed == 0 ? 1 : 20;
            Referee.Compare(Regressor, attributes, [Tensor.Create<float>(forest.Rows(rows, withMissing: seed > 2), rows, forest.Features)], version: 3);
        }
    }

    [Theory]
    [InlineData(3, false, -1, -1f)]
    [InlineData(4, true, -1, 0f)]
    [InlineData(2, true, -1, 0f)]
    [InlineData(2, true, -1, -1f)]
    [InlineData(2, false, -1, -1f)]
    [InlineData(2, false, 0, 0f)]
    [InlineData(2, false, 0, -1f)]
    [InlineData(2, false, 1, 0f)]
    [InlineData(2, false, 1, -1f)]
    [InlineData(1, false, -1, -1f)]
    public void ClassifiersEqualOnnxRuntime(int classes, bool votesForAll, int onlyTarget, float least)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            RandomForest forest = new(seed) { Targets = classes, VotesForAll = votesForAll, OnlyTarget = onlyTarget, Least = least, Modes = seed % 2 == 0 ? 1 : 6, TracksMissing = seed % 3 == 0, Trees = 5 + seed };
            AttributeMap attributes = forest.Attributes("class");
            attributes.Add("classlabels_int64s", [.. Enumerable.Range(0, classes).Select(k => 10L + (3 * k))]);
            attributes.Add("post_transform", s_transforms[seed % s_transforms.Length]);

            // With scores for both of two classes ONNX Runtime gives the labels 1 and 0 whatever the model's are, and forgets one score or base value.
            bool isPair = classes == 2 && onlyTarget < 0;
            if (seed % 4 == 3 && classes != 2)
            {
                attributes.Add("base_values", new FloatsAttribute([.. Enumerable.Range(0, classes).Select(k => 0.25f - (k * 0.125f))]));
            }
            else if (seed % 4 == 3 && onlyTarget == 0)
            {
                attributes.Add("base_values", new FloatsAttribute([-0.25f]));
            }

            int rows = seed == 0 ? 1 : 20;
            Referee.Compare(Classifier, attributes, [Tensor.Create<float>(forest.Rows(rows, withMissing: seed > 5), rows, forest.Features)], outputs: 2, trusted: isPair ? [1] : null, version: 3);
        }
    }

    [Theory]
    [InlineData(4, 1, 40)]
    [InlineData(4, 3, 17)]
    [InlineData(9, 1, 40)]
    [InlineData(12, 2, 3)]
    public void ShallowTreesOfManyRowsAndDeepTreesEqualOnnxRuntime(int depth, int targets, int rows)
    {
        RandomForest forest = new(depth + targets) { Depth = depth, Targets = targets, Trees = 10, TracksMissing = true };
        AttributeMap attributes = forest.Attributes("target");
        attributes.Add("n_targets", targets);
        foreach (bool withMissing in (bool[])[false, true])
        {
            Tensor x = Tensor.Create<float>(forest.Rows(rows, withMissing), rows, forest.Features);
            Referee.Compare(Regressor, attributes, [x], version: 3);
            string kernel = ModelBuild.Compiler.Planning.Planner.Plan(Referee.GraphOf(Regressor, attributes, [x], version: 3)).Plan.Steps[0].Kernel;
            Assert.Equal(depth < 7 ? "Trees.SumComplete" : "Trees.SumLeaves", kernel);
        }
    }

    [Theory]
    [InlineData(3, 3, 4, "Trees.SumMasked")]
    [InlineData(5, 5, 16, "Trees.SumMasked")]
    [InlineData(6, 2, 40, "Trees.SumMasked")]
    [InlineData(5, 17, 70, "Trees.SumMasked")]
    [InlineData(9, 3, 20, "Trees.SumLeaves")]
    [InlineData(11, 6, 40, "Trees.SumLeaves")]
    public void LeavesWithValuesForAllTargetsEqualOnnxRuntime(int depth, int targets, int features, string kernel)
    {
        foreach (string aggregate in (string[])["SUM", "AVERAGE"])
        {
            RandomForest forest = new(depth) { Depth = depth, Targets = targets, Features = features, Trees = 19, TracksMissing = depth % 2 == 0, VotesForAll = true, Modes = 4 };
            AttributeMap attributes = forest.Attributes("target");
            attributes.Add("n_targets", targets);
            attributes.Add("aggregate_function", aggregate);
            foreach (int rows in (int[])[1, 16, 21])
            {
                Tensor x = Tensor.Create<float>(forest.Rows(rows, withMissing: rows == 21), rows, features);
                Referee.Compare(Regressor, attributes, [x], version: 3);
                Assert.Equal(kernel, ModelBuild.Compiler.Planning.Planner.Plan(Referee.GraphOf(Regressor, attributes, [x], version: 3)).Plan.Steps[0].Kernel);
            }
        }
    }

    [Fact]
    public void SetsAreSearched()
    {
        // Sets of 0, 1, 2 and 5 members; NaN follows the side that the node names.
        float[] members = [float.NaN, 3, float.NaN, 1, 2, float.NaN, 9, 7, 5, 3, 1, float.NaN];
        for (int node = 0; node < 4; node++)
        {
            AttributeMap attributes = new()
            {
                { "n_targets", 1L },
                { "tree_roots", [(long)node] },
                { "nodes_modes", new TensorAttribute(Tensor.Vector<byte>(6, 6, 6, 6)) },
                { "nodes_featureids", [0, 0, 0, 0] },
                { "nodes_splits", new TensorAttribute(Tensor.Vector<float>(0, 0, 0, 0)) },
                { "nodes_trueleafs", [1, 1, 1, 1] },
                { "nodes_truenodeids", [1, 1, 1, 1] },
                { "nodes_falseleafs", [1, 1, 1, 1] },
                { "nodes_falsenodeids", [0, 0, 0, 0] },
                { "nodes_missing_value_tracks_true", [0, 1, 0, 1] },
                { "leaf_targetids", [0, 0] },
                { "leaf_weights", new TensorAttribute(Tensor.Vector<float>(-1, 1)) },
                { "membership_values", new TensorAttribute(Tensor.Vector<float>(members)) },
            };
            float[] rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, float.NaN, -1, 1.5f];
            float[] result = Referee.CompareWithoutOnnxRuntime("TreeEnsemble", attributes, [Tensor.Create<float>(rows, rows.Length, 1)])[0].Span<float>().ToArray();
            float[][] sets = [[], [3], [1, 2], [1, 3, 5, 7, 9]];
            Assert.Equal([.. rows.Select(v => sets[node].Contains(v) || (float.IsNaN(v) && node % 2 == 1) ? 1f : -1f)], result);
        }
    }

    [Fact]
    public void TablesThatContradictThemselvesAreRefused()
    {
        AttributeMap circle = new RandomForest(1) { Trees = 1 }.Attributes("target");
        circle["nodes_truenodeids"] = new IntsAttribute([.. circle.GetInts("nodes_truenodeids")!.Select(_ => 0L)]);
        AssertRefused(circle, Descriptors.InvalidNode, "leads back");

        AttributeMap missing = new RandomForest(1).Attributes("target");
        missing["nodes_falsenodeids"] = new IntsAttribute([.. missing.GetInts("nodes_falsenodeids")!.Select(_ => 999L)]);
        AssertRefused(missing, Descriptors.InvalidNode, "does not exist");

        AttributeMap mode = new RandomForest(1) { Trees = 1, Depth = 0 }.Attributes("target");
        mode["nodes_modes"] = new StringsAttribute(["BRANCH_ODD"]);
        AssertRefused(mode, Descriptors.UnsupportedAttribute, "BRANCH_ODD");

        AttributeMap wide = new RandomForest(1) { Features = 50 }.Attributes("target");
        AssertRefused(wide, Descriptors.ShapeMismatch, "the input has 5");
    }

    private static void AssertRefused(AttributeMap attributes, DiagnosticDescriptor descriptor, string text)
    {
        attributes.Add("n_targets", 1L);
        Graph graph = Referee.GraphOf(Regressor, attributes, [Tensor.Create<float>(new float[5], 1, 5)], version: 3);
        ModelBuildException error = Assert.Throws<ModelBuildException>(() => OpHarness.RunPlan(graph, [Tensor.Create<float>(new float[5], 1, 5)]));
        Assert.Equal(descriptor.Code, error.Diagnostics[0].Descriptor.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DoubleThresholdsAndRowsKeepTheirPrecision()
    {
        RandomForest forest = new(5) { Modes = 6, TracksMissing = true };
        AttributeMap attributes = forest.Attributes("target", isDouble: true);
        attributes.Add("n_targets", 1L);
        double[] rows = [.. forest.Rows(30, withMissing: true).Select((v, i) => i % 3 == 0 ? v + 1e-9 : (double)v)];
        Referee.Compare(Regressor, attributes, [Tensor.Create<double>(rows, 30, forest.Features)], version: 3);
    }
}
