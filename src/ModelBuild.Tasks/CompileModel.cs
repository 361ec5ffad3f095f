using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>Compiles the last stage's ONNX file to the plan, the weights and the graph listing, and checks the budgets.</summary>
public sealed class CompileModel : ModelTask
{
    /// <summary>The last stage's ONNX file.</summary>
    [Required]
    public string InputFile { get; set; } = "";

    /// <summary>The converted source model, for the report's comparison.</summary>
    [Required]
    public string ConvertedFile { get; set; } = "";

    /// <summary>The plan to write.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <summary>The weights file to write.</summary>
    [Required]
    public string WeightsFile { get; set; } = "";

    /// <summary>A file with the name under which the weights are embedded or lie beside the assembly, and how.</summary>
    [Required]
    public string WeightsNameFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run()
    {
        CompileOptions options = ParseOptions();
        StageKey key = new(
            [PlanFile, WeightsFile, WeightsNameFile, Listing!],
            [InputFile, ConvertedFile, options.ModelPath, options.Labels],
            options.FullClassName,
            options.ToString(),
            options.DimsText,
            string.Join(';', options.InputNames.Concat(options.OutputNames).Select(n => $"{n.Key}={n.Value}")),
            string.Join(';', options.PruneExclude.Concat(options.QuantizeExclude)));
        if (!key.IsCurrent)
        {
            key.Invalidate();
            DeployedModel.Write(Stages.Compile(InputFile, ConvertedFile, Listing!, options, Cancellation), PlanFile, WeightsFile, WeightsNameFile);
            key.Complete();
        }
    }
}
