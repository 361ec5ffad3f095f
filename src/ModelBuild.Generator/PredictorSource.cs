using ModelBuild.Plan;

namespace ModelBuild.Generator;

/// <summary>The result of one plan.</summary>
/// <param name="Path">The plan file.</param>
/// <param name="FullName">Namespace and class; empty when the plan could not be read.</param>
/// <param name="Text">The C# text; empty when there is none.</param>
/// <param name="Failures">What went wrong.</param>
internal sealed record PredictorSource(string Path, string FullName, string Text, PlanList<PredictorFailure> Failures);
