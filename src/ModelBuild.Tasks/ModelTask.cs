using Microsoft.Build.Framework;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>One stage for one model: reads the item, runs the stage, and is the only place that catches.</summary>
public abstract class ModelTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private const string HelpLinkBase = "https://github.com/modelbuild/modelbuild/blob/main/docs/diagnostics/";
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The <c>DeployModel</c> item with its metadata.</summary>
    [Required]
    public ITaskItem Model { get; set; } = null!;

    /// <summary>Folder of the project, with which relative paths in the metadata are completed.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The project file, for errors about the item.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's root namespace.</summary>
    public string RootNamespace { get; set; } = "";

    /// <summary>The graph listing that errors about nodes point into; may not exist yet.</summary>
    public string? Listing { get; set; }

    /// <summary>Cancelled when the build is.</summary>
    protected CancellationToken Cancellation => _cancellation.Token;

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run();
        }
        catch (ModelBuildException e)
        {
            foreach (Diagnostic diagnostic in e.Diagnostics)
            {
                Report(diagnostic);
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(Diagnostic.Of(Descriptors.ReadLimit, $"A file cannot be read or written. {OneLine(e.Message)}"));
        }
        catch (Exception e)
        {
            Report(Diagnostic.Of(Descriptors.InternalError, $"Internal error in {GetType().Name} ({e.GetType().Name}: {OneLine(e.Message)}). Please report it with the model; -v:diag shows the trace."));
            Log.LogMessage(MessageImportance.Low, "{0}", e.ToString());
        }

        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does the stage's work; faults are exceptions.</summary>
    protected abstract void Run();

    /// <summary>Parses the item's metadata.</summary>
    protected CompileOptions ParseOptions() => ItemOptions.Parse(Model, ProjectDirectory, RootNamespace);

    /// <summary>Logs a diagnostic at its place.</summary>
    protected void Report(Diagnostic diagnostic)
    {
        DiagnosticPlace place = DiagnosticPlace.Find(diagnostic, Model.GetMetadata("FullPath"), ProjectFile, Listing);
        string code = diagnostic.Descriptor.Code;
        string name = Path.GetFileName(Model.ItemSpec);
        string message = OneLine(place.IsShared && !diagnostic.Message.Contains(name, StringComparison.Ordinal) ? $"{name}: {diagnostic.Message}" : diagnostic.Message);
        string link = $"{HelpLinkBase}{code}.md";
        if (diagnostic.Descriptor.Severity == DiagnosticSeverity.Error)
        {
            Log.LogError("ModelBuild", code, null, link, place.File, place.Line, place.Column, 0, 0, "{0}", message);
        }
        else
        {
            Log.LogWarning("ModelBuild", code, null, link, place.File, place.Line, place.Column, 0, 0, "{0}", message);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
