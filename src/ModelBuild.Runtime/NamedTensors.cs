using System.Collections;

namespace ModelBuild;

/// <summary>Tensors by name, over memory that the caller owns. Fill one per thread and use it again: reading allocates nothing.</summary>
/// <example><c>new NamedTensors { { "image", pixels }, { "mask", mask } }</c></example>
public sealed class NamedTensors : IEnumerable<string>
{
    private readonly List<(string Name, Entry Entry)> _entries = [];
    private readonly List<(string Name, int Size)> _sizes = [];

    /// <summary>Number of tensors.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a tensor, or replaces the one with this name.</summary>
    /// <typeparam name="T">Element type of the input or output.</typeparam>
    public void Add<T>(string name, Memory<T> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = Find(name);
        if (index < 0)
        {
            _entries.Add((name, new Entry<T>(values)));
        }
        else
        {
            _entries[index] = (name, new Entry<T>(values));
        }
    }

    /// <inheritdoc cref="Add{T}(string, Memory{T})"/>
    public void Add<T>(string name, T[] values) => Add(name, values.AsMemory());

    /// <summary>The elements of a tensor.</summary>
    /// <exception cref="ArgumentException">There is no such tensor, or it has another element type.</exception>
    public Span<T> Get<T>(string name)
    {
        int index = Find(name);
        if (index < 0)
        {
            throw new ArgumentException($"There is no tensor '{name}'.", nameof(name));
        }

        return _entries[index].Entry is Entry<T> entry
            ? entry.Values.Span
            : throw new ArgumentException($"The tensor '{name}' holds {_entries[index].Entry.ElementName}; the model has {typeof(T).Name}.", nameof(name));
    }

    /// <summary>Sets a size that is given with every call, by its name in the model, for models that have such sizes (<see cref="PredictorInfo.Sizes"/>).</summary>
    public void SetSize(string name, int size)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < _sizes.Count; i++)
        {
            if (_sizes[i].Name == name)
            {
                _sizes[i] = (name, size);
                return;
            }
        }

        _sizes.Add((name, size));
    }

    /// <summary>A size that was set; of an output whose size depends on values, by its name, once a predictor has written it.</summary>
    /// <exception cref="ArgumentException">It was not.</exception>
    public int GetSize(string name)
    {
        foreach ((string known, int size) in _sizes)
        {
            if (known == name)
            {
                return size;
            }
        }

        throw new ArgumentException($"The size '{name}' is not set; call SetSize on the inputs, or Predict where it depends on values.", nameof(name));
    }

    /// <summary>Enumerates the names.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        foreach ((string name, _) in _entries)
        {
            yield return name;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Models have few inputs and outputs: a scan is as fast as a table.
    private int Find(string name)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (string.Equals(_entries[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    private abstract class Entry
    {
        public abstract string ElementName { get; }
    }

    private sealed class Entry<T>(Memory<T> values) : Entry
    {
        public Memory<T> Values => values;

        public override string ElementName => typeof(T).Name;
    }
}
