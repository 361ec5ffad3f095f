using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>A call of a step's method or of a method that calls several, with the memory that it needs.</summary>
internal sealed class Call
{
    private readonly HashSet<(bool IsInput, int Index)> _ports = [];

    private Call(string name, int first, int last)
    {
        Name = name;
        First = first;
        Last = last;
    }

    public string Name { get; }

    public bool UsesScratch { get; private set; }

    private int First { get; }

    private int Last { get; }

    public static Call OfStep(PlanStep step, int index)
    {
        string number = NumberLiterals.Of(index);
        var call = new Call(step.Label.Length == 0 ? "Step" + number : $"Step{number}_{step.Label}", index, index);
        foreach (OperandArgument argument in step.Arguments.OfType<OperandArgument>())
        {
            PlanMemory memory = argument.Operand.Memory;
            call.UsesScratch |= memory == PlanMemory.Arena;
            if (memory is PlanMemory.Input or PlanMemory.Output)
            {
                call._ports.Add((memory == PlanMemory.Input, argument.Operand.Index));
            }
        }

        return call;
    }

    public static Call OfGroup(List<Call> calls)
    {
        int first = calls[0].First;
        int last = calls[calls.Count - 1].Last;
        var group = new Call($"Steps{NumberLiterals.Of(first)}To{NumberLiterals.Of(last)}", first, last) { UsesScratch = calls.Any(static call => call.UsesScratch) };
        foreach (Call call in calls)
        {
            group._ports.UnionWith(call._ports);
        }

        return group;
    }

    public bool Uses(Port port) => _ports.Contains((port.IsInput, port.Index));
}
