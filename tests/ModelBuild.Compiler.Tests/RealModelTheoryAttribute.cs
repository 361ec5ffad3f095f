namespace ModelBuild.Compiler.Tests;

/// <summary>A theory about real models; skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealModelTheoryAttribute : TheoryAttribute
{
    public RealModelTheoryAttribute() => Skip = TestData.MissingReason;
}
