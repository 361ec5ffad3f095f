namespace ModelBuild.Compiler.Ir;

/// <summary>The domain of operators that only the compiler makes: fused and laid-out forms, which no model file may hold.</summary>
public static class InternalDomain
{
    /// <summary>Its name.</summary>
    public const string Name = "modelbuild";

    /// <summary>How the names of attributes begin that only the compiler makes: they are written to no model file.</summary>
    public const string AttributePrefix = "modelbuild.";
}
