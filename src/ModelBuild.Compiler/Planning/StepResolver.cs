using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Turns pending steps, whose memory is placed by now, into plan steps.</summary>
/// <param name="sizes">Gives the numbers that depend on the sizes of a call; null where every size is fixed.</param>
internal sealed class StepResolver(SizedNumbers? sizes)
{
    /// <summary>The final steps, blocks with the steps inside them.</summary>
    /// <param name="nodes">Receives the name of the node behind each step.</param>
    public PlanList<PlanStep> ResolveAll(IReadOnlyList<PendingStep> pending, List<string> nodes)
    {
        Stack<Block> open = new([new Block(null, null)]);
        foreach (PendingStep step in pending)
        {
            switch (step.Block)
            {
                case PendingBlock.None:
                    open.Peek().Add(Resolve(step));
                    break;
                case PendingBlock.Else:
                    open.Peek().BeginElse();
                    break;
                case PendingBlock.End:
                    Block closed = open.Pop();
                    open.Peek().Add(ToStep(closed));
                    break;
                default:
                    open.Push(new Block(step, Resolve(step)));
                    break;
            }

            if (open.Count == 1)
            {
                nodes.Add(step.Node.Name);
            }
        }

        return open.Pop().Steps;
    }

    private PlanStep Resolve(PendingStep step)
    {
        Node node = step.Node;
        string comment = step.Title ?? $"{node.OpType} '{node.Name}'" + string.Concat(node.FusedFrom.Concat(step.Others.SelectMany(o => o.FusedFrom.Prepend($"{o.OpType} '{o.Name}'"))).Select(f => " + " + f));
        return new PlanStep(comment, PlanIdentifiers.Pascal(step.Title ?? node.OpType, "Step"), step.Kernel, new PlanList<PlanArgument>(step.Arguments.Select(Argument)), step.Macs) { Count = sizes is null ? -1 : step.Count };
    }

    private PlanArgument Argument((string Name, StepValue Value) argument) => argument.Value.Value switch
    {
        null => new AbsentArgument(argument.Name),
        CallStrings => new StringsArgument(argument.Name),
        { } value when sizes?.Next(argument.Name, value) is { } sized => sized,
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

    private static PlanStep ToStep(Block block) => block.Step! with
    {
        Kind = block.Pending!.Block == PendingBlock.Loop ? PlanStepKind.Loop : PlanStepKind.If,
        Body = block.Steps,
        Otherwise = block.Otherwise,
    };

    /// <summary>A placed operand.</summary>
    internal static PlanOperand Operand(PlannedOperand operand)
    {
        PlanMemoryClass memory = operand.Class.Root;
        bool isPort = memory.Memory is PlanMemory.Input or PlanMemory.Output;
        PlanElementType type = (isPort ? PlanElementTypes.OfPort(operand.DType) : PlanElementTypes.From(operand.DType)) ?? throw new InvalidOperationException($"No kernel takes {operand.DType}.");
        bool placed = memory.Memory is PlanMemory.Arena or PlanMemory.Weights;
        return new PlanOperand(memory.Memory, type, placed ? 0 : memory.Index, placed ? memory.Offset : 0, operand.Count);
    }

    /// <summary>A block whose end has not come yet; the outermost one has no step.</summary>
    private sealed class Block(PendingStep? pending, PlanStep? step)
    {
        private readonly List<PlanStep> _body = [];
        private List<PlanStep>? _otherwise;

        public PendingStep? Pending => pending;

        public PlanStep? Step => step;

        public PlanList<PlanStep> Steps => new(_body);

        public PlanList<PlanStep> Otherwise => new(_otherwise ?? []);

        public void Add(PlanStep inner) => (_otherwise ?? _body).Add(inner);

        public void BeginElse() => _otherwise = [];
    }
}
