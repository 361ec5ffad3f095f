using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>Whole generated files: a change of the emitter shows here as a person would read it.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public void Digits() => Check(SamplePlans.Digits, SamplePlans.Verification);

    [Fact]
    public void DigitsSignature() => Check(SamplePlans.Signature(SamplePlans.Digits));

    [Fact]
    public void DigitsOnnxRuntime() => Check(SamplePlans.OnnxRuntime(SamplePlans.Digits));

    [Fact]
    public void EveryType() => Check(SamplePlans.EveryType);

    [Fact]
    public void Blocks() => Check(SamplePlans.Blocks);

    [Fact]
    public void Sized() => Check(SamplePlans.Sized);

    [Fact]
    public void Counted() => Check(SamplePlans.Counted);

    [Fact]
    public void Maps() => Check(SamplePlans.Maps);

    [Fact]
    public void MapsSignature() => Check(SamplePlans.Signature(SamplePlans.Maps));

    [Fact]
    public void Hostile() => Check(SamplePlans.Hostile);

    private static void Check(ExecutionPlan plan, PlanVerification? verification = null, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        GeneratorRun run = GeneratorRun.Of(plan, verification);
        Assert.Empty(run.Diagnostics);
        PredictorCompilation.Of(run.Source);
        string folder = Path.Combine(AppContext.BaseDirectory, "Snapshots");
        string verified = Path.Combine(folder, name + ".verified.cs");
        string received = Path.Combine(folder, name + ".received.cs");
        Directory.CreateDirectory(folder);
        File.WriteAllText(received, run.Source);
        Assert.True(File.Exists(verified), $"There is no {verified}; check {received} and take it over.");
        Assert.Equal(File.ReadAllText(verified), run.Source);
    }
}
