using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace ModelBuild.Compiler.Ir;

/// <summary>A node's attributes by name, in the order in which they were set; equal to another with equal entries.</summary>
public sealed class AttributeMap : IEnumerable<KeyValuePair<string, AttributeValue>>, IEquatable<AttributeMap>
{
    private readonly SortedDictionary<string, AttributeValue> _values = new(StringComparer.Ordinal);

    /// <summary>Number of attributes.</summary>
    public int Count => _values.Count;

    /// <summary>The attribute of that name; setting replaces it.</summary>
    public AttributeValue this[string name]
    {
        get => _values[name];
        set => _values[name] = value;
    }

    /// <summary>Adds an integer, for collection initialisers.</summary>
    public void Add(string name, long value) => _values[name] = new IntAttribute(value);

    /// <summary>Adds a number.</summary>
    public void Add(string name, float value) => _values[name] = new FloatAttribute(value);

    /// <summary>Adds a string.</summary>
    public void Add(string name, string value) => _values[name] = new StringAttribute(value);

    /// <summary>Adds integers.</summary>
    public void Add(string name, long[] values) => _values[name] = new IntsAttribute(values);

    /// <summary>Adds any attribute.</summary>
    public void Add(string name, AttributeValue value) => _values[name] = value;

    /// <summary>Removes an attribute; true when it was there.</summary>
    public bool Remove(string name) => _values.Remove(name);

    /// <summary>True when an attribute of that name is set.</summary>
    public bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>Finds an attribute of a wanted type.</summary>
    public bool TryGet<T>(string name, [NotNullWhen(true)] out T? value)
        where T : AttributeValue
    {
        value = _values.GetValueOrDefault(name) as T;
        return value is not null;
    }

    /// <summary>An integer, or <paramref name="defaultValue"/> when absent.</summary>
    public long GetInt(string name, long defaultValue) => TryGet(name, out IntAttribute? a) ? a.Value : defaultValue;

    /// <summary>A number, or <paramref name="defaultValue"/> when absent.</summary>
    public float GetFloat(string name, float defaultValue) => TryGet(name, out FloatAttribute? a) ? a.Value : defaultValue;

    /// <summary>A string, or <paramref name="defaultValue"/> when absent.</summary>
    public string GetString(string name, string defaultValue) => TryGet(name, out StringAttribute? a) ? a.Value : defaultValue;

    /// <summary>Integers, or null when absent.</summary>
    public long[]? GetInts(string name) => TryGet(name, out IntsAttribute? a) ? a.Values : null;

    /// <summary>A copy that shares the values.</summary>
    public AttributeMap Clone()
    {
        AttributeMap copy = [];
        foreach (KeyValuePair<string, AttributeValue> pair in _values)
        {
            copy[pair.Key] = pair.Value;
        }

        return copy;
    }

    /// <inheritdoc/>
    public bool Equals(AttributeMap? other) => other is not null && _values.Count == other._values.Count && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeMap);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(_values.Count, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, AttributeValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();
}
