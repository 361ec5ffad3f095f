using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>A list that grows in memory from the pool of the process.</summary>
internal sealed class Jp2List<T> : IDisposable
    where T : unmanaged
{
    private T[] _items = ArrayPool<T>.Shared.Rent(64);

    /// <summary>The number of items.</summary>
    internal int Count { get; private set; }

    /// <summary>The items; void once the list grows.</summary>
    internal Span<T> Items => _items.AsSpan(0, Count);

    /// <summary>An item.</summary>
    internal ref T this[int index] => ref _items.AsSpan(0, Count)[index];

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }

    /// <summary>Forgets all items.</summary>
    internal void Clear() => Count = 0;

    /// <summary>Adds an item.</summary>
    internal void Add(in T item) => Add(1)[0] = item;

    /// <summary>Adds items of undefined values.</summary>
    internal Span<T> Add(int count)
    {
        long needed = (long)Count + count;
        if (needed > Array.MaxLength)
        {
            throw Jp2Errors.Unsupported($"{needed} parts");
        }

        if (needed > _items.Length)
        {
            T[] larger = ArrayPool<T>.Shared.Rent((int)Math.Max(needed, Math.Min(2L * _items.Length, Array.MaxLength)));
            Items.CopyTo(larger);
            ArrayPool<T>.Shared.Return(_items);
            _items = larger;
        }

        Span<T> added = _items.AsSpan(Count, count);
        Count += count;
        return added;
    }
}
