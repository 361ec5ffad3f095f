using System.Buffers;

namespace ModelBuild.Kernels;

/// <summary>Memory of a decoder, from the pool of the process; a file of a size that was decoded before allocates none. Give it back with <c>using</c>.</summary>
internal readonly ref struct PooledMemory<T>
    where T : unmanaged
{
    private readonly T[] _array;

    /// <summary>Takes memory.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="count">Elements.</param>
    /// <param name="isCleared">Whether all of them are 0; else their values are undefined.</param>
    /// <exception cref="InvalidDataException">There are more elements than an array has.</exception>
    public PooledMemory(string format, long count, bool isCleared = false)
    {
        if (count > Array.MaxLength)
        {
            throw ImageErrors.Unsupported(format, $"a size that takes {count} elements of memory to decode");
        }

        _array = ArrayPool<T>.Shared.Rent((int)count);
        Span = _array.AsSpan(0, (int)count);
        if (isCleared)
        {
            Span.Clear();
        }
    }

    /// <summary>The memory.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
