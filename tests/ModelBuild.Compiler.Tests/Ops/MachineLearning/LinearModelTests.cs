using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

public sealed class LinearModelTests
{
    private const int Rows = 7;
    private static readonly string[] s_transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"];

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 37)]
    [InlineData(3, 19)]
    public void RegressorsEqualOnnxRuntime(int targets, int features)
    {
        Random random = new(targets + features);
        foreach (bool hasIntercepts in (bool[])[false, true])
        {
            AttributeMap attributes = new() { { "targets", targets }, { "coefficients", new FloatsAttribute(Draw(random, targets * features)) } };
            if (hasIntercepts)
            {
                attributes.Add("intercepts", new FloatsAttribute(Draw(random, targets)));
            }

            Referee.Compare("LinearRegressor", attributes, [Tensor.Create<float>(Draw(random, Rows * features), Rows, features)]);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(5, 5)]
    public void ClassifiersEqualOnnxRuntime(int targets, int labels)
    {
        Random random = new(targets);
        foreach (string transform in s_transforms)
        {
            AttributeMap attributes = new()
            {
                { "coefficients", new FloatsAttribute(Draw(random, targets * 6)) },
                { "intercepts", new FloatsAttribute(Draw(random, targets)) },
                { "classlabels_ints", [.. Enumerable.Range(0, labels).Select(i => 5L + (2 * i))] },
                { "post_transform", transform },
            };
            float[] rows = Draw(random, Rows * 6);

            Referee.Compare("LinearClassifier", attributes, [Tensor.Create<float>(rows, Rows, 6)], outputs: 2);
            Referee.Compare("LinearClassifier", attributes, [Tensor.Create<double>([.. rows.Select(v => (double)v)], Rows, 6)], outputs: 2);
            Referee.Compare("LinearClassifier", attributes, [Tensor.Create<long>([.. rows.Select(v => (long)(v * 10))], Rows, 6)], outputs: 2);
        }
    }

    [Theory]
    [InlineData("LINEAR")]
    [InlineData("POLY")]
    [InlineData("RBF")]
    [InlineData("SIGMOID")]
    public void SupportVectorRegressorsEqualOnnxRuntime(string kernel)
    {
        Random random = new(kernel.Length);
        foreach (int count in (int[])[0, 9])
        {
            foreach (int oneClass in (int[])[0, 1])
            {
                AttributeMap attributes = new()
                {
                    { "kernel_type", kernel },
                    { "kernel_params", new FloatsAttribute([0.3f, 0.7f, 3]) },
                    { "n_supports", count },
                    { "one_class", oneClass },
                    { "coefficients", new FloatsAttribute(Draw(random, count == 0 ? 11 : count)) },
                    { "rho", new FloatsAttribute([0.25f]) },
                };
                if (count > 0)
                {
                    attributes.Add("support_vectors", new FloatsAttribute(Draw(random, count * 11)));
                }

                Referee.Compare("SVMRegressor", attributes, [Tensor.Create<float>(Draw(random, Rows * 11), Rows, 11)]);
            }
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void SupportVectorClassifiersEqualOnnxRuntime(int classes, bool hasProbabilities)
    {
        Random random = new(classes);
        int pairs = classes * (classes - 1) / 2;
        foreach (string kernel in (string[])["LINEAR", "RBF"])
        {
            foreach (string transform in s_transforms)
            {
                int[] counts = [.. Enumerable.Range(0, classes).Select(_ => random.Next(1, 6))];
                AttributeMap attributes = new()
                {
                    { "kernel_type", kernel },
                    { "kernel_params", new FloatsAttribute([0.3f, 0, 3]) },
                    { "classlabels_ints", [.. Enumerable.Range(0, classes).Select(i => 7L - i)] },
                    { "vectors_per_class", [.. counts.Select(c => (long)c)] },
                    { "support_vectors", new FloatsAttribute(Draw(random, counts.Sum() * 9)) },
                    { "coefficients", new FloatsAttribute(Draw(random, counts.Sum() * (classes - 1))) },
                    { "rho", new FloatsAttribute(Draw(random, pairs)) },
                    { "post_transform", transform },
                };
                if (hasProbabilities)
                {
                    attributes.Add("prob_a", new FloatsAttribute([.. Draw(random, pairs).Select(v => v - 1)]));
                    attributes.Add("prob_b", new FloatsAttribute(Draw(random, pairs)));
                }

                Referee.Compare("SVMClassifier", attributes, [Tensor.Create<float>(Draw(random, Rows * 9), Rows, 9)], outputs: 2);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void LinearSupportVectorClassifiersEqualOnnxRuntime(int classes)
    {
        Random random = new(classes);
        foreach (bool isPositive in (bool[])[false, true])
        {
            AttributeMap attributes = new()
            {
                { "classlabels_ints", [.. Enumerable.Range(0, classes).Select(i => 3L + i)] },
                { "kernel_params", new FloatsAttribute([0.3f, 0, 3]) },
                { "coefficients", new FloatsAttribute([.. Draw(random, classes * 5).Select(v => isPositive ? Math.Abs(v) : v)]) },
                { "rho", new FloatsAttribute([0.125f]) },
            };
            Referee.Compare("SVMClassifier", attributes, [Tensor.Create<float>(Draw(random, 20 * 5), 20, 5)], outputs: 2);
        }
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
