using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>A size that is given with every call, with its names in the generated class.</summary>
/// <param name="Source">The size of the plan.</param>
/// <param name="Parameter">Parameter name, without <c>@</c>.</param>
/// <param name="Name">Parameter name as it stands in code.</param>
internal sealed record SizeParameter(PlanDim Source, string Parameter, string Name)
{
    /// <summary>The field of the generated <c>Sizes</c>.</summary>
    public string Field => PredictorModel.Escape(Source.Identifier);

    /// <summary>What it may be, for documentation.</summary>
    public string Range =>
        $"{NumberLiterals.Of(Source.Minimum)} {(Source.IsBounded ? "to " + NumberLiterals.Of(Source.Maximum) : "or more")}{(Source.Step == 1 ? "" : $" in steps of {NumberLiterals.Of(Source.Step)}")}";
}
