namespace ModelBuild.Plan;

/// <summary>An input or output of the model.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">PascalCase C# name without keyword clashes, unique in the class; parameters use its camelCase form.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Sizes as the plan computes them: for one item when the plan's batch is free.</param>
/// <param name="Symbols">Names of symbolic dimensions in the model, empty strings for fixed ones; as many as <paramref name="Dims"/>.</param>
public sealed record PlanPort(string Name, string Identifier, PlanElementType Type, PlanList<long> Dims, PlanList<string> Symbols)
{
    /// <summary>The sizes where some depend on those of the call, for which <see cref="Dims"/> holds -1; else empty.</summary>
    public PlanList<PlanSize> Sizes { get; init; } = PlanList<PlanSize>.Empty;

    /// <summary>The keys of an input that is a map in the model; null for all others.</summary>
    public PlanKeys? Keys { get; init; }

    /// <summary>True when the number of elements depends on the sizes of the call.</summary>
    public bool IsSized => Sizes.Count > 0;

    /// <summary>True when the number of elements depends on sizes that steps count.</summary>
    /// <param name="callDims">Number of the sizes that are given with every call.</param>
    public bool IsCounted(int callDims)
    {
        foreach (PlanSize size in Sizes)
        {
            if (size.LastDim >= callDims)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Product of <see cref="Sizes"/>.</summary>
    public PlanSize Length
    {
        get
        {
            PlanSize length = PlanSize.Of(1);
            foreach (PlanSize size in Sizes)
            {
                length = PlanSize.Product(length, size);
            }

            return length;
        }
    }

    /// <summary>Product of <see cref="Dims"/>; of no meaning where <see cref="IsSized"/>.</summary>
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
