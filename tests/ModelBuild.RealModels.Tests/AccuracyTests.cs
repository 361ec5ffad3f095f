using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace ModelBuild.RealModels.Tests;

/// <summary>Accuracy of the built predictors on labelled pictures.</summary>
[Collection(RealModelsCollection.Name)]
public sealed class AccuracyTests(RealModelsApp app, ITestOutputHelper log)
{
    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.Measured), MemberType = typeof(RealModelsCollection))]
    public void AccuracyIsKept(string name)
    {
        double accuracy = double.Parse(app.Result(name, "accuracy"), CultureInfo.InvariantCulture);
        log.WriteLine($"{name} accuracy: {accuracy:P2}");
        Assert.InRange(accuracy, RealModels.Find(name).Accuracy, 1);
    }

    /// <summary>The build's own measurement reaches the program.</summary>
    [RealModelTheory]
    [InlineData("Mnist8Int8")]
    [InlineData("ResNet8Int8")]
    public void TheBuildMeasuresQuantisedModels(string name)
    {
        using JsonDocument info = JsonDocument.Parse(app.Info(name));
        JsonElement error = info.RootElement.GetProperty("Error");
        Assert.Equal("top1", error.GetProperty("MetricName").GetString());
        Assert.InRange(error.GetProperty("MetricDeployed").GetDouble(), error.GetProperty("MetricSource").GetDouble() - 0.01, 1);
        Assert.NotEmpty(info.RootElement.GetProperty("Compression").GetString()!);
    }
}
