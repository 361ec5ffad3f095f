using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>A plan for sizes that are given with every call.</summary>
/// <param name="Model">Plan and weights.</param>
/// <param name="Graph">The graph as lowered for one choice of sizes.</param>
internal sealed record SizedPlan(CompiledModel Model, Graph Graph);
