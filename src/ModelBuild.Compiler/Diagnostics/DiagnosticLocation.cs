namespace ModelBuild.Compiler.Diagnostics;

/// <summary>Where a diagnostic points.</summary>
/// <param name="File">Full path of a file, or null for the model itself.</param>
/// <param name="NodeName">Name of a graph node, or null.</param>
/// <param name="Setting">Name of the item's metadata, empty for the item itself, or null: a place in the project file.</param>
public sealed record DiagnosticLocation(string? File, string? NodeName, string? Setting = null)
{
    /// <summary>The model as a whole.</summary>
    public static DiagnosticLocation None { get; } = new(null, null);
}
