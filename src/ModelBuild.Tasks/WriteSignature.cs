using Microsoft.Build.Framework;
using ModelBuild.Compiler;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Tasks;

/// <summary>Design-time builds: writes a plan with inputs and outputs only, so that the predictor class exists before the first real build.</summary>
public sealed class WriteSignature : ModelTask
{
    /// <summary>The plan to write.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run() => DeployedModel.WritePlan(Stages.Signature(ParseOptions(), Cancellation), PlanFile);
}
