namespace ModelBuild.Plan;

/// <summary>One kernel call, or a block of steps that is repeated or chosen.</summary>
/// <param name="Comment">The source nodes it computes, for example <c>Conv '/conv1/Conv' + Relu</c>; one line.</param>
/// <param name="Label">Short words for the emitted method's name, for example <c>Conv_Relu</c>; an identifier part.</param>
/// <param name="Kernel">Class and method below <c>ModelBuild.Kernels</c>, for example <c>Gemm.F32</c>; empty for a block.</param>
/// <param name="Arguments">
/// Named literal arguments, in the order of the kernel's parameters. A loop has <c>count</c> (a literal, a 64-bit integer in memory, or absent), <c>while</c> (a truth value
/// in memory that is read before every iteration, or absent) and <c>index</c> (memory that receives the number of the iteration); a choice has <c>condition</c>.
/// </param>
/// <param name="Macs">Multiply-accumulates of one call; 0 where the notion does not apply.</param>
public sealed record PlanStep(string Comment, string Label, string Kernel, PlanList<PlanArgument> Arguments, long Macs)
{
    /// <summary>Whether it calls a kernel, repeats steps or chooses between steps.</summary>
    public PlanStepKind Kind { get; init; }

    /// <summary>The place in <see cref="ExecutionPlan.Dims"/> of the size that the kernel returns; -1 for a step that returns nothing.</summary>
    public int Count { get; init; } = -1;

    /// <summary>The steps of a loop, or those of a true condition.</summary>
    public PlanList<PlanStep> Body { get; init; } = PlanList<PlanStep>.Empty;

    /// <summary>The steps of a false condition.</summary>
    public PlanList<PlanStep> Otherwise { get; init; } = PlanList<PlanStep>.Empty;

    /// <summary>Multiply-accumulates with those of the steps inside: of all iterations of a loop whose number is known, else of one, and of the longer side of a choice.</summary>
    public long TotalMacs
    {
        get
        {
            if (Kind == PlanStepKind.Call)
            {
                return Macs;
            }

            long body = Sum(Body);
            long otherwise = Sum(Otherwise);
            return Kind == PlanStepKind.If ? System.Math.Max(body, otherwise) : Saturated(body, Arguments[0] is LongArgument count ? count.Value : 1);
        }
    }

    private static long Sum(PlanList<PlanStep> steps)
    {
        long sum = 0;
        foreach (PlanStep step in steps)
        {
            sum += step.TotalMacs;
        }

        return sum;
    }

    private static long Saturated(long value, long count) => count != 0 && value > long.MaxValue / 1024 / count ? long.MaxValue / 1024 : value * count;
}
