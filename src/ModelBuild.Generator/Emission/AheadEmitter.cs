using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>
/// Emits the method that runs steps over zeros so that they are compiled before a call needs them: one of those that differ in memory alone. Models of fixed sizes only,
/// and no blocks, whose ends depend on values.
/// </summary>
internal static class AheadEmitter
{
    /// <summary>Name of the method.</summary>
    public const string Method = "CompileAhead";

    // A single step is compiled by the call itself.
    private const int LeastSteps = 2;

    public static bool Applies(PredictorModel model) => !model.IsSized && Steps(model).Count >= LeastSteps;

    public static void EmitMethod(CodeWriter writer, PredictorModel model)
    {
        writer.Line();
        writer.Line("// Runs steps over zeros so that they are compiled, the last one first: a call begins with the others.");
        writer.Line($"private void {Method}(global::ModelBuild.Scratch scratch)");
        writer.Open();
        List<Call> calls = Steps(model);
        foreach (Port port in model.Ports.Where(port => calls.Any(call => call.Uses(port))))
        {
            writer.Line($"{port.Declaration} = new {ElementNames.Keyword(port.Source.Type)}[{model.Length(port)}];");
        }

        StepEmitter.EmitCalls(writer, model, calls);
        writer.Close();
    }

    private static List<Call> Steps(PredictorModel model)
    {
        HashSet<string> kinds = [];
        List<Call> all = StepEmitter.Calls(model, model.Plan.Steps, "", 0);
        List<Call> chosen = [];
        for (int i = all.Count - 1; i >= 0; i--)
        {
            PlanStep step = model.Plan.Steps[i];
            bool hasStrings = step.Arguments.Any(static a => a is StringsArgument or OperandArgument { Operand.Type: PlanElementType.String });
            if (step.Kind == PlanStepKind.Call && !hasStrings && kinds.Add(KindOf(step)))
            {
                chosen.Add(all[i]);
            }
        }

        return chosen;
    }

    // Whatever can decide which code a kernel runs: its literal arguments, and how much memory it takes.
    private static string KindOf(PlanStep step) => step.Kernel + string.Concat(step.Arguments.Select(static argument =>
        argument is OperandArgument { Operand: { } operand } ? $" {argument.Name} {operand.Type}[{operand.Count}]" : $" {argument}"));
}
