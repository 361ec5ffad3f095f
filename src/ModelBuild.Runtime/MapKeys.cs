using System.Collections.Immutable;
using System.Globalization;

namespace ModelBuild;

/// <summary>The keys of an input that is a map in its model, in the order of the values that the model takes.</summary>
/// <typeparam name="TKey">A string or an integer.</typeparam>
public sealed class MapKeys<TKey>
    where TKey : notnull
{
    private readonly TKey[] _keys;
    private readonly Dictionary<TKey, int> _places;

    /// <summary>Makes a table of keys, each of which stands once.</summary>
    public MapKeys(params ReadOnlySpan<TKey> keys)
    {
        _keys = keys.ToArray();
        _places = new Dictionary<TKey, int>(_keys.Length);
        for (int i = 0; i < _keys.Length; i++)
        {
            _places.Add(_keys[i], i);
        }
    }

    /// <summary>The keys.</summary>
    public ReadOnlySpan<TKey> Keys => _keys;

    /// <summary>The keys as text, integers in digits.</summary>
    public ImmutableArray<string> Names => [.. Array.ConvertAll(_keys, static key => Convert.ToString(key, CultureInfo.InvariantCulture)!)];

    /// <summary>Lays out a map: the value of each key, or what stands for one that the map does not have. Allocates nothing.</summary>
    /// <typeparam name="TValue">Type of the values.</typeparam>
    /// <param name="entries">The map; keys that are not in <see cref="Keys"/> are ignored.</param>
    /// <param name="destination">As many values as there are keys.</param>
    /// <param name="missing">Stands for a key that the map does not have.</param>
    public void Fill<TValue>(IReadOnlyDictionary<TKey, TValue> entries, Span<TValue> destination, TValue missing)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Check(destination.Length);
        for (int i = 0; i < _keys.Length; i++)
        {
            destination[i] = entries.TryGetValue(_keys[i], out TValue? value) ? value : missing;
        }
    }

    /// <summary>Lays out a map that is a list of its entries; of entries with the same key, the last counts. Allocates nothing.</summary>
    /// <inheritdoc cref="Fill{TValue}(IReadOnlyDictionary{TKey, TValue}, Span{TValue}, TValue)"/>
    public void Fill<TValue>(ReadOnlySpan<KeyValuePair<TKey, TValue>> entries, Span<TValue> destination, TValue missing)
    {
        Check(destination.Length);
        destination.Fill(missing);
        foreach ((TKey key, TValue value) in entries)
        {
            if (_places.TryGetValue(key, out int place))
            {
                destination[place] = value;
            }
        }
    }

    private void Check(int length)
    {
        if (length != _keys.Length)
        {
            throw new ArgumentException($"The destination has {length} values; there are {_keys.Length} keys.", "destination");
        }
    }
}
