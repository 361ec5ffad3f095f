namespace ModelBuild.Generator;

/// <summary>Everything that the code of one predictor depends on.</summary>
/// <param name="Plan">The plan file.</param>
/// <param name="Verification">The verification in the same folder; null for none.</param>
internal sealed record PredictorInput(PlanFile Plan, PlanFile? Verification);
