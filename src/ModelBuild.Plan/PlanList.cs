using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace ModelBuild.Plan;

/// <summary>An immutable list that is equal to another with equal elements, as generator caching needs.</summary>
/// <typeparam name="T">Element type; compared with its default equality.</typeparam>
public sealed class PlanList<T> : IReadOnlyList<T>, IEquatable<PlanList<T>>
{
    private readonly T[] _items;

    /// <summary>Copies <paramref name="items"/>.</summary>
    public PlanList(IEnumerable<T> items) => _items = items.ToArray();

    /// <summary>The list without elements.</summary>
    public static PlanList<T> Empty { get; } = new PlanList<T>(Array.Empty<T>());

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <inheritdoc/>
    public bool Equals(PlanList<T>? other) => other is not null && _items.SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlanList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = 17;
        foreach (T item in _items)
        {
            hash = unchecked((hash * 31) + (item is null ? 0 : item.GetHashCode()));
        }

        return hash;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
