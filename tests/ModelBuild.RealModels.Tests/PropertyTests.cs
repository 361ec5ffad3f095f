using System.Globalization;

namespace ModelBuild.RealModels.Tests;

/// <summary>What every generated predictor promises, whatever the model.</summary>
[Collection(RealModelsCollection.Name)]
public sealed class PropertyTests(RealModelsApp app)
{
    private const string Same = "same";

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void EveryWayToPredictGivesTheSameBits(string name)
    {
        Assert.Equal(Same, app.Result(name, "by name"));
        Assert.Equal(Same, app.Result(name, "workspace"));
        Assert.Equal(Same, app.Result(name, "batch"));
    }

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void ThreadsShareAPredictor(string name) => Assert.Equal(Same, app.Result(name, "threads"));

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void SeveralThreadsComputeTheSame(string name) => Assert.Equal(Same, app.Result(name, "several threads"));

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void PredictAllocatesNothing(string name)
    {
        Assert.Equal("0", app.Result(name, "allocated"));
        Assert.Equal("0", app.Result(name, "allocated on several threads"));
    }

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void AWrongLengthNamesTheRightOne(string name)
    {
        using OnnxRuntimeReference reference = new(app.Reference(name));
        ExpectRefusal(app.Result(name, "input short"), OnnxRuntimeReference.LengthOf(reference.Inputs[0].Metadata));
        ExpectRefusal(app.Result(name, "input long"), OnnxRuntimeReference.LengthOf(reference.Inputs[0].Metadata));
        for (int i = 0; i < reference.Outputs.Count; i++)
        {
            ExpectRefusal(app.Result(name, $"output {i} short"), OnnxRuntimeReference.LengthOf(reference.Outputs[i].Metadata));
        }
    }

    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.Labelled), MemberType = typeof(RealModelsCollection))]
    public void LabelsAreRankedByScore(string name)
    {
        double[] scores = app.Output(name, 0, 0);
        string[] labels = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        int[] expected = [.. Enumerable.Range(0, 10).OrderByDescending(i => scores[i]).Take(3)];

        string[][] ranked = [.. app.Result(name, "ranked").Split(' ').Select(r => r.Split(':'))];
        double[] probabilities = [.. ranked.Select(r => double.Parse(r[2], CultureInfo.InvariantCulture))];

        Assert.Equal(expected, ranked.Select(r => int.Parse(r[1], CultureInfo.InvariantCulture)));
        Assert.Equal(expected.Select(i => labels[i]), ranked.Select(r => r[0]));
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.InRange(probabilities.Sum(), 0.3, 1.0001);
        Assert.StartsWith(labels[expected[0]] + " (", app.Result(name, "classified"), StringComparison.Ordinal);
    }

    private static void ExpectRefusal(string text, int expected)
    {
        Assert.StartsWith("ArgumentException: ", text, StringComparison.Ordinal);
        Assert.Contains($"expected {expected}", text, StringComparison.Ordinal);
    }
}
