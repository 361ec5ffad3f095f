using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Tasks;

/// <summary>Where a diagnostic is shown: the item's line of the project, the node's line of the listing, else the file it names, else the model.</summary>
/// <param name="File">Full path.</param>
/// <param name="Line">Line, counted from 1; 0 when only the file is known.</param>
/// <param name="Column">Column, counted from 1; 0 with line 0.</param>
internal sealed record DiagnosticPlace(string File, int Line, int Column)
{
    /// <summary>Finds the place.</summary>
    /// <param name="model">Full path of the model.</param>
    /// <param name="project">Full path of the project.</param>
    /// <param name="listing">Full path of the graph listing, which may not exist yet.</param>
    public static DiagnosticPlace Find(Diagnostic diagnostic, string model, string project, string? listing)
    {
        DiagnosticLocation location = diagnostic.Location;
        if (location.Setting is { } setting)
        {
            return ProjectItem.Find(project, model, setting);
        }

        if (location.File is { } file)
        {
            return new DiagnosticPlace(file, 0, 0);
        }

        return location.NodeName is { } node && listing is not null && System.IO.File.Exists(listing) && GraphPrinter.FindLine(System.IO.File.ReadAllText(listing), node) is > 0 and int line
            ? new DiagnosticPlace(listing, line, 1)
            : new DiagnosticPlace(model, 0, 0);
    }
}
