using System;

namespace ModelBuild.Plan.Text;

/// <summary>What must hold of the steps of a plan: operands lie within their memory, sizes are counted before they are needed, blocks have what they need.</summary>
internal static class StepChecks
{
    /// <summary>Arena and weights offsets are multiples of it, in bytes.</summary>
    public const int Alignment = 64;

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

            known = Math.Max(known, step.Count + 1);
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
