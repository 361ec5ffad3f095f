using System.Text;
using ModelBuild.Plan.Text;

namespace ModelBuild.Plan;

/// <summary>Writes a plan as text: one header field per line in a fixed order, then ports, labels and kernel calls; lines end in LF.</summary>
public static class PlanWriter
{
    /// <summary>The text form of <paramref name="plan"/>, which <see cref="PlanReader"/> reads back to an equal plan.</summary>
    public static string Write(ExecutionPlan plan)
    {
        var text = new StringBuilder();
        text.Append(PlanReader.Magic).Append(' ').Append(TextNumbers.Format(ExecutionPlan.FormatVersion)).Append('\n');
        AppendString(text, "model", plan.ModelName);
        AppendString(text, "source", plan.SourceFile);
        AppendString(text, "source-hash", plan.SourceHash);
        AppendString(text, "options-hash", plan.OptionsHash);
        AppendWord(text, "opset", TextNumbers.Format(plan.Opset));
        AppendString(text, "namespace", plan.Namespace);
        AppendString(text, "class", plan.ClassName);
        AppendWord(text, "public", plan.IsPublic ? "true" : "false");
        AppendWord(text, "runtime", PlanNames.Of(plan.Runtime));
        AppendWord(text, "weights", PlanNames.Of(plan.Weights));
        AppendString(text, "compression", plan.Compression);
        AppendWord(text, "free-batch", plan.HasFreeBatch ? "true" : "false");
        AppendWord(text, "arena-bytes", TextNumbers.Format(plan.ArenaBytes));
        AppendWord(text, "weights-bytes", TextNumbers.Format(plan.WeightsBytes));
        AppendString(text, "weights-hash", plan.WeightsHash);
        AppendWord(text, "source-weights-bytes", TextNumbers.Format(plan.SourceWeightsBytes));
        AppendWord(text, "parameters", TextNumbers.Format(plan.Parameters));
        AppendWord(text, "labels-output", TextNumbers.Format(plan.LabelsOutput));
        AppendWord(text, "labels-are-probabilities", plan.LabelsAreProbabilities ? "true" : "false");
        AppendDims(text, plan.Dims);
        foreach (PlanPort port in plan.Inputs)
        {
            AppendPort(text, "input", port);
            AppendKeys(text, port.Keys);
        }

        foreach (PlanPort port in plan.Outputs)
        {
            AppendPort(text, "output", port);
        }

        foreach (string label in plan.Labels)
        {
            AppendString(text, "label", label);
        }

        AppendBuffers(text, plan.Buffers);
        foreach (PlanStep step in plan.Steps)
        {
            AppendStep(text, step);
        }

        foreach (PlanVariant variant in plan.Variants)
        {
            AppendVariant(text, variant);
            AppendBuffers(text, variant.Buffers);
            AppendSteps(text, variant.Steps, "end-variant");
        }

        text.Append("end ").Append(TextNumbers.Format(plan.Steps.Count)).Append('\n');
        return text.ToString();
    }

    internal static void AppendString(StringBuilder text, string key, string value)
    {
        text.Append(key).Append(' ');
        TextEscapes.AppendQuoted(text, value);
        text.Append('\n');
    }

    internal static void AppendWord(StringBuilder text, string key, string value) =>
        text.Append(key).Append(' ').Append(value).Append('\n');

    internal static void AppendPort(StringBuilder text, string key, PlanPort port)
    {
        text.Append(key).Append(' ');
        TextEscapes.AppendQuoted(text, port.Name);
        text.Append(' ').Append(port.Identifier).Append(' ').Append(PlanNames.Of(port.Type)).Append(" dims=");
        ArgumentPrinter.AppendList(text, port.Dims, TextNumbers.Format);
        if (port.IsSized)
        {
            text.Append(" sizes=");
            ArgumentPrinter.AppendList(text, port.Sizes, SizeText.Format);
        }

        text.Append(" symbols=");
        for (int i = 0; i < port.Symbols.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            TextEscapes.AppendQuoted(text, port.Symbols[i]);
        }

        text.Append('\n');
    }

    internal static void AppendKeys(StringBuilder text, PlanKeys? keys)
    {
        if (keys is null)
        {
            return;
        }

        text.Append("keys ").Append(PlanNames.Of(keys.Kind)).Append(' ');
        TextEscapes.AppendQuoted(text, keys.Missing);
        text.Append('\n');
        foreach (string name in keys.Names)
        {
            AppendString(text, "key", name);
        }
    }

    internal static void AppendDims(StringBuilder text, PlanList<PlanDim> dims)
    {
        foreach (PlanDim dim in dims)
        {
            text.Append(dim.IsCounted ? "counted " : "dim ");
            TextEscapes.AppendQuoted(text, dim.Name);
            text.Append(' ').Append(dim.Identifier).Append(' ').Append(TextNumbers.Format(dim.Minimum)).Append(' ').Append(TextNumbers.Format(dim.Maximum)).Append(' ')
                .Append(TextNumbers.Format(dim.Step));
            if (dim.IsCounted)
            {
                text.Append(' ').Append(dim.Bound is null ? "none" : SizeText.Format(dim.Bound));
            }

            text.Append('\n');
        }
    }

    internal static void AppendBuffers(StringBuilder text, PlanList<PlanBuffer> buffers)
    {
        foreach (PlanBuffer buffer in buffers)
        {
            text.Append("buffer ").Append(TextNumbers.Format(buffer.FirstUse)).Append(' ').Append(TextNumbers.Format(buffer.LastUse)).Append(' ')
                .Append(SizeText.Format(buffer.Bytes)).Append('\n');
        }
    }

    internal static void AppendVariant(StringBuilder text, PlanVariant variant)
    {
        text.Append("variant ");
        ArgumentPrinter.AppendList(text, variant.Minimum, TextNumbers.Format);
        text.Append(' ');
        ArgumentPrinter.AppendList(text, variant.Maximum, TextNumbers.Format);
        text.Append('\n');
    }

    internal static void AppendCount(StringBuilder text, PlanStep step)
    {
        if (step.Count >= 0)
        {
            text.Append(" counts:d").Append(TextNumbers.Format(step.Count));
        }
    }

    // The steps inside a block follow its line; the lines that end its parts tell their numbers.
    private static void AppendStep(StringBuilder text, PlanStep step)
    {
        text.Append("# ");
        TextEscapes.Append(text, step.Comment);
        text.Append('\n');
        text.Append(PlanNames.Of(step.Kind)).Append(' ').Append(step.Kernel).Append(step.Kind == PlanStepKind.Call ? " label:" : "label:").Append(step.Label)
            .Append(" macs:").Append(TextNumbers.Format(step.Macs));
        AppendCount(text, step);
        ArgumentPrinter.Append(text, step.Arguments);
        text.Append('\n');
        if (step.Kind == PlanStepKind.Call)
        {
            return;
        }

        AppendSteps(text, step.Body, step.Kind == PlanStepKind.Loop ? "end-loop" : "else");
        if (step.Kind == PlanStepKind.If)
        {
            AppendSteps(text, step.Otherwise, "end-if");
        }
    }

    private static void AppendSteps(StringBuilder text, PlanList<PlanStep> steps, string end)
    {
        foreach (PlanStep step in steps)
        {
            AppendStep(text, step);
        }

        AppendWord(text, end, TextNumbers.Format(steps.Count));
    }
}
