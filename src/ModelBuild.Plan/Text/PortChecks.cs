using System;
using System.Collections.Generic;

namespace ModelBuild.Plan.Text;

/// <summary>What must hold of the inputs, outputs and labels of a plan so that code can be generated from it.</summary>
internal static class PortChecks
{
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
}
