using System;
using System.Globalization;
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
        AppendQuoted(text, value);
        text.Append('\n');
    }

    internal static void AppendWord(StringBuilder text, string key, string value) =>
        text.Append(key).Append(' ').Append(value).Append('\n');

    internal static void AppendPort(StringBuilder text, string key, PlanPort port)
    {
        text.Append(key).Append(' ');
        AppendQuoted(text, port.Name);
        text.Append(' ').Append(port.Identifier).Append(' ').Append(PlanNames.Of(port.Type)).Append(" dims=");
        AppendList(text, port.Dims, TextNumbers.Format);
        if (port.IsSized)
        {
            text.Append(" sizes=");
            AppendList(text, port.Sizes, SizeText.Format);
        }

        text.Append(" symbols=");
        for (int i = 0; i < port.Symbols.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            AppendQuoted(text, port.Symbols[i]);
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
        AppendQuoted(text, keys.Missing);
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
            AppendQuoted(text, dim.Name);
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
        AppendList(text, variant.Minimum, TextNumbers.Format);
        text.Append(' ');
        AppendList(text, variant.Maximum, TextNumbers.Format);
        text.Append('\n');
    }

    internal static void AppendArguments(StringBuilder text, PlanList<PlanArgument> arguments)
    {
        foreach (PlanArgument argument in arguments)
        {
            text.Append(' ').Append(argument.Name).Append('=');
            AppendValue(text, argument);
        }
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
        AppendArguments(text, step.Arguments);
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

    private static void AppendValue(StringBuilder text, PlanArgument argument)
    {
        switch (argument)
        {
            case OperandArgument operand:
                AppendOperand(text, operand.Operand);
                break;
            case AbsentArgument:
                text.Append("none");
                break;
            case StringsArgument:
                text.Append("strings");
                break;
            case IntArgument value:
                text.Append("int:").Append(TextNumbers.Format(value.Value));
                break;
            case LongArgument value:
                text.Append("long:").Append(TextNumbers.Format(value.Value));
                break;
            case FloatArgument value:
                text.Append("float:").Append(TextNumbers.Format(value.Value));
                break;
            case DoubleArgument value:
                text.Append("double:").Append(TextNumbers.Format(value.Value));
                break;
            case BoolArgument value:
                text.Append(value.Value ? "bool:true" : "bool:false");
                break;
            case EnumArgument value:
                text.Append("enum:").Append(value.EnumType).Append('.').Append(value.Member);
                break;
            case IntsArgument value:
                text.Append("ints:");
                AppendList(text, value.Values, static item => TextNumbers.Format(item));
                break;
            case LongsArgument value:
                text.Append("longs:");
                AppendList(text, value.Values, TextNumbers.Format);
                break;
            case FloatsArgument value:
                text.Append("floats:");
                AppendList(text, value.Values, TextNumbers.Format);
                break;
            case SizeArgument value:
                text.Append(value.IsLong ? "long:" : "int:").Append(SizeText.Format(value.Value));
                break;
            case SizesArgument value:
                text.Append(value.IsLong ? "longs:" : "ints:");
                AppendList(text, value.Values, SizeText.Format);
                break;
            default:
                throw new ArgumentException(string.Format(CultureInfo.InvariantCulture, "The text form has no argument kind '{0}'.", argument.GetType().Name), nameof(argument));
        }
    }

    private static void AppendOperand(StringBuilder text, PlanOperand operand)
    {
        switch (operand.Memory)
        {
            case PlanMemory.Input:
                text.Append("input").Append(TextNumbers.Format(operand.Index)).Append('.').Append(PlanNames.Of(operand.Type));
                break;
            case PlanMemory.Output:
                text.Append("output").Append(TextNumbers.Format(operand.Index)).Append('.').Append(PlanNames.Of(operand.Type));
                break;
            case PlanMemory.Buffer:
                text.Append("buffer").Append(TextNumbers.Format(operand.Index)).Append('.').Append(PlanNames.Of(operand.Type));
                break;
            default:
                text.Append(operand.Memory == PlanMemory.Arena ? "arena." : "weights.").Append(PlanNames.Of(operand.Type))
                    .Append('@').Append(TextNumbers.Format(operand.Offset));
                break;
        }

        text.Append(':').Append(operand.Size is null ? TextNumbers.Format(operand.Count) : SizeText.Format(operand.Size));
    }

    private static void AppendList<T>(StringBuilder text, PlanList<T> values, Func<T, string> format)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            text.Append(format(values[i]));
        }
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        TextEscapes.Append(text, value);
        text.Append('"');
    }
}
