using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Plan;

namespace ModelBuild.Tasks;

/// <summary>Compares the deployed model with the source model, checks accuracy and budgets, and writes the report.</summary>
public sealed class VerifyModel : ModelTask
{
    /// <summary>The converted source model.</summary>
    [Required]
    public string ConvertedFile { get; set; } = "";

    /// <summary>The last stage's ONNX file.</summary>
    [Required]
    public string InputFile { get; set; } = "";

    /// <summary>The plan.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <summary>The weights.</summary>
    [Required]
    public string WeightsFile { get; set; } = "";

    /// <summary>What the generator tells about the measured error.</summary>
    [Required]
    public string VerificationFile { get; set; } = "";

    /// <summary>Folder of <c>report.md</c>, <c>report.html</c> and <c>report.json</c>.</summary>
    [Required]
    public string ReportDirectory { get; set; } = "";

    /// <summary>False when the project switched verification off.</summary>
    public bool Enabled { get; set; } = true;

    /// <inheritdoc/>
    protected override void Run()
    {
        CompileOptions options = ParseOptions();
        string? skipped = !Enabled ? "ModelBuildVerify=false" : !options.Verify ? "Verify=\"none\"" : null;
        if (skipped is null && options.Runtime == PlanRuntime.OnnxRuntime && !Stages.CanVerify(InputFile, Cancellation))
        {
            skipped = "it has operators that only ONNX Runtime knows";
        }

        if (skipped is not null)
        {
            if (options.ValidationData is not null && Enabled && options.Verify)
            {
                throw new ModelBuildException(Diagnostic.InSetting(Descriptors.RuntimeMismatch, MetadataNames.ValidationData, $"ValidationData cannot be used with Runtime=\"onnxruntime\" for '{Path.GetFileName(options.ModelPath)}': {skipped}, so that the build cannot measure its accuracy. Remove ValidationData."));
            }

            Report(Diagnostic.Of(Descriptors.VerificationSkipped, $"Verification was skipped for '{Path.GetFileName(options.ModelPath)}' ({skipped}): nothing proves that the deployed model equals the source model."));
        }

        string summary = Stages.VerifyAndReport(ConvertedFile, InputFile, PlanFile, WeightsFile, VerificationFile, ReportDirectory, options, skipped is null, Cancellation);
        Log.LogMessage(MessageImportance.High, "  {0}", summary);
    }
}
