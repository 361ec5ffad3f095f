namespace ModelBuild.Compiler.Diagnostics;

/// <summary>Where a diagnostic points.</summary>
/// <param name="File">Full path of a file, or null for the model itself.</param>
/// <param name="NodeName">Name of a graph node, or null.</param>
public sealed record DiagnosticLocation(string? File, string? NodeName)
{
    /// <summary>The model as a whole.</summary>
    public static DiagnosticLocation None { get; } = new(null, null);
}
