namespace ModelBuild.Plan;

/// <summary>A typed piece of memory that a plan step reads or writes.</summary>
/// <param name="Memory">The block it lies in.</param>
/// <param name="Type">Element type.</param>
/// <param name="Index">Ordinal of the model input, output or buffer; 0 for arena and weights.</param>
/// <param name="Offset">Bytes from the start of the arena or weights, a multiple of 64; 0 for all others.</param>
/// <param name="Count">Number of elements; 0 where <paramref name="Size"/> tells it.</param>
/// <param name="Size">Number of elements that depends on the sizes of the call, or null.</param>
public sealed record PlanOperand(PlanMemory Memory, PlanElementType Type, int Index, long Offset, long Count, PlanSize? Size = null);
