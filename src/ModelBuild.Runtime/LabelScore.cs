using System.Globalization;

namespace ModelBuild;

/// <summary>A class name with its score.</summary>
/// <param name="Label">The class name.</param>
/// <param name="Score">Its probability, from 0 to 1.</param>
/// <param name="Index">Its index in the model's output.</param>
public readonly record struct LabelScore(string Label, float Score, int Index)
{
    /// <summary>The label with the score in three decimals, for example <c>7 (0.998)</c>, in the invariant culture.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} ({Score:0.000})");
}
