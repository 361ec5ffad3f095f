using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelBuild.RealModels.App;

/// <summary>Writes what a predictor says about itself.</summary>
internal static class Facts
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Write(string folder, string name, PredictorInfo info) =>
        File.WriteAllText(Path.Combine(folder, name + ".info.json"), JsonSerializer.Serialize(info, s_options));
}
