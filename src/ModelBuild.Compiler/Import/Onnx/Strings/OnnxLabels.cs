using System.Text.Json;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Strings;

/// <summary>Keeps <see cref="Graph.OutputLabels"/> in a file's metadata_props, as a JSON list under a key with the output's name.</summary>
internal static class OnnxLabels
{
    private const string Prefix = "modelbuild.labels/";

    /// <summary>Sets the labels that a file keeps, and those that its operators name.</summary>
    public static void Set(Graph graph, ModelProto model, OnnxStrings strings)
    {
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            if (entry.Key.StartsWith(Prefix, StringComparison.Ordinal) && Parse(entry.Value) is { } labels)
            {
                graph.OutputLabels[entry.Key[Prefix.Length..]] = labels;
            }
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            // A file of an earlier stage keeps what its operators no longer name.
            if (!graph.OutputLabels.ContainsKey(output.Name) && strings.LabelsOf(output.Value) is { } labels)
            {
                graph.OutputLabels.Add(output.Name, labels);
            }
        }
    }

    /// <summary>Writes the labels.</summary>
    public static void Write(Graph graph, ModelProto model)
    {
        foreach ((string output, string[] labels) in graph.OutputLabels)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = Prefix + output, Value = JsonSerializer.Serialize(labels) });
        }
    }

    private static string[]? Parse(string text)
    {
        try
        {
            string?[]? labels = JsonSerializer.Deserialize<string?[]>(text);
            return labels is null || labels.Contains(null) ? null : [.. labels.OfType<string>()];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
