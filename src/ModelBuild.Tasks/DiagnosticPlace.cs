using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Tasks;

/// <summary>Where a diagnostic is shown: the node's line of the listing, else the file it names, else the model, else the project.</summary>
internal static class DiagnosticPlace
{
    /// <summary>File and line; line 0 when only the file is known.</summary>
    public static (string File, int Line) Find(Diagnostic diagnostic, string model, string project, string? listing)
    {
        if (diagnostic.Location.File is { } file)
        {
            return (file, 0);
        }

        if (diagnostic.Location.NodeName is { } node && listing is not null && File.Exists(listing) && GraphPrinter.FindLine(File.ReadAllText(listing), node) is > 0 and int line)
        {
            return (listing, line);
        }

        bool isSetting = diagnostic.Descriptor == Descriptors.UnknownMetadata || diagnostic.Descriptor == Descriptors.DuplicateClass || diagnostic.Descriptor == Descriptors.RuntimeMismatch;
        return (isSetting ? project : model, 0);
    }
}
