using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits <c>Forward</c> and one method per step, so that every method stays far below the sizes at which the JIT stops optimising.</summary>
internal static class StepEmitter
{
    private const int CallsPerMethod = 64;
    private const int MaxColumns = 120;

    public static void Emit(CodeWriter writer, PredictorModel model, CancellationToken cancellation)
    {
        EmitForward(writer, model, 0, model.Plan.Steps, cancellation);
        for (int i = 0; i < model.Plan.Variants.Count; i++)
        {
            EmitForward(writer, model.With(model.Plan.Variants[i].Buffers), i + 1, model.Plan.Variants[i].Steps, cancellation);
        }
    }

    private static void EmitForward(CodeWriter writer, PredictorModel model, int number, PlanList<PlanStep> steps, CancellationToken cancellation)
    {
        string variant = number == 0 ? "" : NumberLiterals.Of(number);
        string prefix = variant.Length == 0 ? "" : $"V{variant}_";
        List<Call> calls = Calls(model, steps, prefix, 0);
        List<(string Name, List<Call> Calls)> groups = Group(ref calls);
        writer.Line();
        writer.List("private void Forward" + variant, Parameters(model.Ports, true, model.IsSized), "");
        writer.Open();
        if (variant.Length == 0)
        {
            writer.Line("using global::ModelBuild.ThreadScope threads = scratch.UseThreads();");
            EmitVariants(writer, model);
        }

        EmitCalls(writer, model, calls);
        writer.Close();
        EmitGroups(writer, model, groups);
        EmitSteps(writer, model, steps, prefix, 0, cancellation);
        StagesEmitter.EmitMethods(writer, model, number);
    }

    private static void EmitVariants(CodeWriter writer, PredictorModel model)
    {
        for (int i = 1; i <= model.Plan.Variants.Count; i++)
        {
            writer.Line($"if (sizes.Variant == {NumberLiterals.Of(i)})");
            writer.Open();
            writer.List($"Forward{NumberLiterals.Of(i)}", model.Ports.Select(static port => port.Name).Concat(["scratch", "sizes"]), ";");
            writer.Line("return;");
            writer.Close();
            writer.Line();
        }
    }

    /// <summary>The calls of a list of steps.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="prefix">The number of the block around them, with what stands between it and theirs.</param>
    /// <param name="first">The number of the first.</param>
    internal static List<Call> Calls(PredictorModel model, PlanList<PlanStep> steps, string prefix, int first) => [.. steps.Select((step, index) => Call.OfStep(step, prefix + NumberLiterals.Of(first + index), model.Sizes.Count))];

    /// <summary>Makes methods that call several steps of a list that is too long for one.</summary>
    internal static List<(string Name, List<Call> Calls)> Group(ref List<Call> calls)
    {
        List<(string Name, List<Call> Calls)> groups = [];
        while (calls.Count > CallsPerMethod)
        {
            var outer = new List<Call>();
            for (int i = 0; i < calls.Count; i += CallsPerMethod)
            {
                List<Call> inner = calls.GetRange(i, System.Math.Min(CallsPerMethod, calls.Count - i));
                Call group = Call.OfGroup(inner);
                groups.Add((group.Name, inner));
                outer.Add(group);
            }

            calls = outer;
        }

        return groups;
    }

    internal static void EmitGroups(CodeWriter writer, PredictorModel model, List<(string Name, List<Call> Calls)> groups)
    {
        foreach ((string name, List<Call> inner) in groups)
        {
            Call group = Call.OfGroup(inner);
            writer.Line();
            writer.List("private void " + name, Parameters(model.Ports.Where(group.Uses), group.UsesScratch, group.UsesSizes), "");
            writer.Open();
            EmitCalls(writer, model, inner);
            writer.Close();
        }
    }

    internal static void EmitCalls(CodeWriter writer, PredictorModel model, List<Call> calls)
    {
        foreach (Call call in calls)
        {
            IEnumerable<string> arguments = model.Ports.Where(call.Uses).Select(static port => port.Name);
            arguments = call.UsesScratch ? arguments.Concat(["scratch"]) : arguments;
            writer.List(call.Name, call.UsesSizes ? arguments.Concat(["sizes"]) : arguments, ";");
        }
    }

    internal static void EmitSteps(CodeWriter writer, PredictorModel model, PlanList<PlanStep> steps, string prefix, int first, CancellationToken cancellation)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            PlanStep step = steps[i];
            string number = prefix + NumberLiterals.Of(first + i);
            var call = Call.OfStep(step, number, model.Sizes.Count);
            writer.Line();
            if (step.Comment.Length > 0)
            {
                writer.Line("// " + SafeText.Comment(step.Comment));
            }

            IEnumerable<string> parameters = Parameters(model.Ports.Where(call.Uses), call.UsesScratch, call.UsesSizes);
            if (step.Count >= 0)
            {
                writer.List("private void " + call.Name, parameters, "");
                writer.Open();
                StagesEmitter.EmitCount(writer, model, step, [.. Lines(model, step.Arguments)], prefix);
                writer.Close();
            }
            else if (step.Kind == PlanStepKind.Call)
            {
                writer.List("private void " + call.Name, parameters, " =>");
                EmitKernelCall(writer, model, step);
            }
            else
            {
                writer.List("private void " + call.Name, parameters, "");
                BlockEmitter.Emit(writer, model, step, number, cancellation);
            }
        }
    }

    private static void EmitKernelCall(CodeWriter writer, PredictorModel model, PlanStep step)
    {
        List<string> lines = [.. Lines(model, step.Arguments)];
        string kernel = Kernel(step);
        writer.Deeper(lines.Count == 0 ? kernel + ");" : kernel);
        for (int i = 0; i < lines.Count; i++)
        {
            writer.Deeper("    " + lines[i] + (i == lines.Count - 1 ? ");" : ","));
        }
    }

    internal static string Kernel(PlanStep step) => $"global::ModelBuild.Kernels.{string.Join(".", step.Kernel.Split('.').Select(PredictorModel.Escape))}(";

    private static IEnumerable<string> Parameters(IEnumerable<Port> ports, bool usesScratch, bool usesSizes)
    {
        IEnumerable<string> parameters = ports.Select(static port => port.Declaration);
        parameters = usesScratch ? parameters.Concat(["global::ModelBuild.Scratch scratch"]) : parameters;
        return usesSizes ? parameters.Concat(["in Sizes sizes"]) : parameters;
    }

    // Spans and lists stand on lines of their own; short literals share one.
    private static IEnumerable<string> Lines(PredictorModel model, PlanList<PlanArgument> arguments)
    {
        string line = "";
        foreach (PlanArgument argument in arguments)
        {
            string text = PredictorModel.Escape(argument.Name) + ": " + ArgumentText.Of(model, argument);
            bool isAlone = argument is OperandArgument or AbsentArgument or IntsArgument or LongsArgument or FloatsArgument or SizesArgument;
            if (line.Length > 0 && (isAlone || line.Length + text.Length > MaxColumns))
            {
                yield return line;
                line = "";
            }

            if (isAlone)
            {
                yield return text;
            }
            else
            {
                line = line.Length == 0 ? text : line + ", " + text;
            }
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }
}
