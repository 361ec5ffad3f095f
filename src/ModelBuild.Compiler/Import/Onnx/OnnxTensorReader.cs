using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
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

    private static readonly string[] s_fieldNames = ["raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data"];

    /// <summary>Reads a tensor.</summary>
    /// <param name="proto">The stored form.</param>
    /// <param name="owner">Initializer or attribute, for messages.</param>
    /// <exception cref="ModelBuildException">It contradicts itself (MDB1007), its type is not supported (MDB3003), or its external data is refused (MDB1003, MDB1006).</exception>
    public Tensor Read(TensorProto proto, string owner)
    {
        DType type = TypeOf(proto, owner);
        long[] dims = [.. proto.Dims];
        long count = CountOf(dims, owner);
        long bytes = SizeOf(count, type, owner);
        if (proto.Segment is not null)
        {
            throw Invalid(owner, "is stored in segments, which is not supported.");
        }

        string? field = FieldOf(proto, owner);
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

            return new Tensor(type, dims, FromRaw(external.Read(proto.ExternalData, StoredBytes(count, bytes, type), owner), count, type));
        }

        if (field is null && count > 0)
        {
            throw Invalid(owner, $"has {count} elements but no data.");
        }

        byte[] data = field is null or "raw_data" ? Raw(proto, count, bytes, type, owner) : Typed(proto, field, count, bytes, type, owner);
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

    private static long StoredBytes(long count, long bytes, DType type) => DTypes.PackedBits(type) is > 0 and int bits ? PackedBytes(count, bits) : bytes;

    private static long PackedBytes(long count, int bits) => (count / (8 / bits)) + (count % (8 / bits) == 0 ? 0 : 1);

    private static string? FieldOf(TensorProto proto, string owner)
    {
        ReadOnlySpan<bool> present = [proto.HasRawData && proto.RawData.Length > 0, proto.FloatData.Count > 0, proto.Int32Data.Count > 0, proto.Int64Data.Count > 0, proto.DoubleData.Count > 0, proto.Uint64Data.Count > 0, proto.StringData.Count > 0];
        string? found = null;
        for (int i = 0; i < present.Length; i++)
        {
            if (present[i])
            {
                found = found is null ? s_fieldNames[i] : throw Invalid(owner, $"has both {found} and {s_fieldNames[i]}.");
            }
        }

        return found;
    }

    private static byte[] Raw(TensorProto proto, long count, long bytes, DType type, string owner)
    {
        long stored = StoredBytes(count, bytes, type);
        return proto.RawData.Length == stored
            ? FromRaw(proto.RawData.ToByteArray(), count, type)
            : throw Invalid(owner, $"has {proto.RawData.Length} bytes of raw_data; its dimensions [{string.Join(',', proto.Dims.Take(8))}] need {stored}.");
    }

    private static byte[] FromRaw(byte[] raw, long count, DType type)
    {
        if (DTypes.PackedBits(type) > 0)
        {
            return Unpack(raw, count, type);
        }

        if (type == DType.Bool)
        {
            foreach (ref byte b in raw.AsSpan())
            {
                b = b == 0 ? (byte)0 : (byte)1;
            }
        }

        return raw;
    }

    // The first of the elements in a byte is in its low bits.
    private static byte[] Unpack(byte[] packed, long count, DType type)
    {
        int bits = DTypes.PackedBits(type);
        int perByte = 8 / bits;
        byte[] data = new byte[count];
        for (int i = 0; i < data.Length; i++)
        {
            int element = packed[i / perByte] >> (i % perByte * bits) & ((1 << bits) - 1);
            int sign = type is DType.I4 or DType.I2 ? 1 << (bits - 1) : 0;
            data[i] = (byte)((element ^ sign) - sign);
        }

        return data;
    }

    private static byte[] Typed(TensorProto proto, string field, long count, long bytes, DType type, string owner)
    {
        string wanted = type switch
        {
            DType.F32 => "float_data",
            DType.I64 => "int64_data",
            DType.F64 => "double_data",
            DType.U32 or DType.U64 => "uint64_data",
            _ => "int32_data",
        };
        if (field != wanted)
        {
            throw Invalid(owner, $"has element type {type} but stores its data in {field}.");
        }

        long stored = field switch
        {
            "float_data" => proto.FloatData.Count,
            "int64_data" => proto.Int64Data.Count,
            "double_data" => proto.DoubleData.Count,
            "uint64_data" => proto.Uint64Data.Count,
            _ => proto.Int32Data.Count,
        };
        long expected = DTypes.PackedBits(type) is > 0 and int bits ? PackedBytes(count, bits) : count;
        if (stored != expected)
        {
            throw Invalid(owner, $"has {stored} elements in {field}; its dimensions [{string.Join(',', proto.Dims.Take(8))}] need {expected}.");
        }

        return field switch
        {
            "float_data" => Copy(proto.FloatData),
            "int64_data" => Copy(proto.Int64Data),
            "double_data" => Copy(proto.DoubleData),
            "uint64_data" when type == DType.U64 => Copy(proto.Uint64Data),
            "uint64_data" => Narrow(proto.Uint64Data.Select(v => (Int128)v), bytes, 4, 0, uint.MaxValue, owner),
            _ => FromInt32(proto.Int32Data, count, bytes, type, owner),
        };
    }

    private static byte[] FromInt32(RepeatedField<int> values, long count, long bytes, DType type, string owner)
    {
        if (type == DType.I32)
        {
            return Copy(values);
        }

        IEnumerable<Int128> wide = values.Select(v => (Int128)v);
        return type switch
        {
            DType.I8 => Narrow(wide, bytes, 1, sbyte.MinValue, sbyte.MaxValue, owner),
            DType.U8 => Narrow(wide, bytes, 1, 0, byte.MaxValue, owner),
            DType.I16 => Narrow(wide, bytes, 2, short.MinValue, short.MaxValue, owner),
            DType.U16 => Narrow(wide, bytes, 2, 0, ushort.MaxValue, owner),
            DType.F16 or DType.BF16 => Narrow(wide, bytes, 2, short.MinValue, ushort.MaxValue, owner),
            DType.Bool => [.. values.Select(v => v == 0 ? (byte)0 : (byte)1)],
            _ when DTypes.PackedBits(type) == 0 => Narrow(wide, bytes, 1, sbyte.MinValue, byte.MaxValue, owner),
            _ => Unpack(Narrow(wide, values.Count, 1, sbyte.MinValue, byte.MaxValue, owner), count, type),
        };
    }

    private static byte[] Narrow(IEnumerable<Int128> values, long bytes, int size, Int128 minimum, Int128 maximum, string owner)
    {
        byte[] data = new byte[bytes];
        int at = 0;
        foreach (Int128 value in values)
        {
            if (value < minimum || value > maximum)
            {
                throw Invalid(owner, $"has the value {value}, which does not fit its element type.");
            }

            long bits = (long)value;
            MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in bits))[..size].CopyTo(data.AsSpan(at));
            at += size;
        }

        return data;
    }

    private static byte[] Copy<T>(RepeatedField<T> values)
        where T : unmanaged
    {
        T[] array = new T[values.Count];
        values.CopyTo(array, 0);
        return MemoryMarshal.AsBytes(array.AsSpan()).ToArray();
    }

    private static ModelBuildException Invalid(string owner, string what) => new(Diagnostic.Of(Descriptors.InvalidTensor, $"Tensor '{owner}' {what}"));
}
