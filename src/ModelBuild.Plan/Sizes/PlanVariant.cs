namespace ModelBuild.Plan;

/// <summary>The steps for a part of the sizes that a plan allows, where other kernels serve than for the rest.</summary>
/// <param name="Minimum">Least value of each size, in the order of <see cref="ExecutionPlan.Dims"/>.</param>
/// <param name="Maximum">Greatest value of each size.</param>
/// <param name="Buffers">Scratch memory.</param>
/// <param name="Steps">Kernel calls and blocks in order.</param>
public sealed record PlanVariant(PlanList<long> Minimum, PlanList<long> Maximum, PlanList<PlanBuffer> Buffers, PlanList<PlanStep> Steps);
