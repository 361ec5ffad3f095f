namespace ModelBuild;

/// <summary>Lays out maps whose keys are the positions of their values.</summary>
public static class MapPositions
{
    /// <summary>Lays out a map: the value of each position, or what stands for one that the map does not have. Allocates nothing.</summary>
    /// <typeparam name="TValue">Type of the values.</typeparam>
    /// <param name="entries">The map; keys that are no position in <paramref name="destination"/> are ignored.</param>
    /// <param name="destination">The values.</param>
    /// <param name="missing">Stands for a position that the map does not have.</param>
    public static void Fill<TValue>(IReadOnlyDictionary<long, TValue> entries, Span<TValue> destination, TValue missing)
    {
        ArgumentNullException.ThrowIfNull(entries);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = entries.TryGetValue(i, out TValue? value) ? value : missing;
        }
    }

    /// <summary>Lays out a map that is a list of its entries; of entries with the same key, the last counts. Allocates nothing.</summary>
    /// <inheritdoc cref="Fill{TValue}(IReadOnlyDictionary{long, TValue}, Span{TValue}, TValue)"/>
    public static void Fill<TValue>(ReadOnlySpan<KeyValuePair<long, TValue>> entries, Span<TValue> destination, TValue missing)
    {
        destination.Fill(missing);
        foreach ((long key, TValue value) in entries)
        {
            if (key >= 0 && key < destination.Length)
            {
                destination[(int)key] = value;
            }
        }
    }
}
