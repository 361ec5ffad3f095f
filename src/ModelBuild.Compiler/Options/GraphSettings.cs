using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Options;

/// <summary>Checks the settings that name parts of the model, which only the model can tell.</summary>
public static class GraphSettings
{
    private const int MaxListed = 8;

    /// <summary>The C# names that the settings give to inputs and outputs, by their names in the model.</summary>
    /// <exception cref="ModelBuildException">A setting names an input or output that the model does not have (MDB3011).</exception>
    public static IReadOnlyDictionary<string, string> PortNames(Graph graph, CompileOptions options)
    {
        List<Diagnostic> faults = [];
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        Take(MetadataNames.InputNames, options.InputNames, [.. graph.Inputs.Select(i => i.Name)]);
        Take(MetadataNames.OutputNames, options.OutputNames, [.. graph.Outputs.Select(o => o.Name)]);
        return faults.Count == 0 ? names : throw new ModelBuildException(faults);

        void Take(string setting, IReadOnlyDictionary<string, string> chosen, string[] known)
        {
            foreach ((string name, string identifier) in chosen)
            {
                if (known.Contains(name, StringComparer.Ordinal))
                {
                    names[name] = identifier;
                }
                else
                {
                    faults.Add(Unknown(setting, name, setting == MetadataNames.InputNames ? "an input" : "an output", known));
                }
            }
        }
    }

    /// <summary>The filter of a list of nodes.</summary>
    /// <param name="setting">Name of the metadata.</param>
    /// <param name="patterns">Its entries.</param>
    /// <exception cref="ModelBuildException">An entry matches no node and no operator of the graph (MDB3011).</exception>
    public static NodeFilter Filter(Graph graph, string setting, IReadOnlyList<string> patterns)
    {
        string[] known = [.. graph.Nodes.Select(n => n.Name).Where(n => n.Length > 0), .. graph.Nodes.Select(n => n.OpType).Distinct()];
        Diagnostic[] faults = [.. patterns.Where(p => !graph.Nodes.Any(new NodeFilter([p]).Matches)).Select(p => Unknown(setting, p, "a node or an operator of the optimised model (2-optimized.onnx)", known))];
        return faults.Length == 0 ? new NodeFilter(patterns) : throw new ModelBuildException(faults);
    }

    private static Diagnostic Unknown(string setting, string name, string what, string[] known)
    {
        string hint = NearestName.Find(name, known) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"There {(known.Length == 1 ? "is" : "are")}: {string.Join(", ", known.Take(MaxListed))}{(known.Length > MaxListed ? ", ..." : "")}.";
        return Diagnostic.InSetting(Descriptors.UnknownMetadata, setting, $"{setting} names '{name}', which is not {what}. {hint}");
    }
}
