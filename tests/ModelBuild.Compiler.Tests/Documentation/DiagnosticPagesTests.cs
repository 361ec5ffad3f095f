using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Tests.Documentation;

public sealed class DiagnosticPagesTests
{
    private static readonly string s_folder = RepositoryRoot.PathOf("docs", "diagnostics");

    public static TheoryData<string, string> Descriptions()
    {
        TheoryData<string, string> data = [];
        foreach (DiagnosticDescriptor descriptor in Descriptors.All)
        {
            data.Add(descriptor.Code, descriptor.Title);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void DescriptorHasItsPage(string code, string title)
    {
        string path = Path.Combine(s_folder, code + ".md");
        Assert.True(File.Exists(path), $"docs/diagnostics/{code}.md is missing.");
        Assert.Equal($"# {code}: {title}", File.ReadLines(path).First());
    }

    [Fact]
    public void EveryPageHasADescriptor()
    {
        HashSet<string> codes = [.. Descriptors.All.Select(d => d.Code)];
        string[] stray = [.. Directory.EnumerateFiles(s_folder).Select(p => Path.GetFileName(p)).Where(n => Path.GetExtension(n) != ".md" || !codes.Contains(Path.GetFileNameWithoutExtension(n)))];
        Assert.Empty(stray);
    }
}
