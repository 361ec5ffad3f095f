using Microsoft.Build.Framework;
using ModelBuild.Compiler;

namespace ModelBuild.Tasks;

/// <summary>Reads the source model and writes it as ONNX.</summary>
public sealed class ConvertModel : ModelTask
{
    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run() => Stages.Convert(Model.GetMetadata("FullPath"), OutputFile, Cancellation);
}
