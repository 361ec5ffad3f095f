using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Output;

/// <summary>A compiled model on disk: plan text, weights file, and the name under which the weights travel.</summary>
public static class DeployedModel
{
    /// <summary>Writes everything; the plan last.</summary>
    /// <param name="weightsNameFile">One line: <c>embedded</c>, <c>file</c> or <c>none</c>, a semicolon, and the resource or file name.</param>
    public static void Write(CompiledModel model, string planFile, string weightsFile, string weightsNameFile)
    {
        ExecutionPlan plan = model.Plan;
        AtomicFile.WriteBytes(weightsFile, WeightsHeader.CreateBlob(model.Weights, PlanIdentity.Compute(plan)));
        string fullName = plan.Namespace.Length == 0 ? plan.ClassName : $"{plan.Namespace}.{plan.ClassName}";
        AtomicFile.WriteText(weightsNameFile, plan.Weights switch
        {
            PlanWeights.Embedded => $"embedded;ModelBuild.{fullName}.weights",
            PlanWeights.File => $"file;{plan.ClassName}.weights",
            _ => "none;none",
        });
        WritePlan(plan, planFile);
    }

    /// <summary>Writes a plan.</summary>
    public static void WritePlan(ExecutionPlan plan, string planFile) => AtomicFile.WriteText(planFile, PlanWriter.Write(plan));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The weights belong to another plan.</exception>
    public static CompiledModel Read(string planFile, string weightsFile)
    {
        ExecutionPlan plan = PlanReader.Read(File.ReadAllText(planFile));
        byte[] file = File.ReadAllBytes(weightsFile);
        long length = WeightsHeader.Check(file, file.Length, PlanIdentity.Compute(plan), Path.GetFileName(weightsFile));
        return new CompiledModel(plan, file.AsSpan(WeightsHeader.Size, (int)length).ToArray(), []);
    }
}
