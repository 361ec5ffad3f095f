extern alias generator;

using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelBuild.Generator.Tests;
using ModelBuild.Plan;
using PredictorGenerator = generator::ModelBuild.Generator.PredictorGenerator;

namespace ModelBuild.Benchmarks.Cost;

/// <summary>Takes a plan through the generator and the C# compiler, as a build does.</summary>
internal static class GeneratedSource
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);
    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is not ("ModelBuild.Generator.dll" or "ModelBuild.Benchmarks.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Generates and compiles.</summary>
    /// <param name="onStage">Is told both stages and their seconds.</param>
    /// <returns>Lines of C#.</returns>
    /// <exception cref="FormatException">The source does not compile.</exception>
    public static int Build(ExecutionPlan plan, Action<BuildStage, double> onStage)
    {
        long start = Stopwatch.GetTimestamp();
        MarkedText text = new("obj/model.plan", PlanWriter.Write(plan), "ModelBuildPlan");
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new PredictorGenerator().AsSourceGenerator()], [text], s_parse, new MarkedOptions(true));
        CSharpCompilation empty = CSharpCompilation.Create("Generated", [], s_references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        driver.RunGeneratorsAndUpdateCompilation(empty, out Compilation compilation, out _);
        onStage(BuildStage.Generate, Stopwatch.GetElapsedTime(start).TotalSeconds);

        start = Stopwatch.GetTimestamp();
        using MemoryStream stream = new();
        if (compilation.Emit(stream).Diagnostics.FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw new FormatException(error.ToString());
        }

        onStage(BuildStage.Roslyn, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return compilation.SyntaxTrees.Sum(t => t.GetText().Lines.Count);
    }
}
