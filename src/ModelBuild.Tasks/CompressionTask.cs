using System.Globalization;
using Microsoft.Build.Framework;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Tasks;

/// <summary>A lossy stage from one ONNX file to another, which may look at calibration data.</summary>
public abstract class CompressionTask : ModelTask
{
    /// <summary>The model of the stage before.</summary>
    [Required]
    public string InputFile { get; set; } = "";

    /// <summary>The ONNX file to write.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <summary>The scheme and the nodes that it leaves alone.</summary>
    protected abstract (string? Scheme, IReadOnlyList<string> Exclude) SettingsOf(CompileOptions options);

    /// <summary>Writes the output; gives warnings.</summary>
    protected abstract IReadOnlyList<Diagnostic> Apply(CompileOptions options);

    /// <inheritdoc/>
    protected sealed override void Run()
    {
        CompileOptions options = ParseOptions();
        (string? scheme, IReadOnlyList<string> exclude) = SettingsOf(options);
        StageKey key = new(
            [OutputFile],
            [InputFile, options.CalibrationData],
            scheme, string.Join(';', exclude), options.DimsText, options.CalibrationSamples.ToString(CultureInfo.InvariantCulture));
        if (!key.IsCurrent)
        {
            key.Invalidate();
            foreach (Diagnostic warning in Apply(options))
            {
                Report(warning);
            }

            key.Complete();
        }
    }
}
