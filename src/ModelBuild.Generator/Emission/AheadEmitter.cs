using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>
/// Emits the methods that run steps over zeros so that they are compiled before a call needs them: one of those that differ in memory alone. Models of fixed sizes only,
/// and no blocks, whose ends depend on values. Steps whose weights are numbers and no indices run over zeros instead of weights too, so that nobody waits for weights.
/// </summary>
internal static class AheadEmitter
{
    /// <summary>Name of the method that runs steps over zeros for weights.</summary>
    public const string OverZeros = "CompileAhead";

    /// <summary>Name of the method that runs the other steps.</summary>
    public const string OverWeights = "CompileOthersAhead";

    // A single step is compiled by the call itself.
    private const int LeastSteps = 2;

    // Zeros are read as often as weights.
    private const long MostZeros = 16L << 20;

    public static void EmitStart(CodeWriter writer, PredictorModel model, bool overZeros)
    {
        if (!Applies(model) || Steps(model, overZeros).Count == 0)
        {
            return;
        }

        writer.Line(overZeros
            ? $"global::ModelBuild.AheadCompilation.Start({OverZeros}, {NumberLiterals.Of(model.Plan.WeightsBytes)}, ScratchBytes, options);"
            : $"global::ModelBuild.AheadCompilation.Start(_scratch, {OverWeights}, options);");
    }

    public static void EmitMethods(CodeWriter writer, PredictorModel model)
    {
        if (!Applies(model))
        {
            return;
        }

        if (Steps(model, overZeros: true) is { Count: > 0 } early)
        {
            writer.Line();
            writer.Line("// An instance that compiles steps while the weights of another one are opened.");
            writer.Line($"private {model.ClassName}(global::ModelBuild.PredictorWeights weights, global::ModelBuild.ScratchPool scratch)");
            writer.Open();
            writer.Line("_weights = weights;");
            writer.Line("_scratch = scratch;");
            writer.Close();
            writer.Line();
            writer.Line("// Runs steps over zeros so that they are compiled, the last one first: a call begins with the others.");
            writer.Line($"private static void {OverZeros}(global::ModelBuild.PredictorWeights weights, global::ModelBuild.ScratchPool pool, global::ModelBuild.Scratch scratch)");
            writer.Open();
            writer.Line($"new {model.ClassName}(weights, pool).{OverZeros}(scratch);");
            writer.Close();
            EmitMethod(writer, model, OverZeros, early);
        }

        if (Steps(model, overZeros: false) is { Count: > 0 } late)
        {
            EmitMethod(writer, model, OverWeights, late);
        }
    }

    private static bool Applies(PredictorModel model) => !model.IsSized && Steps(model, true).Count + Steps(model, false).Count >= LeastSteps;

    private static void EmitMethod(CodeWriter writer, PredictorModel model, string name, List<Call> calls)
    {
        writer.Line();
        if (name == OverWeights)
        {
            writer.Line("// Those whose weights tell places, which zeros would not do.");
        }

        writer.Line($"private void {name}(global::ModelBuild.Scratch scratch)");
        writer.Open();
        foreach (Port port in model.Ports.Where(port => calls.Any(call => call.Uses(port))))
        {
            writer.Line($"{port.Declaration} = new {ElementNames.Keyword(port.Source.Type)}[{model.Length(port)}];");
        }

        StepEmitter.EmitCalls(writer, model, calls);
        writer.Close();
    }

    private static List<Call> Steps(PredictorModel model, bool overZeros)
    {
        HashSet<string> kinds = [];
        List<Call> all = StepEmitter.Calls(model, model.Plan.Steps, "", 0);
        List<Call> chosen = [];
        for (int i = all.Count - 1; i >= 0; i--)
        {
            PlanStep step = model.Plan.Steps[i];
            bool hasStrings = step.Arguments.Any(static a => a is StringsArgument or OperandArgument { Operand.Type: PlanElementType.String });
            if (step.Kind == PlanStepKind.Call && !hasStrings && kinds.Add(KindOf(step)) && overZeros == RunsOverZeros(model, step))
            {
                chosen.Add(all[i]);
            }
        }

        return chosen;
    }

    private static bool RunsOverZeros(PredictorModel model, PlanStep step) => model.Plan.WeightsBytes <= MostZeros
        && step.Arguments.All(static argument => argument is not OperandArgument { Operand.Memory: PlanMemory.Weights, Operand.Type: not (PlanElementType.F32 or PlanElementType.F64) });

    // Whatever can decide which code a kernel runs: its literal arguments, and how much memory it takes.
    private static string KindOf(PlanStep step) => step.Kernel + string.Concat(step.Arguments.Select(static argument =>
        argument is OperandArgument { Operand: { } operand } ? $" {argument.Name} {operand.Type}[{operand.Count}]" : $" {argument}"));
}
