using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Binds lists of steps, with the loops and choices among them.</summary>
internal static unsafe class BlockBinder
{
    /// <summary>Binds every step.</summary>
    /// <param name="literals">Keeps literal lists.</param>
    /// <param name="strings">Handle of the call's strings.</param>
    /// <param name="counts">Where counted sizes are written.</param>
    /// <param name="poll">Called before every iteration; it throws to end a loop that nobody waits for any more.</param>
    public static BoundStep[] Bind(PlanList<PlanStep> steps, StepBinder.LiteralStore literals, nint strings, nint counts, Action poll) => [.. steps.Select(s => Bind(s, literals, strings, counts, poll))];

    private static BoundStep Bind(PlanStep step, StepBinder.LiteralStore literals, nint strings, nint counts, Action poll)
    {
        if (step.Kind == PlanStepKind.Call)
        {
            return StepBinder.Bind(step, literals, strings, counts);
        }

        BoundStep[] body = Bind(step.Body, literals, strings, counts, poll);
        if (step.Kind == PlanStepKind.Loop)
        {
            return BindLoop(step, body, poll);
        }

        BoundStep[] otherwise = Bind(step.Otherwise, literals, strings, counts, poll);
        PlanOperand condition = ((OperandArgument)step.Arguments[0]).Operand;
        return (inputs, outputs, arena, weights) => RunAll(*(bool*)Address(condition, inputs, outputs, arena, weights) ? body : otherwise, inputs, outputs, arena, weights);
    }

    private static BoundStep BindLoop(PlanStep step, BoundStep[] body, Action poll)
    {
        long limit = step.Arguments[0] is LongArgument literal ? literal.Value : long.MaxValue;
        PlanOperand? count = (step.Arguments[0] as OperandArgument)?.Operand;
        PlanOperand? condition = (step.Arguments[1] as OperandArgument)?.Operand;
        PlanOperand index = ((OperandArgument)step.Arguments[2]).Operand;
        return (inputs, outputs, arena, weights) =>
        {
            long end = count is null ? limit : *(long*)Address(count, inputs, outputs, arena, weights);
            long* iteration = (long*)Address(index, inputs, outputs, arena, weights);
            for (long i = 0; i < end && (condition is null || *(bool*)Address(condition, inputs, outputs, arena, weights)); i++)
            {
                poll();
                *iteration = i;
                RunAll(body, inputs, outputs, arena, weights);
            }
        };
    }

    private static void RunAll(BoundStep[] steps, nint inputs, nint outputs, nint arena, nint weights)
    {
        foreach (BoundStep step in steps)
        {
            step(inputs, outputs, arena, weights);
        }
    }

    /// <summary>Where an operand lies.</summary>
    internal static nint Address(PlanOperand operand, nint inputs, nint outputs, nint arena, nint weights) => operand.Memory switch
    {
        PlanMemory.Input => ((nint*)inputs)[operand.Index],
        PlanMemory.Output => ((nint*)outputs)[operand.Index],
        PlanMemory.Arena => arena + (nint)operand.Offset,
        _ => weights + (nint)operand.Offset,
    };
}
