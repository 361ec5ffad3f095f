namespace ModelBuild.Plan;

/// <summary>Says that an input is a map in the model, of which the predictor takes one value for each key that the model knows.</summary>
/// <param name="Kind">What the keys are.</param>
/// <param name="Names">The keys in the order of the values; integers in decimal digits; empty for <see cref="PlanKeyKind.Positions"/>.</param>
/// <param name="Missing">The string that stands for a key that the map does not have; of no meaning where the values are numbers, which are then 0.</param>
public sealed record PlanKeys(PlanKeyKind Kind, PlanList<string> Names, string Missing);
