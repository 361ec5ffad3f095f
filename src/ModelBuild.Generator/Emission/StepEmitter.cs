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
        List<Call> calls = [.. model.Plan.Steps.Select((step, index) => Call.OfStep(step, index))];
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

        writer.Line();
        EmitMethod(writer, model, "Forward", model.Ports, true, calls);
        foreach ((string name, List<Call> inner) in groups)
        {
            Call group = Call.OfGroup(inner);
            EmitMethod(writer, model, name, model.Ports.Where(group.Uses), group.UsesScratch, inner);
        }

        for (int i = 0; i < model.Plan.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            EmitStep(writer, model, model.Plan.Steps[i], i);
        }
    }

    private static void EmitMethod(CodeWriter writer, PredictorModel model, string name, IEnumerable<Port> ports, bool usesScratch, List<Call> calls)
    {
        if (name != "Forward")
        {
            writer.Line();
        }

        writer.List("private void " + name, Parameters(ports, usesScratch), "");
        writer.Open();
        foreach (Call call in calls)
        {
            IEnumerable<string> arguments = model.Ports.Where(call.Uses).Select(static port => port.Name);
            writer.List(call.Name, call.UsesScratch ? arguments.Concat(["scratch"]) : arguments, ";");
        }

        writer.Close();
    }

    private static void EmitStep(CodeWriter writer, PredictorModel model, PlanStep step, int index)
    {
        var call = Call.OfStep(step, index);
        writer.Line();
        if (step.Comment.Length > 0)
        {
            writer.Line("// " + SafeText.Comment(step.Comment));
        }

        writer.List("private void " + call.Name, Parameters(model.Ports.Where(call.Uses), call.UsesScratch), " =>");
        List<string> lines = [.. Lines(model, step.Arguments)];
        string kernel = $"global::ModelBuild.Kernels.{string.Join(".", step.Kernel.Split('.').Select(PredictorModel.Escape))}(";
        writer.Deeper(lines.Count == 0 ? kernel + ");" : kernel);
        for (int i = 0; i < lines.Count; i++)
        {
            writer.Deeper("    " + lines[i] + (i == lines.Count - 1 ? ");" : ","));
        }
    }

    private static IEnumerable<string> Parameters(IEnumerable<Port> ports, bool usesScratch)
    {
        IEnumerable<string> parameters = ports.Select(static port => port.Declaration);
        return usesScratch ? parameters.Concat(["global::ModelBuild.Scratch scratch"]) : parameters;
    }

    // Spans and lists stand on lines of their own; short literals share one.
    private static IEnumerable<string> Lines(PredictorModel model, PlanList<PlanArgument> arguments)
    {
        string line = "";
        foreach (PlanArgument argument in arguments)
        {
            string text = PredictorModel.Escape(argument.Name) + ": " + ArgumentText.Of(model, argument);
            bool isAlone = argument is OperandArgument or AbsentArgument or IntsArgument or LongsArgument or FloatsArgument;
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
