namespace ModelBuild.Compiler.Diagnostics;

/// <summary>Stops a stage with one or more diagnostics. Only the MSBuild tasks catch it.</summary>
public sealed class ModelBuildException : Exception
{
    /// <summary>Stops with one diagnostic.</summary>
    public ModelBuildException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    /// <summary>Stops with several diagnostics, reported in the order given.</summary>
    public ModelBuildException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics.Select(d => d.ToString())))
    {
        Diagnostics = diagnostics;
    }

    /// <summary>What to report.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
