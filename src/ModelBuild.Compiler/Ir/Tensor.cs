using System.Runtime.InteropServices;

namespace ModelBuild.Compiler.Ir;

/// <summary>A constant: element type, sizes and row-major little-endian data. Treated as immutable once it is in a graph.</summary>
public sealed class Tensor
{
    private readonly long[] _dims;
    private readonly byte[] _data;

    /// <summary>Wraps existing bytes.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the sizes.</exception>
    public Tensor(DType type, ReadOnlySpan<long> dims, byte[] data)
    {
        long count = CountOf(dims);
        if (data.LongLength != checked(count * DTypes.SizeOf(type)))
        {
            throw new ArgumentException($"{data.LongLength} bytes do not hold {count} elements of {type}.", nameof(data));
        }

        DType = type;
        _dims = dims.ToArray();
        _data = data;
    }

    /// <summary>A tensor of zeros.</summary>
    public Tensor(DType type, ReadOnlySpan<long> dims)
        : this(type, dims, new byte[checked(CountOf(dims) * DTypes.SizeOf(type))])
    {
    }

    /// <summary>Element type. Elements of 4 and 2 bits are stored one to a byte, integers sign extended; strings by their numbers in <see cref="StringIds"/>.</summary>
    public DType DType { get; }

    /// <summary>Sizes; empty for a scalar.</summary>
    public ReadOnlySpan<long> Dims => _dims;

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <summary>Number of elements.</summary>
    public int Count => _data.Length / DTypes.SizeOf(DType);

    /// <summary>The raw bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _data;

    /// <summary>The raw bytes, to hand on without a copy.</summary>
    public ReadOnlyMemory<byte> Memory => _data;

    /// <summary>Element type and sizes.</summary>
    public TensorType Type => new(DType, Shape.Of(_dims));

    /// <summary>Copies values into a tensor.</summary>
    public static Tensor Create<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> dims)
        where T : unmanaged
    {
        return new Tensor(DTypes.Of<T>(), dims, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>A scalar.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged
    {
        return Create([value], []);
    }

    /// <summary>A one-dimensional tensor.</summary>
    public static Tensor Vector<T>(params ReadOnlySpan<T> values)
        where T : unmanaged
    {
        return Create(values, values.Length);
    }

    /// <summary>A tensor of strings.</summary>
    public static Tensor OfStrings(IReadOnlyList<string> values, params ReadOnlySpan<long> dims)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] ids = [.. values.Select(StringIds.Of)];
        return new Tensor(DType.String, dims, MemoryMarshal.AsBytes(ids.AsSpan()).ToArray());
    }

    /// <summary>The elements as <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The element type is another one.</exception>
    public ReadOnlySpan<T> Span<T>()
        where T : unmanaged
    {
        Check<T>();
        return MemoryMarshal.Cast<byte, T>(_data);
    }

    /// <summary>The elements for writing; only for a tensor that its maker still fills.</summary>
    /// <exception cref="InvalidOperationException">The element type is another one.</exception>
    public Span<T> MutableSpan<T>()
        where T : unmanaged
    {
        Check<T>();
        return MemoryMarshal.Cast<byte, T>(_data.AsSpan());
    }

    /// <summary>The raw bytes for writing; only for a tensor that its maker still fills.</summary>
    public Span<byte> MutableBytes() => _data;

    /// <summary>The same data with other sizes of the same product.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> dims) => new(DType, dims, _data);

    /// <summary>Integer elements of any width as 64-bit values.</summary>
    /// <exception cref="InvalidOperationException">The elements are not integers.</exception>
    public long[] ToInt64Array() => DType switch
    {
        DType.I64 => Span<long>().ToArray(),
        DType.I32 => [.. Span<int>().ToArray().Select(v => (long)v)],
        DType.I16 => [.. Span<short>().ToArray().Select(v => (long)v)],
        DType.I8 or DType.I4 or DType.I2 => [.. MemoryMarshal.Cast<byte, sbyte>(_data).ToArray().Select(v => (long)v)],
        DType.U8 or DType.U4 or DType.U2 or DType.Bool => [.. _data.Select(v => (long)v)],
        DType.U16 => [.. Span<ushort>().ToArray().Select(v => (long)v)],
        DType.U32 => [.. Span<uint>().ToArray().Select(v => (long)v)],
        DType.U64 => [.. Span<ulong>().ToArray().Select(v => checked((long)v))],
        _ => throw new InvalidOperationException($"{DType} is not an integer type."),
    };

    /// <summary>True when no element of a binary32 tensor is NaN or infinite.</summary>
    public bool IsFinite()
    {
        foreach (float value in Span<float>())
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Elements of any numeric type as binary64.</summary>
    public double[] ToDoubleArray() => DType switch
    {
        DType.F32 => [.. Span<float>().ToArray().Select(v => (double)v)],
        DType.F64 => Span<double>().ToArray(),
        DType.F16 => [.. Span<Half>().ToArray().Select(v => (double)v)],
        DType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(_data).ToArray().Select(v => (double)BitConverter.UInt32BitsToSingle((uint)v << 16))],
        _ when DTypes.IsSmallFloat(DType) => [.. _data.Select(b => SmallFloatBits.Decode(b, DType))],
        _ => [.. ToInt64Array().Select(v => (double)v)],
    };

    /// <summary>The strings of a tensor of strings.</summary>
    /// <exception cref="InvalidOperationException">The elements are no strings.</exception>
    public string[] ToStringArray() => DType == DType.String
        ? [.. Span<int>().ToArray().Select(StringIds.StringOf)]
        : throw new InvalidOperationException($"{DType} is not the type of strings.");

    /// <summary>The same bytes as elements of another type that is stored alike.</summary>
    public Tensor As(DType type) => type == DType ? this : new Tensor(type, _dims, _data);

    /// <inheritdoc/>
    public override string ToString() => Type.ToString();

    private static long CountOf(ReadOnlySpan<long> dims)
    {
        long count = 1;
        foreach (long dim in dims)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dim);
            count = checked(count * dim);
        }

        return count;
    }

    private void Check<T>()
        where T : unmanaged
    {
        DType wanted = DTypes.Of<T>();
        if (wanted != DType && wanted != DTypes.StorageOf(DType) && !(wanted == DType.U8 && DType == DType.Bool))
        {
            throw new InvalidOperationException($"The tensor holds {DType}, not {wanted}.");
        }
    }
}
