using System.Globalization;
using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>Reads the source model and writes it as ONNX.</summary>
public sealed class ConvertModel : ModelTask
{
    // That of the item metadata ModifiedTime, with which the targets write the same file in later builds.
    private const string TimeFormat = "yyyy'-'MM'-'dd HH':'mm':'ss'.'fffffff";

    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <summary>A list, one path a line, of the files beside the model that it consists of.</summary>
    [Required]
    public string DependenciesFile { get; set; } = "";

    /// <summary>The same list with the files' times; an input of the stages, so that a changed file makes the model stale.</summary>
    [Required]
    public string DependencyTimesFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        IReadOnlyList<string> files = Stages.Convert(Model.GetMetadata("FullPath"), OutputFile, ParseOptions().Lengths, Cancellation);
        AtomicFile.WriteText(DependenciesFile, string.Concat(files.Select(f => f + Environment.NewLine)));
        AtomicFile.WriteText(DependencyTimesFile, string.Concat(files.Select(f => f + "|" + File.GetLastWriteTime(f).ToString(TimeFormat, CultureInfo.InvariantCulture) + Environment.NewLine)));
    }
}
