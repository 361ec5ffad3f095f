using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>A plan and its weights.</summary>
/// <param name="Plan">The program.</param>
/// <param name="Weights">The blob that the plan's weight offsets point into, without the header that a weights file has.</param>
/// <param name="StepNodes">Name of the graph node behind each step, for per-node reports.</param>
public sealed record CompiledModel(ExecutionPlan Plan, byte[] Weights, IReadOnlyList<string> StepNodes);
