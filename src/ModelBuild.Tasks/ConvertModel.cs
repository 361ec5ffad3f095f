using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>Reads the source model and writes it as ONNX.</summary>
public sealed class ConvertModel : ModelTask
{
    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <summary>A list, one path a line, of the files that the model keeps beside itself.</summary>
    [Required]
    public string DependenciesFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        IReadOnlyList<string> dependencies = Stages.Convert(Model.GetMetadata("FullPath"), OutputFile, Cancellation);
        AtomicFile.WriteText(DependenciesFile, string.Concat(dependencies.Select(d => d + "\n")));
    }
}
