using System.Globalization;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Keeps <see cref="Graph.SourceOpset"/> in a file's metadata_props: a file that is written has the operators' present meanings, whatever the source had.</summary>
internal static class OnnxSourceOpset
{
    private const string Key = "modelbuild.opset";

    /// <summary>The opset that the file keeps, else its own.</summary>
    public static int Of(ModelProto model, long opset)
    {
        string? kept = model.MetadataProps.FirstOrDefault(p => p.Key == Key)?.Value;
        return int.TryParse(kept, NumberStyles.None, CultureInfo.InvariantCulture, out int source) && source is > 0 and <= OnnxReader.MaxOpset ? source : (int)opset;
    }

    /// <summary>Writes it where the file's own differs.</summary>
    public static void Write(Graph graph, ModelProto model)
    {
        if (graph.Opsets.GetValueOrDefault("", Graph.CanonicalOpset) != graph.SourceOpset)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = Key, Value = graph.SourceOpset.ToString(CultureInfo.InvariantCulture) });
        }
    }
}
