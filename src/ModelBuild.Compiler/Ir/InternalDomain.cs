namespace ModelBuild.Compiler.Ir;

/// <summary>The domain of operators that only the compiler makes: fused and laid-out forms, which no model file may hold.</summary>
public static class InternalDomain
{
    /// <summary>Its name.</summary>
    public const string Name = "modelbuild";
}
