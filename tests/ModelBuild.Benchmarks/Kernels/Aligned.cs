namespace ModelBuild.Benchmarks.Kernels;

/// <summary>Elements on cache lines, where a predictor has its weights and intermediate values.</summary>
internal sealed unsafe class Aligned<T> : IDisposable
    where T : unmanaged
{
    private readonly T* _elements;
    private readonly int _length;

    /// <summary>Makes elements of undefined content.</summary>
    public Aligned(int length)
    {
        _elements = (T*)AlignedMemory.Allocate((nuint)Math.Max(1, length) * (nuint)sizeof(T));
        _length = length;
    }

    /// <summary>Copies elements.</summary>
    public Aligned(ReadOnlySpan<T> elements)
        : this(elements.Length) => elements.CopyTo(Span);

    /// <summary>The elements.</summary>
    public Span<T> Span => new(_elements, _length);

    /// <inheritdoc/>
    public void Dispose() => AlignedMemory.Free(_elements);
}
