using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelBuild.RealModels.Tests;

/// <summary>What <c>PredictorInfo</c> says, against the model file and ONNX Runtime.</summary>
[Collection(RealModelsCollection.Name)]
public sealed class InfoTests(RealModelsApp app)
{
    [RealModelTheory]
    [MemberData(nameof(RealModelsCollection.All), MemberType = typeof(RealModelsCollection))]
    public void InfoTellsTheFacts(string name)
    {
        RealModel model = RealModels.Find(name);
        using JsonDocument document = JsonDocument.Parse(app.Info(name));
        JsonElement info = document.RootElement;
        using OnnxRuntimeReference reference = new(app.Reference(name));

        Assert.Equal(Path.GetFileName(model.Path), info.GetProperty("SourceFile").GetString());
        Assert.Equal(Path.GetFileNameWithoutExtension(model.Path), info.GetProperty("ModelName").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TestData.PathOf(model.Path)))), info.GetProperty("SourceHash").GetString());
        Assert.Equal("generated", info.GetProperty("Runtime").GetString());
        Assert.True(info.GetProperty("Macs").GetInt64() > 0);
        Assert.True(info.GetProperty("WeightsBytes").GetInt64() > 0);
        Assert.True(info.GetProperty("ScratchBytes").GetInt64() > 0);
        Assert.True(info.GetProperty("Parameters").GetInt64() > 0);
        Assert.True(info.GetProperty("Error").GetProperty("Samples").GetInt32() > 0);
        Assert.Equal(model.IsQuantizedByUs, info.GetProperty("Compression").GetString()!.Length > 0);
        ExpectTensors(reference.Inputs, info.GetProperty("Inputs"));
        ExpectTensors(reference.Outputs, info.GetProperty("Outputs"));
    }

    private static void ExpectTensors(IReadOnlyList<(string Name, NodeMetadata Metadata)> expected, JsonElement actual)
    {
        Assert.Equal(expected.Count, actual.GetArrayLength());
        foreach (((string name, NodeMetadata metadata), JsonElement tensor) in expected.Zip(actual.EnumerateArray()))
        {
            Assert.Equal(name, tensor.GetProperty("Name").GetString());
            Assert.Equal(metadata.ElementDataType == TensorElementType.Float16 ? "Float16" : "Float32", tensor.GetProperty("Type").GetString());
            Assert.Equal(metadata.Dimensions.Select(d => (long)d), tensor.GetProperty("Shape").EnumerateArray().Select(d => d.GetInt64()));
        }
    }
}
