using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Tasks;

/// <summary>
/// Where a diagnostic is shown: the file it names, the node's line of the listing, else the item's line of the project, which an editor can open, unlike the model. The model is the place where no line tells it.
/// </summary>
/// <param name="File">Full path.</param>
/// <param name="Line">Line, counted from 1; 0 when only the file is known.</param>
/// <param name="Column">Column, counted from 1; 0 with line 0.</param>
/// <param name="IsShared">True for a place that stands for several models, so that the message must name the one that is meant.</param>
internal sealed record DiagnosticPlace(string File, int Line, int Column, bool IsShared = false)
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

        if (location.NodeName is { } node && listing is not null && System.IO.File.Exists(listing) && GraphPrinter.FindLine(System.IO.File.ReadAllText(listing), node) is > 0 and int line)
        {
            return new DiagnosticPlace(listing, line, 1);
        }

        DiagnosticPlace item = ProjectItem.Find(project, model, "");
        return item.Line > 0 ? item : new DiagnosticPlace(model, 0, 0);
    }
}
