namespace ModelBuild.Plan;

/// <summary>An input or output of the model.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">PascalCase C# name without keyword clashes, unique in the class; parameters use its camelCase form.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Sizes as the plan computes them: for one item when the plan's batch is free.</param>
/// <param name="Symbols">Names of symbolic dimensions in the model, empty strings for fixed ones; as many as <paramref name="Dims"/>.</param>
public sealed record PlanPort(string Name, string Identifier, PlanElementType Type, PlanList<long> Dims, PlanList<string> Symbols)
{
    /// <summary>Product of <see cref="Dims"/>.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long dim in Dims)
            {
                count = checked(count * dim);
            }

            return count;
        }
    }
}
