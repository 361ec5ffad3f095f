namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The domain of operators that only the compiler makes; no file holds them.</summary>
public static class FusedDomain
{
    /// <summary>Its name.</summary>
    public const string Name = "modelbuild";
}
