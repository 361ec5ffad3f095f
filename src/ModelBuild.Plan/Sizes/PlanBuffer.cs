namespace ModelBuild.Plan;

/// <summary>Scratch memory of a plan whose sizes are given with the call; its place is found when they are known.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="FirstUse">Number of the first step that touches it.</param>
/// <param name="LastUse">Number of the last step that touches it; two buffers whose uses overlap share no memory.</param>
public sealed record PlanBuffer(PlanSize Bytes, int FirstUse, int LastUse);
