using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelBuild.Generator.Tests;

/// <summary>Compiles generated code as a user's project would: warnings are errors, nullable and documentation warnings are on.</summary>
internal static class PredictorCompilation
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is not ("ModelBuild.Generator.dll" or "ModelBuild.Generator.Tests.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static CSharpCompilation Create(params SyntaxTree[] trees) => CSharpCompilation.Create(
        "Sample",
        trees,
        s_references,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            generalDiagnosticOption: ReportDiagnostic.Error,
            warningLevel: 9999,
            nullableContextOptions: NullableContextOptions.Enable));

    public static CSharpCompilation Of(params string[] sources)
    {
        CSharpCompilation compilation = Create([.. sources.Select(static (source, index) => CSharpSyntaxTree.ParseText(source, s_parse, $"Source{index}.cs"))]);
        Assert.Empty(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden));
        return compilation;
    }

    /// <summary>Compiles, embeds the weights and loads the assembly.</summary>
    public static Assembly Load(CSharpCompilation compilation, string resourceName, byte[] weights)
    {
        using var stream = new MemoryStream();
        ResourceDescription[] resources = [new(resourceName, () => new MemoryStream(weights), isPublic: true)];
        Assert.Empty(compilation.Emit(stream, manifestResources: resources).Diagnostics.Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden));
        stream.Position = 0;
        return new AssemblyLoadContext("Sample", isCollectible: false).LoadFromStream(stream);
    }
}
