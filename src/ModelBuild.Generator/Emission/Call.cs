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
    /// <param name="callSizes">Number of sizes that are given with the call; further ones are counted and lie in the scratch memory.</param>
    public static Call OfStep(PlanStep step, string number, int callSizes)
    {
        var call = new Call(step.Label.Length == 0 ? "Step" + number : $"Step{number}_{step.Label}", number, number);
        call.AddMemory(step, callSizes);
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

    private void AddMemory(PlanStep step, int callSizes)
    {
        UsesScratch |= step.Arguments.Any(static argument => argument is StringsArgument);
        foreach (OperandArgument argument in step.Arguments.OfType<OperandArgument>())
        {
            PlanMemory memory = argument.Operand.Memory;
            UsesScratch |= memory is PlanMemory.Arena or PlanMemory.Buffer;
            UsesSizes |= memory == PlanMemory.Buffer || argument.Operand.Size is not null;
            UsesScratch |= argument.Operand.Size?.LastDim >= callSizes;
            if (memory is PlanMemory.Input or PlanMemory.Output)
            {
                _ports.Add((memory == PlanMemory.Input, argument.Operand.Index));
            }
        }

        UsesScratch |= step.Count >= 0;
        UsesScratch |= step.Arguments.Any(argument => argument switch
        {
            SizeArgument size => size.Value.LastDim >= callSizes,
            SizesArgument sizes => sizes.Values.Any(size => size.LastDim >= callSizes),
            _ => false,
        });
        UsesSizes |= step.Count >= 0 || step.Arguments.Any(static argument => argument is SizeArgument or SizesArgument);
        foreach (PlanStep inner in step.Body.Concat(step.Otherwise))
        {
            AddMemory(inner, callSizes);
        }
    }
}
