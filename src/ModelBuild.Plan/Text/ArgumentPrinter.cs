using System;
using System.Globalization;
using System.Text;

namespace ModelBuild.Plan.Text;

/// <summary>Prints the arguments of a step as <see cref="ArgumentParser"/> parses them: <c>name=kind:value</c>.</summary>
internal static class ArgumentPrinter
{
    /// <summary>Appends the arguments of a step, each with a space before it.</summary>
    public static void Append(StringBuilder text, PlanList<PlanArgument> arguments)
    {
        foreach (PlanArgument argument in arguments)
        {
            text.Append(' ').Append(argument.Name).Append('=');
            AppendValue(text, argument);
        }
    }

    /// <summary>Appends values with commas between them.</summary>
    public static void AppendList<T>(StringBuilder text, PlanList<T> values, Func<T, string> format)
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
}
