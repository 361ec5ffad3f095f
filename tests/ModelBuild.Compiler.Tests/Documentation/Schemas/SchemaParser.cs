using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

/// <summary>Reads the change logs of the ONNX specification (docs/Changelog.md and docs/Changelog-ml.md of its repository), which hold every version of every operator.</summary>
internal static partial class SchemaParser
{
    /// <summary>All versions in a file.</summary>
    public static IEnumerable<OnnxSchema> Parse(IEnumerable<string> lines)
    {
        List<string> section = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("### ", StringComparison.Ordinal) || line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("## ", StringComparison.Ordinal))
            {
                if (section.Count > 0)
                {
                    yield return Schema(section);
                }

                section = [];
            }

            if (section.Count > 0 || line.StartsWith("### ", StringComparison.Ordinal))
            {
                section.Add(line);
            }
        }

        if (section.Count > 0)
        {
            yield return Schema(section);
        }
    }

    [GeneratedRegex("""<a name="(?<name>[^"]+)-(?<version>\d+)">""")]
    private static partial Regex Title();

    [GeneratedRegex("^<dt><tt>(?<name>[^<]*)</tt>(?: \\((?<flags>[^)]*)\\))? : (?<type>.*)</dt>$")]
    private static partial Regex Definition();

    [GeneratedRegex("[a-z_]+\\((?:[^()]|\\([^()]*\\))*\\)")]
    private static partial Regex OneType();

    [GeneratedRegex("tensor\\((?<type>[a-z0-9]+)\\)")]
    private static partial Regex TensorType();

    private static OnnxSchema Schema(List<string> section)
    {
        Match title = Title().Match(section[0]);
        string name = title.Groups["name"].Value;
        int dot = name.LastIndexOf('.');
        List<SchemaPort> inputs = [];
        List<SchemaPort> outputs = [];
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        Dictionary<string, IReadOnlyList<string>> types = new(StringComparer.Ordinal);
        string part = "";
        foreach (string line in section)
        {
            part = line.StartsWith("#### ", StringComparison.Ordinal) ? line[5..] : part;
            if (Definition().Match(line) is not { Success: true } definition)
            {
                continue;
            }

            string term = definition.Groups["name"].Value;
            string type = definition.Groups["type"].Value;
            if (part == "Attributes")
            {
                attributes.Add(term, Kind(type));
            }
            else if (part == "Type Constraints")
            {
                types[term] = [.. Elements(type)];
            }
            else if (part.StartsWith("Inputs", StringComparison.Ordinal) || part.StartsWith("Outputs", StringComparison.Ordinal))
            {
                string flags = definition.Groups["flags"].Value;
                SchemaPortKind kind = flags.Contains("variadic", StringComparison.Ordinal) ? SchemaPortKind.Variadic : flags.Contains("optional", StringComparison.Ordinal) ? SchemaPortKind.Optional : SchemaPortKind.Single;
                (part[0] == 'I' ? inputs : outputs).Add(new SchemaPort(term, type.Contains('(', StringComparison.Ordinal) ? Elements(type).First() : type, kind));
            }
        }

        int version = int.Parse(title.Groups["version"].Value, CultureInfo.InvariantCulture);
        bool deprecated = section[0].Contains("(deprecated)", StringComparison.Ordinal);
        return new OnnxSchema(dot < 0 ? "" : name[..dot], name[(dot + 1)..], version, deprecated, inputs, outputs, attributes, types);
    }

    // "list of ints (default is ...)" is "ints".
    private static string Kind(string text)
    {
        int end = text.IndexOf(" (", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).Replace("list of ", "", StringComparison.Ordinal);
    }

    // Tensors by their elements; sequences, optionals and maps by their kind.
    private static IEnumerable<string> Elements(string types) => OneType().Matches(types).Select(m => m.Value)
        .Select(t => TensorType().Match(t) is { Success: true } match && match.Length == t.Length ? match.Groups["type"].Value : t.Split('(')[0]).Distinct(StringComparer.Ordinal);
}
