using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>One run of the generator over additional files. Every run is repeated on a changed compilation and must then be fully cached.</summary>
internal sealed class GeneratorRun
{
    public const string PlanPath = "obj/modelbuild/Sample/model.plan";
    public const string VerificationPath = "obj/modelbuild/Sample/model.verification";

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private GeneratorRun(GeneratorDriverRunResult result) => Result = result;

    public GeneratorDriverRunResult Result { get; }

    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>The only generated file.</summary>
    public string Source => Assert.Single(Result.GeneratedTrees).ToString();

    public static GeneratorRun Of(ExecutionPlan plan, PlanVerification? verification = null) =>
        Of(PlanWriter.Write(plan), verification is null ? null : PlanVerificationText.Write(verification));

    public static GeneratorRun Of(string plan, string? verification = null)
    {
        List<MarkedText> files = [new MarkedText(PlanPath, plan, "ModelBuildPlan")];
        if (verification is not null)
        {
            files.Add(new MarkedText(VerificationPath, verification, "ModelBuildVerification"));
        }

        return Of(files);
    }

    public static GeneratorRun Of(IEnumerable<MarkedText> files, bool isEnabled = true)
    {
        GeneratorDriver driver = CreateDriver(files, isEnabled);
        CSharpCompilation compilation = PredictorCompilation.Create(SyntaxFactory.ParseSyntaxTree("class A;", s_parse));
        driver = driver.RunGenerators(compilation);
        GeneratorDriverRunResult first = driver.GetRunResult();
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(SyntaxFactory.ParseSyntaxTree("class B;", s_parse)));
        AssertCached(driver.GetRunResult());
        Assert.Equal(first.GeneratedTrees.Select(static tree => tree.ToString()), driver.GetRunResult().GeneratedTrees.Select(static tree => tree.ToString()));
        return new GeneratorRun(first);
    }

    public static GeneratorDriver CreateDriver(IEnumerable<MarkedText> files, bool isEnabled = true)
    {
        MarkedText[] texts = [.. files];
        return CSharpGeneratorDriver.Create(
            [new PredictorGenerator().AsSourceGenerator()],
            texts,
            s_parse,
            new MarkedOptions(isEnabled),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    private static void AssertCached(GeneratorDriverRunResult result)
    {
        GeneratorRunResult run = Assert.Single(result.Results);
        Assert.Null(run.Exception);
        foreach (IncrementalGeneratorRunStep step in run.TrackedSteps.Values.Concat(run.TrackedOutputSteps.Values).SelectMany(static steps => steps))
        {
            Assert.All(step.Outputs, static output => Assert.True(
                output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Removed,
                output.Reason.ToString()));
        }
    }
}
