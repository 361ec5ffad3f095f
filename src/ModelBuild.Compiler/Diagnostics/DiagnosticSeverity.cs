namespace ModelBuild.Compiler.Diagnostics;

/// <summary>What a diagnostic does to the build.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The build fails.</summary>
    Error,

    /// <summary>The build goes on.</summary>
    Warning,
}
