using Microsoft.CodeAnalysis;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

public sealed class FailureTests
{
    [Fact]
    public void A_malformed_plan_is_an_error_at_its_line()
    {
        string text = PlanWriter.Write(SamplePlans.Digits).Replace("opset 17", "opset x", StringComparison.Ordinal);
        GeneratorRun run = GeneratorRun.Of(text);
        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("MDB7011", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal(GeneratorRun.PlanPath, diagnostic.Location.GetLineSpan().Path);
        Assert.Equal("opset x", text.Split('\n')[diagnostic.Location.GetLineSpan().StartLinePosition.Line]);
        Assert.Empty(run.Result.GeneratedTrees);
    }

    [Fact]
    public void A_plan_cut_at_any_line_is_an_error()
    {
        string[] lines = PlanWriter.Write(SamplePlans.Digits).Split('\n');
        for (int count = 0; count < lines.Length - 1; count++)
        {
            Assert.Equal("MDB7011", Assert.Single(GeneratorRun.Of(string.Join('\n', lines.Take(count))).Diagnostics).Id);
        }
    }

    [Fact]
    public void A_malformed_verification_is_an_error_in_its_file()
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(PlanWriter.Write(SamplePlans.Digits), "modelbuild-verification 9\n").Diagnostics);
        Assert.Equal("MDB7011", diagnostic.Id);
        Assert.Equal(GeneratorRun.VerificationPath, diagnostic.Location.GetLineSpan().Path);
    }

    [Fact]
    public void A_class_that_is_named_like_a_member_is_an_error() =>
        Assert.Equal("MDB7011", Assert.Single(GeneratorRun.Of(SamplePlans.Digits with { ClassName = "Predict" }).Diagnostics).Id);

    [Fact]
    public void Two_plans_of_one_class_are_an_error_for_both()
    {
        string text = PlanWriter.Write(SamplePlans.Digits);
        GeneratorRun run = GeneratorRun.Of([new MarkedText("a/model.plan", text, "ModelBuildPlan"), new MarkedText("b/model.plan", text, "ModelBuildPlan")]);
        Assert.Equal(["a/model.plan", "b/model.plan"], run.Diagnostics.Select(static item => item.Location.GetLineSpan().Path).Order(StringComparer.Ordinal));
        Assert.All(run.Diagnostics, static item => Assert.Equal("MDB3010", item.Id));
        Assert.Empty(run.Result.GeneratedTrees);
    }

    [Fact]
    public void Other_files_and_projects_without_the_property_get_nothing()
    {
        string text = PlanWriter.Write(SamplePlans.Digits);
        Assert.Empty(GeneratorRun.Of([new MarkedText("model.plan", text, "")]).Result.GeneratedTrees);
        Assert.Empty(GeneratorRun.Of([new MarkedText("model.plan", text, "ModelBuildPlan")], isEnabled: false).Result.GeneratedTrees);
    }

    [Fact]
    public void A_verification_belongs_to_the_plan_in_its_folder()
    {
        string verification = PlanVerificationText.Write(SamplePlans.Verification);
        string plan = PlanWriter.Write(SamplePlans.Digits);
        string other = GeneratorRun.Of([new MarkedText("a/model.plan", plan, "ModelBuildPlan"), new MarkedText("b/model.verification", verification, "ModelBuildVerification")]).Source;
        string same = GeneratorRun.Of([new MarkedText("a/model.plan", plan, "ModelBuildPlan"), new MarkedText("a/model.verification", verification, "ModelBuildVerification")]).Source;
        Assert.DoesNotContain("MaxAbsolute", other, StringComparison.Ordinal);
        Assert.Contains("MaxAbsolute = 0.0031d", same, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_verification_changes_one_predictor_only()
    {
        string verification = PlanVerificationText.Write(SamplePlans.Verification);
        MarkedText first = new("a/model.plan", PlanWriter.Write(SamplePlans.Digits), "ModelBuildPlan");
        MarkedText second = new("b/model.plan", PlanWriter.Write(SamplePlans.Chain(3)), "ModelBuildPlan");
        MarkedText before = new("a/model.verification", verification, "ModelBuildVerification");
        MarkedText after = new("a/model.verification", verification.Replace("samples 256", "samples 257", StringComparison.Ordinal), "ModelBuildVerification");
        Microsoft.CodeAnalysis.CSharp.CSharpCompilation compilation = PredictorCompilation.Create();
        GeneratorDriver driver = GeneratorRun.CreateDriver([first, second, before]).RunGenerators(compilation);
        driver = driver.ReplaceAdditionalText(before, after).RunGenerators(compilation);
        IEnumerable<IncrementalStepRunReason> reasons = Assert.Single(driver.GetRunResult().Results).TrackedSteps["Predictors"].SelectMany(static step => step.Outputs).Select(static output => output.Reason);
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], reasons);
    }
}
