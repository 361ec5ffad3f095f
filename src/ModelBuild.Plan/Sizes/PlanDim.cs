namespace ModelBuild.Plan;

/// <summary>A size that is given with every call, or one that a step of the plan counts.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Identifier">PascalCase C# name, unique among the plan's sizes; parameters use its camelCase form.</param>
/// <param name="Minimum">Least value, 0 or more. A call that counts fewer is refused.</param>
/// <param name="Maximum">Greatest value; <see cref="int.MaxValue"/> where nothing bounds it but memory, or where no step can count more. A call that counts more is refused.</param>
/// <param name="Step">1 or more: values are <paramref name="Minimum"/> and whole steps above it.</param>
public sealed record PlanDim(string Name, string Identifier, long Minimum, long Maximum, long Step = 1)
{
    /// <summary>The most sizes of a plan.</summary>
    public const int MostDims = 16;

    /// <summary>True for a size that a step finds out: a parameter of no call.</summary>
    public bool IsCounted { get; init; }

    /// <summary>What a counted size is never greater than, an expression in the sizes before it; null where only memory bounds it.</summary>
    public PlanSize? Bound { get; init; }

    /// <summary>Identifiers that no size may have, because generated code uses them beside those of the sizes.</summary>
    public static PlanList<string> Reserved { get; } = new(["At", "Variant"]);

    /// <summary>True when a greatest value was declared.</summary>
    public bool IsBounded => Maximum < int.MaxValue;
}
