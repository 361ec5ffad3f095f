namespace ModelBuild.Compiler.Tests;

/// <summary>A fact about real models; skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealModelFactAttribute : FactAttribute
{
    public RealModelFactAttribute() => Skip = TestData.MissingReason;
}
