using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>A plan, and one call of it.</summary>
/// <param name="Model">The plan and its weights.</param>
/// <param name="Inputs">In the model's order.</param>
/// <param name="Outputs">What the interpreter computed; generated code calls the same kernels and must give the same bits.</param>
internal sealed record BackendPlan(CompiledModel Model, Tensor[] Inputs, Tensor[] Outputs);
