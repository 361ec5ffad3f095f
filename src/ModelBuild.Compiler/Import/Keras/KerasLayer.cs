using System.Text.Json;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>One layer of a configuration.</summary>
/// <param name="ClassName">Class, for example Conv2D.</param>
/// <param name="Name">Name in the model.</param>
/// <param name="Config">Constructor arguments.</param>
/// <param name="InboundNodes">Calls in a Functional model; undefined in a Sequential one.</param>
internal sealed record KerasLayer(string ClassName, string Name, JsonElement Config, JsonElement InboundNodes)
{
    /// <summary>Reads a layer's entry.</summary>
    public static KerasLayer Read(JsonElement element)
    {
        JsonElement config = element.GetProperty("config");
        string? name = element.TryGetProperty("name", out JsonElement outer) ? outer.GetString() : null;
        name ??= config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out JsonElement inner) ? inner.GetString() : null;
        element.TryGetProperty("inbound_nodes", out JsonElement inbound);
        string className = element.GetProperty("class_name").GetString()!;
        return new KerasLayer(className, name ?? className, config, inbound);
    }

    /// <summary>An argument that is set and not null.</summary>
    public bool TryGet(string key, out JsonElement value) => Config.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A number, or the default.</summary>
    public float GetFloat(string key, float defaultValue) => TryGet(key, out JsonElement value) ? (float)value.GetDouble() : defaultValue;

    /// <summary>A string, or the default.</summary>
    public string GetString(string key, string defaultValue) => TryGet(key, out JsonElement value) ? value.GetString()! : defaultValue;

    /// <summary>Integers given as one number or a list, or the default.</summary>
    public long[] GetInts(string key, params long[] defaultValue)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return defaultValue;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return [.. Enumerable.Repeat(value.GetInt64(), Math.Max(1, defaultValue.Length))];
        }

        return [.. (value.ValueKind == JsonValueKind.Object ? value.GetProperty("items") : value).EnumerateArray().Select(v => v.GetInt64())];
    }
}
