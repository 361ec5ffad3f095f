using System.Text.Json;
using Xunit.Abstractions;

namespace ModelBuild.RealModels.Tests;

/// <summary>What the built application computes, against ONNX Runtime and published outputs.</summary>
[Collection(RealModelsCollection.Name)]
public sealed class OutputTests(RealModelsApp app, ITestOutputHelper log)
{
    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void OutputsEqualOnnxRuntime(string name)
    {
        RealModel model = RealModels.Find(name);
        using OnnxRuntimeReference reference = new(app.Reference(name));
        for (int n = 0; n < RealModelsApp.Samples; n++)
        {
            double[][] expected = reference.Run(app.Input(name, n));
            for (int i = 0; i < expected.Length; i++)
            {
                double difference = Difference(expected[i], app.Output(name, n, i));
                log.WriteLine($"{name} sample {n} output {i}: {difference:G3} of the largest value");
                Assert.True(difference <= model.Tolerance, $"{name}, sample {n}, output {i}: {difference:G4} > {model.Tolerance:G4}");
            }
        }
    }

    /// <summary>The Keras network against another library that computed it from the same file.</summary>
    [RealModelFact]
    public void TheKerasNetworkEqualsTheGoldenFile()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.PathOf(RealModels.Find("ResNet8").Golden!)));
        double[] expected = [.. golden.RootElement.GetProperty("output").EnumerateArray().Select(v => v.GetDouble())];
        using OnnxRuntimeReference reference = new(app.Reference("ResNet8"));

        Assert.True(Difference(expected, reference.Run(app.Input("ResNet8", RealModelsApp.GoldenSample))[0]) <= Tolerances.Golden, "converted model");
        Assert.True(Difference(expected, app.Output("ResNet8", RealModelsApp.GoldenSample, 0)) <= Tolerances.Golden, "predictor");
    }

    // Largest difference of any element as a part of the largest value of the output.
    private static double Difference(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Concat(actual), v => Assert.True(double.IsFinite(v)));
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0, "An output of zeros proves nothing.");
        return expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() / scale;
    }
}
