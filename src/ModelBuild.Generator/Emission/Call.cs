using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>A call of a step's method or of a method that calls several, with the memory that it needs.</summary>
internal sealed class Call
{
    private readonly HashSet<(bool IsInput, int Index)> _ports = [];

    private Call(string name, string first, string last)
    {
        Name = name;
        First = first;
        Last = last;
    }

    public string Name { get; }

    public bool UsesScratch { get; private set; }

    public bool UsesSizes { get; private set; }

    private string First { get; }

    private string Last { get; }

    /// <summary>A call of a step.</summary>
    /// <param name="number">Its place, after those of the blocks around it: <c>2_0</c> is the first step in the third of the plan.</param>
    public static Call OfStep(PlanStep step, string number)
    {
        var call = new Call(step.Label.Length == 0 ? "Step" + number : $"Step{number}_{step.Label}", number, number);
        call.AddMemory(step);
        return call;
    }

    public static Call OfGroup(List<Call> calls)
    {
        string first = calls[0].First;
        string last = calls[calls.Count - 1].Last;
        var group = new Call($"Steps{first}To{last}", first, last) { UsesScratch = calls.Any(static call => call.UsesScratch), UsesSizes = calls.Any(static call => call.UsesSizes) };
        foreach (Call call in calls)
        {
            group._ports.UnionWith(call._ports);
        }

        return group;
    }

    public bool Uses(Port port) => _ports.Contains((port.IsInput, port.Index));

    private void AddMemory(PlanStep step)
    {
        UsesScratch |= step.Arguments.Any(static argument => argument is StringsArgument);
        foreach (OperandArgument argument in step.Arguments.OfType<OperandArgument>())
        {
            PlanMemory memory = argument.Operand.Memory;
            UsesScratch |= memory is PlanMemory.Arena or PlanMemory.Buffer;
            UsesSizes |= memory == PlanMemory.Buffer || argument.Operand.Size is not null;
            if (memory is PlanMemory.Input or PlanMemory.Output)
            {
                _ports.Add((memory == PlanMemory.Input, argument.Operand.Index));
            }
        }

        UsesSizes |= step.Arguments.Any(static argument => argument is SizeArgument or SizesArgument);
        foreach (PlanStep inner in step.Body.Concat(step.Otherwise))
        {
            AddMemory(inner);
        }
    }
}
