using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Options;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>The limits that the user set on the deployed model.</summary>
internal static class Budgets
{
    /// <summary>Checks all of them.</summary>
    /// <exception cref="ModelBuildException">One or more are exceeded (MDB6003).</exception>
    public static void Check(ExecutionPlan plan, CompileOptions options)
    {
        (string Name, string What, long Value, long? Limit)[] budgets =
        [
            (MetadataNames.MaxSize, "bytes of weights", plan.WeightsBytes, options.MaxSize),
            (MetadataNames.MaxScratch, "bytes of scratch memory", plan.ArenaBytes, options.MaxScratch),
            (MetadataNames.MaxMacs, "multiply-accumulates", plan.Macs, options.MaxMacs),
        ];
        Diagnostic[] faults = [.. budgets.Where(b => b.Value > b.Limit).Select(b => Diagnostic.InSetting(
            Descriptors.BudgetExceeded,
            b.Name,
            $"'{Path.GetFileName(options.ModelPath)}' has {b.Value} {b.What}; the budget {b.Name} is {b.Limit}. Compress more (Quantize, Prune), or raise the budget."))];
        if (faults.Length > 0)
        {
            throw new ModelBuildException(faults);
        }
    }
}
