using System.Text.Json;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Maps;

/// <summary>Keeps <see cref="Graph.InputKeys"/> in a file's metadata_props, as a JSON list under a key with the input's name: the kind, the string for what is missing, and the keys.</summary>
internal static class OnnxMapKeys
{
    private const string Prefix = "modelbuild.keys/";

    /// <summary>Sets the keys that a file keeps.</summary>
    public static void Set(Graph graph, ModelProto model)
    {
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            if (entry.Key.StartsWith(Prefix, StringComparison.Ordinal) && Parse(entry.Value) is { } keys)
            {
                graph.InputKeys[entry.Key[Prefix.Length..]] = keys;
            }
        }
    }

    /// <summary>Writes the keys.</summary>
    public static void Write(Graph graph, ModelProto model)
    {
        foreach ((string input, InputKeys keys) in graph.InputKeys)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = Prefix + input, Value = JsonSerializer.Serialize<string[]>([keys.Kind.ToString(), keys.Missing, .. keys.Names]) });
        }
    }

    // Anyone may write metadata: what is no list of keys is not read.
    private static InputKeys? Parse(string text)
    {
        try
        {
            string?[]? parts = JsonSerializer.Deserialize<string?[]>(text);
            return parts is [{ } name, { } missing, ..] && !parts.Contains(null) && Enum.TryParse(name, out InputKeyKind kind) && Enum.IsDefined(kind) && (kind != InputKeyKind.Positions || parts.Length == 2)
                ? new InputKeys(kind, [.. parts.Skip(2).OfType<string>()], missing)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
