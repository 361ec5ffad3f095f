using System.Globalization;

namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

/// <summary>The committed table of every version of every operator of the specification.</summary>
internal static class SchemaTable
{
    private const string Header = """
        # Operators of the ONNX specification: domain, operator, version ('-' behind it: taken out), inputs, outputs, attributes, element types (tab separated).
        # Remake: MODELBUILD_ONNX_DOCS=<docs folder of the ONNX repository> dotnet test tests/ModelBuild.Compiler.Tests -c Release --filter FullyQualifiedName~SchemaTable
        # ?: optional; *: any number.

        """;

    private static readonly Lazy<IReadOnlyList<OnnxSchema>> s_all = new(() => [.. File.ReadLines(FilePath).Where(l => l.Length > 0 && l[0] != '#').Select(Read)]);

    /// <summary>Full path in the repository.</summary>
    public static string FilePath => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Documentation", "Schemas", "onnx-schemas.tsv");

    /// <summary>Every version, by domain, operator and version.</summary>
    public static IReadOnlyList<OnnxSchema> All => s_all.Value;

    /// <summary>The table as text.</summary>
    public static string Write(IEnumerable<OnnxSchema> schemas) => Header.ReplaceLineEndings("\n")
        + string.Concat(schemas.OrderBy(s => s.Domain, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Version).Select(s => Line(s) + "\n"));

    private static string Line(OnnxSchema schema) => string.Join(
        '\t',
        schema.Domain,
        schema.Name,
        $"{schema.Version}{(schema.IsDeprecated ? "-" : "")}",
        string.Join(' ', schema.Inputs),
        string.Join(' ', schema.Outputs),
        string.Join(' ', schema.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}:{a.Value}")),
        string.Join(' ', schema.Types.Select(t => $"{t.Key}:{string.Join(',', t.Value)}"))).TrimEnd('\t');

    private static OnnxSchema Read(string line)
    {
        string[] columns = [.. line.Split('\t'), "", "", "", ""];
        string[][] Pairs(int column) => [.. columns[column].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':'))];
        return new OnnxSchema(
            columns[0],
            columns[1],
            int.Parse(columns[2].TrimEnd('-'), CultureInfo.InvariantCulture),
            columns[2][^1] == '-',
            [.. columns[3].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(SchemaPort.Parse)],
            [.. columns[4].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(SchemaPort.Parse)],
            Pairs(5).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal),
            Pairs(6).ToDictionary(p => p[0], p => (IReadOnlyList<string>)p[1].Split(','), StringComparer.Ordinal));
    }
}
