using System.Xml.Linq;

namespace ModelBuild.Compiler.Tests.Architecture;

/// <summary>The arrows between the projects of src/; src/README.md shows the same table.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["ModelBuild.Plan"] = [],
        ["ModelBuild.Runtime"] = [],
        ["ModelBuild.Compiler"] = ["ModelBuild.Plan", "ModelBuild.Runtime", "Google.Protobuf", "Grpc.Tools", "PureHDF"],
        ["ModelBuild.Tasks"] = ["ModelBuild.Compiler", "Microsoft.Build.Framework", "Microsoft.Build.Utilities.Core"],
        ["ModelBuild.Generator"] = ["Microsoft.CodeAnalysis.CSharp", "Microsoft.CodeAnalysis.Analyzers"],
        ["ModelBuild.OnnxRuntime"] = ["ModelBuild.Runtime", "Microsoft.ML.OnnxRuntime", "System.Numerics.Tensors"],
        ["ModelBuild"] = ["ModelBuild.Runtime", "ModelBuild.Tasks", "ModelBuild.Generator"],
    };

    [Fact]
    public void EveryReferenceIsAllowed()
    {
        List<string> faults = [];
        foreach (string project in Projects())
        {
            string name = Path.GetFileNameWithoutExtension(project);
            if (!s_allowed.TryGetValue(name, out string[]? allowed))
            {
                faults.Add($"{name} is not in the table.");
                continue;
            }

            faults.AddRange(References(project).Where(r => !allowed.Contains(r)).Select(r => $"{name} must not reference {r}."));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void EveryProjectOfTheTableExists() =>
        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), Projects().Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal));

    private static string[] Projects() =>
        [.. Directory.EnumerateDirectories(RepositoryRoot.PathOf("src")).SelectMany(d => Directory.EnumerateFiles(d, "*.csproj"))];

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants()
            .Where(e => e.Name.LocalName is "ProjectReference" or "PackageReference")
            .Select(e => (Kind: e.Name.LocalName, Name: (string?)e.Attribute("Include")))
            .Where(r => r.Name is not null)
            .Select(r => r.Kind == "ProjectReference" ? Path.GetFileNameWithoutExtension(r.Name!.Replace('\\', '/')) : r.Name!);
}
