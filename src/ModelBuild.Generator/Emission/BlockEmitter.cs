using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits the bodies of loops and choices around calls of the steps inside them, and those steps after them.</summary>
internal static class BlockEmitter
{
    public static void Emit(CodeWriter writer, PredictorModel model, PlanStep step, string number, CancellationToken cancellation)
    {
        string prefix = number + "_";
        List<Call> body = StepEmitter.Calls(model, step.Body, prefix, 0);
        List<(string Name, List<Call> Calls)> groups = StepEmitter.Group(ref body);
        List<Call> otherwise = StepEmitter.Calls(model, step.Otherwise, prefix, step.Body.Count);
        groups.AddRange(StepEmitter.Group(ref otherwise));
        writer.Open();
        StagesEmitter.EmitReset(writer, model, step);
        if (step.Kind == PlanStepKind.Loop)
        {
            EmitLoop(writer, model, step, body);
        }
        else
        {
            EmitChoice(writer, model, step, body, otherwise);
        }

        writer.Close();
        StepEmitter.EmitGroups(writer, model, groups);
        StepEmitter.EmitSteps(writer, model, step.Body, prefix, 0, cancellation);
        StepEmitter.EmitSteps(writer, model, step.Otherwise, prefix, step.Body.Count, cancellation);
    }

    private static void EmitLoop(CodeWriter writer, PredictorModel model, PlanStep step, List<Call> body)
    {
        PlanArgument count = step.Arguments[0];
        PlanArgument condition = step.Arguments[1];
        var index = (OperandArgument)step.Arguments[2];
        bool isIndexRead = Reads(step.Body, index.Operand);
        if (count is AbsentArgument && !isIndexRead)
        {
            writer.Line($"while ({Element(model, condition)})");
        }
        else
        {
            List<string> conditions = [];
            if (count is not AbsentArgument)
            {
                conditions.Add("iteration < " + (count is LongArgument or SizeArgument ? ArgumentText.Of(model, count) : Element(model, count)));
            }

            if (condition is not AbsentArgument)
            {
                conditions.Add(Element(model, condition));
            }

            writer.Line($"for (long iteration = 0; {string.Join(" && ", conditions)}; iteration++)");
        }

        writer.Open();
        if (isIndexRead)
        {
            writer.Line($"{Element(model, index)} = iteration;");
        }

        StepEmitter.EmitCalls(writer, model, body);
        writer.Close();
    }

    private static void EmitChoice(CodeWriter writer, PredictorModel model, PlanStep step, List<Call> body, List<Call> otherwise)
    {
        writer.Line($"if ({Element(model, step.Arguments[0])})");
        writer.Open();
        StepEmitter.EmitCalls(writer, model, body);
        writer.Close();
        if (otherwise.Count > 0)
        {
            writer.Line("else");
            writer.Open();
            StepEmitter.EmitCalls(writer, model, otherwise);
            writer.Close();
        }
    }

    private static string Element(PredictorModel model, PlanArgument argument) => ArgumentText.Of(model, argument) + "[0]";

    private static bool Reads(PlanList<PlanStep> steps, PlanOperand operand) => steps.Any(step =>
        step.Arguments.OfType<OperandArgument>().Any(a => a.Operand.Memory == operand.Memory && a.Operand.Offset == operand.Offset && a.Operand.Index == operand.Index) || Reads(step.Body, operand) || Reads(step.Otherwise, operand));
}
