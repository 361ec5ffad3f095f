using System.Collections;

namespace ModelBuild.Compiler.Ir;

/// <summary>An immutable list of dimensions with structural equality.</summary>
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly Dim[] _dims;

    /// <summary>Copies <paramref name="dims"/>.</summary>
    public Shape(params IEnumerable<Dim> dims) => _dims = [.. dims];

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new();

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <inheritdoc/>
    public int Count => _dims.Length;

    /// <summary>True when every dimension is a number.</summary>
    public bool IsStatic => _dims.All(d => d.IsKnown);

    /// <summary>Number of elements of a static shape.</summary>
    /// <exception cref="InvalidOperationException">A dimension is not known.</exception>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (Dim dim in _dims)
            {
                count = checked(count * dim.Value);
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public Dim this[int index] => _dims[index];

    /// <summary>A shape of numbers.</summary>
    public static Shape Of(params ReadOnlySpan<long> dims)
    {
        Dim[] copy = new Dim[dims.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            copy[i] = dims[i];
        }

        return new Shape(copy);
    }

    /// <summary>The sizes of a static shape.</summary>
    /// <exception cref="InvalidOperationException">A dimension is not known.</exception>
    public long[] ToArray() => [.. _dims.Select(d => d.Value)];

    /// <summary>The same shape with one dimension replaced.</summary>
    public Shape With(int axis, Dim dim)
    {
        Dim[] copy = [.. _dims];
        copy[axis] = dim;
        return new Shape(copy);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Dim dim in _dims)
        {
            hash.Add(dim);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<Dim> GetEnumerator() => ((IEnumerable<Dim>)_dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _dims.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(',', _dims)}]";
}
