using System;
using System.Collections.Generic;

namespace ModelBuild.Plan.Text;

/// <summary>What must hold in a plan so that code can be generated from it: names are identifiers and operands lie within their memory.</summary>
internal static class PlanChecks
{
    /// <summary>Arena and weights offsets are multiples of it, in bytes.</summary>
    public const int Alignment = 64;

    private const int MaxNameLength = 512;

    public static string Identifier(string name, int line)
    {
        bool isIdentifier = name.Length is > 0 and <= MaxNameLength && (char.IsLetter(name[0]) || name[0] == '_');
        foreach (char c in name)
        {
            isIdentifier &= char.IsLetter(c) || (c >= '0' && c <= '9') || c == '_';
        }

        return isIdentifier ? name : throw new PlanFormatException(line, "A name is not an identifier.");
    }

    public static string Namespace(string name, int line)
    {
        if (name.Length > 0)
        {
            foreach (string part in name.Split('.'))
            {
                Identifier(part, line);
            }
        }

        return name;
    }

    public static string AsciiIdentifier(string name, int line)
    {
        Identifier(name, line);
        return IdentifierPart(name, line);
    }

    public static string IdentifierPart(string name, int line)
    {
        foreach (char c in name)
        {
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            {
                throw new PlanFormatException(line, "A name has characters other than ASCII letters, digits and '_'.");
            }
        }

        return name.Length <= MaxNameLength ? name : throw new PlanFormatException(line, "A name is too long.");
    }

    /// <summary>Two identifiers with a dot between them.</summary>
    public static string Kernel(string name, int line)
    {
        string[] parts = name.Split('.');
        if (parts.Length != 2)
        {
            throw new PlanFormatException(line, "A name has the form Class.Member.");
        }

        AsciiIdentifier(parts[0], line);
        AsciiIdentifier(parts[1], line);
        return name;
    }

    public static void Dims(PlanList<long> dims, int symbols, bool isSized, int line)
    {
        if (dims.Count != symbols)
        {
            throw new PlanFormatException(line, $"{dims.Count} sizes stand beside {symbols} symbols.");
        }

        long count = 1;
        foreach (long dim in dims)
        {
            if (isSized && dim == -1)
            {
                continue;
            }

            // Both factors stay below 2^31, so the product cannot overflow.
            if (dim < 0 || dim > int.MaxValue || (count *= dim) > int.MaxValue)
            {
                throw new PlanFormatException(line, "A size is negative, or the elements are more than a span can hold.");
            }
        }
    }

    public static void Ports(ExecutionPlan plan, int line)
    {
        if (plan.Outputs.Count == 0)
        {
            throw new PlanFormatException(line, "The plan has no outputs.");
        }

        var identifiers = new HashSet<string>(StringComparer.Ordinal);
        foreach (PlanList<PlanPort> ports in new[] { plan.Inputs, plan.Outputs })
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (PlanPort port in ports)
            {
                if (!identifiers.Add(port.Identifier))
                {
                    throw new PlanFormatException(line, $"The identifier '{port.Identifier}' stands twice.");
                }

                if (!names.Add(port.Name))
                {
                    throw new PlanFormatException(line, $"Two inputs or two outputs have the name of '{port.Identifier}'.");
                }

                if (plan.HasFreeBatch && (port.Dims.Count == 0 || port.Dims[0] != 1))
                {
                    throw new PlanFormatException(line, $"The batch is free, but the leading size of '{port.Identifier}' is not 1.");
                }
            }
        }
    }

    /// <summary>There is one value for each key, and no key stands twice.</summary>
    public static void Keys(PlanKeys keys, PlanPort port, int line)
    {
        if (port.IsSized || (keys.Kind == PlanKeyKind.Positions ? keys.Names.Count != 0 : keys.Names.Count != port.Count))
        {
            throw new PlanFormatException(line, $"There are {keys.Names.Count} keys for the elements of '{port.Identifier}'.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in keys.Names)
        {
            if (!seen.Add(name) || (keys.Kind == PlanKeyKind.Numbers && (!TextNumbers.TryParse(name, out long number) || TextNumbers.Format(number) != name)))
            {
                throw new PlanFormatException(line, $"A key of '{port.Identifier}' stands twice or is no number.");
            }
        }
    }

    public static void Labels(ExecutionPlan plan, int line)
    {
        if (plan.Labels.Count == 0)
        {
            return;
        }

        if (plan.LabelsOutput >= plan.Outputs.Count)
        {
            throw new PlanFormatException(line, "The labels describe an output that does not exist.");
        }

        foreach (PlanPort port in plan.Outputs)
        {
            if (port.IsCounted(plan.CallDims))
            {
                throw new PlanFormatException(line, $"There are labels, but the size of '{port.Identifier}' depends on values.");
            }
        }

        PlanPort output = plan.Outputs[plan.LabelsOutput];
        if (output.IsSized || output.Count != plan.Labels.Count)
        {
            throw new PlanFormatException(line, $"There are {plan.Labels.Count} labels for the {output.Count} elements of '{output.Identifier}'.");
        }

        if (output.Type is not (PlanElementType.F32 or PlanElementType.F64 or PlanElementType.F16))
        {
            throw new PlanFormatException(line, $"Labels need floating-point scores; '{output.Identifier}' is {PlanNames.Of(output.Type)}.");
        }
    }

    public static void Operand(PlanOperand operand, ExecutionPlan plan, int line)
    {
        if (operand.Count < 0 || operand.Count > int.MaxValue)
        {
            throw new PlanFormatException(line, "The elements of an operand are negative or more than a span can hold.");
        }

        if (operand.Size is not null)
        {
            SizedPlanReader.CheckSize(operand.Size, plan.Dims.Count, line);
        }

        if (operand.Memory == PlanMemory.Buffer)
        {
            if (operand.Index < 0 || operand.Index >= plan.Buffers.Count)
            {
                throw new PlanFormatException(line, "An operand names a buffer that does not exist.");
            }

            return;
        }

        if (operand.Memory is PlanMemory.Input or PlanMemory.Output)
        {
            PlanList<PlanPort> ports = operand.Memory == PlanMemory.Input ? plan.Inputs : plan.Outputs;
            if (operand.Index < 0 || operand.Index >= ports.Count || ports[operand.Index].Type != operand.Type || (!ports[operand.Index].IsSized && ports[operand.Index].Count < operand.Count))
            {
                throw new PlanFormatException(line, "An operand does not fit the input or output that it names.");
            }

            return;
        }

        if (operand.Type == PlanElementType.String)
        {
            throw new PlanFormatException(line, "Strings lie in inputs and outputs only.");
        }

        long size = operand.Memory == PlanMemory.Arena ? plan.ArenaBytes : plan.WeightsBytes;
        long bytes = operand.Count * PlanNames.SizeOf(operand.Type);
        if (operand.Offset < 0 || operand.Offset % Alignment != 0 || operand.Offset > size || bytes > size - operand.Offset)
        {
            throw new PlanFormatException(line, "An operand lies outside its memory, or its offset is not a multiple of 64.");
        }
    }

    /// <summary>Every size that steps count is counted for the first time in order, and no step depends on one that is not counted yet.</summary>
    public static void Counts(PlanList<PlanStep> steps, ExecutionPlan plan, int line)
    {
        int known = plan.CallDims;
        Known(steps, ref known, line);
        if (known != plan.Dims.Count && plan.Runtime == PlanRuntime.Generated)
        {
            throw new PlanFormatException(line, $"No step counts the size 'd{known}'.");
        }
    }

    private static void Known(PlanList<PlanStep> steps, ref int known, int line)
    {
        foreach (PlanStep step in steps)
        {
            Known(step, known, line);
            Known(step.Body, ref known, line);
            Known(step.Otherwise, ref known, line);
            if (step.Count > known)
            {
                throw new PlanFormatException(line, $"The size 'd{step.Count}' is counted before 'd{known}'.");
            }

            known = System.Math.Max(known, step.Count + 1);
        }
    }

    private static void Known(PlanStep step, int known, int line)
    {
        foreach (PlanArgument argument in step.Arguments)
        {
            int last = argument switch
            {
                OperandArgument operand => operand.Operand.Size?.LastDim ?? -1,
                SizeArgument size => size.Value.LastDim,
                SizesArgument sizes => Last(sizes.Values),
                _ => -1,
            };
            if (last >= known)
            {
                throw new PlanFormatException(line, $"A step needs the size 'd{last}', which is not counted yet.");
            }
        }
    }

    private static int Last(PlanList<PlanSize> sizes)
    {
        int last = -1;
        foreach (PlanSize size in sizes)
        {
            last = Math.Max(last, size.LastDim);
        }

        return last;
    }

    /// <summary>The arguments of a loop: something must end it.</summary>
    public static void Loop(PlanList<PlanArgument> arguments, int line)
    {
        bool fits = arguments.Count == 3 && arguments[0].Name == "count" && arguments[1].Name == "while" && arguments[2].Name == "index";
        fits = fits && (arguments[0] is LongArgument { Value: >= 0 } or SizeArgument { IsLong: true } or AbsentArgument || IsOne(arguments[0], PlanElementType.I64));
        fits = fits && (arguments[1] is AbsentArgument || IsOne(arguments[1], PlanElementType.Bool));
        fits = fits && IsOne(arguments[2], PlanElementType.I64) && ((OperandArgument)arguments[2]).Operand.Memory is PlanMemory.Arena or PlanMemory.Buffer;
        if (!fits || (arguments[0] is AbsentArgument && arguments[1] is AbsentArgument))
        {
            throw new PlanFormatException(line, "A loop has a count, a condition or both, and memory for the number of the iteration.");
        }
    }

    /// <summary>The argument of a choice.</summary>
    public static void Choice(PlanList<PlanArgument> arguments, int line)
    {
        if (arguments.Count != 1 || arguments[0].Name != "condition" || !IsOne(arguments[0], PlanElementType.Bool))
        {
            throw new PlanFormatException(line, "A choice has one truth value as its condition.");
        }
    }

    private static bool IsOne(PlanArgument argument, PlanElementType type) => argument is OperandArgument { Operand: { Count: 1 } operand } && operand.Type == type;
}
