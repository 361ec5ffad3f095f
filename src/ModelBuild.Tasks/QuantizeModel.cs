using System.Globalization;
using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>Quantises the model.</summary>
public sealed class QuantizeModel : ModelTask
{
    /// <summary>The optimised, perhaps pruned model.</summary>
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
            options.Quantize, string.Join(';', options.QuantizeExclude), dims, options.CalibrationSamples.ToString(CultureInfo.InvariantCulture));
        if (!key.IsCurrent)
        {
            key.Invalidate();
            IReadOnlyList<Diagnostic> warnings = Stages.Quantize(InputFile, OutputFile, options, Cancellation);
            foreach (Diagnostic warning in warnings)
            {
                Report(warning);
            }

            key.Complete();
        }
    }
}
