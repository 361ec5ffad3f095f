using PureHDF;

namespace Digits.Training.Output;

/// <summary>Writes a trained network as Keras 2.15 does: <c>model.save("digits.h5")</c> without optimizer state.</summary>
internal static class KerasH5Writer
{
    private const string KerasVersion = "2.15.0";
    private const string Backend = "tensorflow";

    /// <summary>Writes <paramref name="network"/> to <paramref name="path"/>, replacing the file if there is one.</summary>
    public static void Write(string path, DigitsNetwork network)
    {
        var weights = new H5Group();
        Dictionary<string, IReadOnlyList<Parameter>> parameters = new()
        {
            ["conv2d"] = network.Conv1.Parameters,
            ["conv2d_1"] = network.Conv2.Parameters,
            ["conv2d_2"] = network.Conv3.Parameters,
            ["dense"] = network.Dense1.Parameters,
            ["dense_1"] = network.Dense2.Parameters,
        };
        foreach (string layer in KerasModelConfig.LayerNames)
        {
            weights[layer] = LayerGroup(layer, parameters.GetValueOrDefault(layer, []));
        }

        weights["top_level_model_weights"] = LayerGroup("top_level_model_weights", []);
        weights.Attributes["layer_names"] = KerasModelConfig.LayerNames;
        weights.Attributes["backend"] = Backend;
        weights.Attributes["keras_version"] = KerasVersion;
        var file = new H5File { ["model_weights"] = weights };
        file.Attributes["keras_version"] = KerasVersion;
        file.Attributes["backend"] = Backend;
        file.Attributes["model_config"] = KerasModelConfig.ToJson();
        file.Write(path, new H5WriteOptions(PreferCompactDatasetLayout: false));
    }

    private static H5Group LayerGroup(string layer, IReadOnlyList<Parameter> parameters)
    {
        var group = new H5Group();
        if (parameters.Count == 0)
        {
            // Keras lists no names as an empty array of float64, NumPy's type of an empty list.
            group.Attributes["weight_names"] = new H5Attribute(Array.Empty<double>(), [0]);
            return group;
        }

        var inner = new H5Group();
        foreach (Parameter parameter in parameters)
        {
            ulong[] dims = [.. parameter.Shape.Select(dim => (ulong)dim)];
            inner[parameter.Name + ":0"] = new H5Dataset(parameter.Value, fileDims: dims);
        }

        group[layer] = inner;
        group.Attributes["weight_names"] = parameters.Select(parameter => $"{layer}/{parameter.Name}:0").ToArray();
        return group;
    }
}
