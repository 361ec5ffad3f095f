using System.Globalization;
using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Prunes the optimised model; does nothing without <c>Prune</c>.</summary>
public sealed class PruneModel : ModelTask
{
    /// <summary>The optimised model.</summary>
    [Required]
    public string InputFile { get; set; } = "";

    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        CompileOptions options = ParseOptions();
        string dims = options.DimsText;
        StageKey key = new(
            [OutputFile],
            [InputFile, options.CalibrationData],
            options.Prune, string.Join(';', options.PruneExclude), dims, options.CalibrationSamples.ToString(CultureInfo.InvariantCulture));
        if (!key.IsCurrent)
        {
            key.Invalidate();
            IReadOnlyList<Diagnostic> warnings = Stages.Prune(InputFile, OutputFile, options, Cancellation);
            foreach (Diagnostic warning in warnings)
            {
                Report(warning);
            }

            key.Complete();
        }
    }
}
