using System.Numerics;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Stored tensors to <see cref="Tensor"/>. Sizes are checked against the dimensions before memory is taken.</summary>
/// <param name="external">Reads external data, or null where there is no folder to read it from.</param>
internal sealed class OnnxTensorReader(OnnxExternalData? external)
{
    // A sparse tensor may ask for far more memory than its file has.
    private const long MaxSparseBytes = 256L << 20;

    // The bodies of functions and of loops that are written out name the same stored tensors again and again.
    private readonly Dictionary<TensorProto, Tensor> _read = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a tensor; one that was read before is the same again.</summary>
    /// <param name="proto">The stored form.</param>
    /// <param name="owner">Initializer or attribute, for messages.</param>
    /// <exception cref="ModelBuildException">It contradicts itself (MDB1007), its type is not supported (MDB3003), or its external data is refused (MDB1003, MDB1006).</exception>
    public Tensor Read(TensorProto proto, string owner) => _read.TryGetValue(proto, out Tensor? read) ? read : _read[proto] = ReadNew(proto, owner);

    private Tensor ReadNew(TensorProto proto, string owner)
    {
        DType type = TypeOf(proto, owner);
        long[] dims = [.. proto.Dims];
        long count = CountOf(dims, owner);
        long bytes = SizeOf(count, type, owner);
        if (proto.Segment is not null)
        {
            throw Invalid(owner, "is stored in segments, which is not supported.");
        }

        string? field = OnnxTypedData.FieldOf(proto, owner);
        if (type == DType.String)
        {
            return Strings(proto, field, dims, count, owner);
        }

        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            if (field is not null)
            {
                throw Invalid(owner, $"has external data and {field}.");
            }

            if (external is null)
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.ExternalDataMissing, $"Tensor '{owner}' has external data, but the model was not read from a folder."));
            }

            return new Tensor(type, dims, OnnxRawData.FromRaw(external.Read(proto.ExternalData, OnnxRawData.StoredBytes(count, bytes, type), owner), count, type));
        }

        if (field is null && count > 0)
        {
            throw Invalid(owner, $"has {count} elements but no data.");
        }

        byte[] data = field is null or "raw_data" ? OnnxRawData.Read(proto, count, bytes, type, owner) : OnnxTypedData.Read(proto, field, count, bytes, type, owner);
        return new Tensor(type, dims, data);
    }

    /// <summary>Reads a sparse tensor into a dense one.</summary>
    /// <exception cref="ModelBuildException">As for <see cref="Read"/>; too large when dense (MDB1011).</exception>
    public Tensor ReadSparse(SparseTensorProto proto, string owner)
    {
        if (proto.Values is null || proto.Indices is null)
        {
            throw Invalid(owner, "lacks values or indices.");
        }

        long[] dims = [.. proto.Dims];
        long count = CountOf(dims, owner);
        Tensor values = Read(proto.Values, owner);
        Tensor indices = Read(proto.Indices, owner);
        if (SizeOf(count, values.DType, owner) > MaxSparseBytes)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.ReadLimit, $"Sparse tensor '{owner}' has more than {MaxSparseBytes >> 20} MiB when dense."));
        }

        if (indices.DType != DType.I64 || values.Rank != 1 || !(indices.Rank == 1 || (indices.Rank == 2 && indices.Dims[1] == dims.Length)) || (indices.Rank > 0 && indices.Dims[0] != values.Count))
        {
            throw Invalid(owner, "has indices that do not fit its values and dimensions.");
        }

        Tensor dense = new(values.DType, dims);
        ReadOnlySpan<long> index = indices.Span<long>();
        int size = DTypes.SizeOf(values.DType);
        for (int i = 0; i < values.Count; i++)
        {
            long at = indices.Rank == 1 ? index[i] : Linear(index.Slice(i * dims.Length, dims.Length), dims);
            if (at < 0 || at >= count)
            {
                throw Invalid(owner, $"has an index outside its dimensions (entry {i}).");
            }

            values.Bytes.Slice(i * size, size).CopyTo(dense.MutableBytes()[(int)(at * size)..]);
        }

        return dense;
    }

    private static long Linear(ReadOnlySpan<long> index, long[] dims)
    {
        long at = 0;
        for (int d = 0; d < dims.Length; d++)
        {
            if (index[d] < 0 || index[d] >= dims[d])
            {
                return -1;
            }

            at = (at * dims[d]) + index[d];
        }

        return at;
    }

    private static DType TypeOf(TensorProto proto, string owner)
    {
        if (proto.DataType == 0 || !Enum.IsDefined((TensorProto.Types.DataType)proto.DataType))
        {
            throw Invalid(owner, proto.HasDataType ? $"has element type {proto.DataType}, which does not exist." : "has no element type.");
        }

        return OnnxTypes.ElementType(proto.DataType) is { } type
            ? type
            : throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsupportedType, $"Tensor '{owner}' has element type {OnnxTypes.NameOf(proto.DataType)}, which is not supported."));
    }

    private static Tensor Strings(TensorProto proto, string? field, long[] dims, long count, string owner)
    {
        if (field is not (null or "string_data") || proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw Invalid(owner, $"has element type {DType.String} but stores its data {(field is null ? "outside of the file" : $"in {field}")}.");
        }

        return proto.StringData.Count == count
            ? Tensor.OfStrings([.. proto.StringData.Select(s => s.ToStringUtf8())], dims)
            : throw Invalid(owner, $"has {proto.StringData.Count} strings; its dimensions [{string.Join(',', dims.Take(8))}] need {count}.");
    }

    private static long CountOf(long[] dims, string owner)
    {
        BigInteger count = 1;
        foreach (long dim in dims)
        {
            if (dim < 0)
            {
                throw Invalid(owner, $"has the dimension {dim}.");
            }

            count *= dim;
            if (count > long.MaxValue)
            {
                throw Invalid(owner, $"has dimensions [{string.Join(',', dims.Take(8))}], whose product overflows.");
            }
        }

        return (long)count;
    }

    private static long SizeOf(long count, DType type, string owner)
    {
        int size = DTypes.SizeOf(type);
        return count <= Array.MaxLength / size
            ? count * size
            : throw Invalid(owner, $"has {count} elements of {type}; {Array.MaxLength} bytes are the most that one tensor may have.");
    }

    /// <summary>A tensor contradicts itself (MDB1007).</summary>
    internal static ModelBuildException Invalid(string owner, string what) => new(Diagnostic.Of(Descriptors.InvalidTensor, $"Tensor '{owner}' {what}"));
}
