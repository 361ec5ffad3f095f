using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Turns a pending step, whose memory is placed by now, into a plan step.</summary>
internal static class StepResolver
{
    /// <summary>The final step.</summary>
    public static PlanStep Resolve(PendingStep step)
    {
        Node node = step.Node;
        string comment = $"{node.OpType} '{node.Name}'" + string.Concat(node.FusedFrom.Select(f => " + " + f));
        return new PlanStep(comment, PlanIdentifiers.Pascal(node.OpType, "Step"), step.Kernel, new PlanList<PlanArgument>(step.Arguments.Select(Argument)), step.Macs);
    }

    private static PlanArgument Argument((string Name, StepValue Value) argument) => argument.Value.Value switch
    {
        null => new AbsentArgument(argument.Name),
        PlannedOperand operand => new OperandArgument(argument.Name, Operand(operand)),
        int value => new IntArgument(argument.Name, value),
        long value => new LongArgument(argument.Name, value),
        float value => new FloatArgument(argument.Name, value),
        double value => new DoubleArgument(argument.Name, value),
        bool value => new BoolArgument(argument.Name, value),
        Enum value => new EnumArgument(argument.Name, value.GetType().Name, value.ToString()),
        int[] values => new IntsArgument(argument.Name, new PlanList<int>(values)),
        long[] values => new LongsArgument(argument.Name, new PlanList<long>(values)),
        float[] values => new FloatsArgument(argument.Name, new PlanList<float>(values)),
        object other => throw new InvalidOperationException($"A {other.GetType()} cannot be an argument of a plan step."),
    };

    private static PlanOperand Operand(PlannedOperand operand)
    {
        PlanMemoryClass memory = operand.Class.Root;
        PlanElementType type = PlanElementTypes.From(operand.DType) ?? throw new InvalidOperationException($"No kernel takes {operand.DType}.");
        bool placed = memory.Memory is PlanMemory.Arena or PlanMemory.Weights;
        return new PlanOperand(memory.Memory, type, placed ? 0 : memory.Index, placed ? memory.Offset : 0, operand.Count);
    }
}
