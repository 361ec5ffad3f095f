namespace ModelBuild.Plan;

/// <summary>One kernel call.</summary>
/// <param name="Comment">The source nodes it computes, for example <c>Conv '/conv1/Conv' + Relu</c>; one line.</param>
/// <param name="Label">Short words for the emitted method's name, for example <c>Conv_Relu</c>; an identifier part.</param>
/// <param name="Kernel">Class and method below <c>ModelBuild.Kernels</c>, for example <c>Gemm.F32</c>.</param>
/// <param name="Arguments">Named literal arguments, in the order of the kernel's parameters.</param>
/// <param name="Macs">Multiply-accumulates of one call; 0 where the notion does not apply.</param>
public sealed record PlanStep(string Comment, string Label, string Kernel, PlanList<PlanArgument> Arguments, long Macs);
