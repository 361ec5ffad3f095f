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
