namespace ModelBuild.Compiler.Ir;

/// <summary>Memory that a plan step will read or write; the planner decides later where it lies.</summary>
/// <param name="DType">Element type.</param>
/// <param name="Count">Number of elements.</param>
public abstract record Operand(DType DType, long Count);
