using Microsoft.Build.Framework;
using ModelBuild.Compiler;

namespace ModelBuild.Tasks;

/// <summary>Prints what a model is made of: inputs, outputs, operators and whether they are supported.</summary>
public sealed class InspectModel : ModelTask
{
    /// <inheritdoc/>
    protected override void Run()
    {
        foreach (string line in Stages.Inspect(ParseOptions(), Cancellation))
        {
            Log.LogMessage(MessageImportance.High, "{0}", line);
        }
    }
}
