using System.Text.Json;
using Digits.Training.Output;
using PureHDF;

namespace Digits.Training.Tests.Output;

public sealed class KerasH5WriterTests : IDisposable
{
    private static readonly (string Layer, int[] Kernel)[] s_weighted =
    [
        ("conv2d", [3, 3, 1, 32]),
        ("conv2d_1", [3, 3, 32, 64]),
        ("conv2d_2", [3, 3, 64, 64]),
        ("dense", [576, 64]),
        ("dense_1", [64, 10]),
    ];

    private static readonly string[] s_weightless = ["max_pooling2d", "max_pooling2d_1", "flatten", "top_level_model_weights"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Names_shapes_and_values_come_back()
    {
        var network = new DigitsNetwork(5);
        string path = Path.Combine(_folder.FullName, "n.h5");
        KerasH5Writer.Write(path, network);
        using var file = H5File.OpenRead(path);
        Assert.Equal("2.15.0", file.Attribute("keras_version").Read<string>());
        Assert.Equal("tensorflow", file.Attribute("backend").Read<string>());
        IH5Group weights = file.Group("model_weights");
        Assert.Equal("2.15.0", weights.Attribute("keras_version").Read<string>());
        Assert.Equal("tensorflow", weights.Attribute("backend").Read<string>());
        string[] names = weights.Attribute("layer_names").Read<string[]>();
        Assert.Equal(["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "conv2d_2", "flatten", "dense", "dense_1"], names);
        using IEnumerator<Parameter> parameters = network.Parameters.GetEnumerator();
        foreach ((string layer, int[] kernel) in s_weighted)
        {
            IH5Group group = weights.Group(layer);
            Assert.Equal([$"{layer}/kernel:0", $"{layer}/bias:0"], group.Attribute("weight_names").Read<string[]>());
            AssertDataset(group.Dataset($"{layer}/kernel:0"), kernel, parameters);
            AssertDataset(group.Dataset($"{layer}/bias:0"), [kernel[^1]], parameters);
        }

        foreach (string layer in s_weightless)
        {
            IH5Attribute none = weights.Group(layer).Attribute("weight_names");
            Assert.Equal([0UL], none.Space.Dimensions);
            Assert.Equal(H5DataTypeClass.FloatingPoint, none.Type.Class);
        }
    }

    [Fact]
    public void Model_config_lists_the_layers()
    {
        using JsonDocument document = JsonDocument.Parse(KerasModelConfig.ToJson());
        JsonElement root = document.RootElement;
        Assert.Equal("Sequential", root.GetProperty("class_name").GetString());
        JsonElement[] layers = [.. root.GetProperty("config").GetProperty("layers").EnumerateArray()];
        Assert.Equal(
            ["InputLayer", "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D", "Flatten", "Dense", "Dense"],
            layers.Select(layer => layer.GetProperty("class_name").GetString()));
        Assert.Equal(KerasModelConfig.LayerNames, layers.Skip(1).Select(layer => layer.GetProperty("config").GetProperty("name").GetString()));
        Assert.Equal("[null,28,28,1]", layers[0].GetProperty("config").GetProperty("batch_input_shape").GetRawText());
    }

    [Fact]
    public void Equal_networks_give_equal_files()
    {
        string first = Path.Combine(_folder.FullName, "first.h5");
        string second = Path.Combine(_folder.FullName, "second.h5");
        KerasH5Writer.Write(first, new DigitsNetwork(5));
        KerasH5Writer.Write(second, new DigitsNetwork(5));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertDataset(IH5Dataset dataset, int[] shape, IEnumerator<Parameter> parameters)
    {
        Assert.True(parameters.MoveNext());
        Assert.Equal(shape, dataset.Space.Dimensions.Select(dim => (int)dim));
        Assert.Equal(parameters.Current.Value, dataset.Read<float[]>());
    }
}
