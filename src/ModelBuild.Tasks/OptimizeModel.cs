using Microsoft.Build.Framework;
using ModelBuild.Compiler;

namespace ModelBuild.Tasks;

/// <summary>Applies the exact rewrites that standard ONNX can express.</summary>
public sealed class OptimizeModel : ModelTask
{
    /// <summary>The converted model.</summary>
    [Required]
    public string InputFile { get; set; } = "";

    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        StageKey key = new([OutputFile], [InputFile]);
        if (!key.IsCurrent)
        {
            key.Invalidate();
            Stages.Optimize(InputFile, OutputFile, Cancellation);
            key.Complete();
        }
    }
}
