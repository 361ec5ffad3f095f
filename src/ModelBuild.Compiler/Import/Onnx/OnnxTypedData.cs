using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>The elements of a tensor in the fields of numbers, each of which serves several element types.</summary>
internal static class OnnxTypedData
{
    private static readonly string[] s_fieldNames = ["raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data"];

    /// <summary>The name of the field that holds data, or null.</summary>
    public static string? FieldOf(TensorProto proto, string owner)
    {
        ReadOnlySpan<bool> present = [proto.HasRawData && proto.RawData.Length > 0, proto.FloatData.Count > 0, proto.Int32Data.Count > 0, proto.Int64Data.Count > 0, proto.DoubleData.Count > 0, proto.Uint64Data.Count > 0, proto.StringData.Count > 0];
        string? found = null;
        for (int i = 0; i < present.Length; i++)
        {
            if (present[i])
            {
                found = found is null ? s_fieldNames[i] : throw OnnxTensorReader.Invalid(owner, $"has both {found} and {s_fieldNames[i]}.");
            }
        }

        return found;
    }

    /// <summary>Reads the elements.</summary>
    public static byte[] Read(TensorProto proto, string field, long count, long bytes, DType type, string owner)
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
            throw OnnxTensorReader.Invalid(owner, $"has element type {type} but stores its data in {field}.");
        }

        long stored = field switch
        {
            "float_data" => proto.FloatData.Count,
            "int64_data" => proto.Int64Data.Count,
            "double_data" => proto.DoubleData.Count,
            "uint64_data" => proto.Uint64Data.Count,
            _ => proto.Int32Data.Count,
        };
        long expected = DTypes.PackedBits(type) is > 0 and int bits ? OnnxRawData.PackedBytes(count, bits) : count;
        if (stored != expected)
        {
            throw OnnxTensorReader.Invalid(owner, $"has {stored} elements in {field}; its dimensions [{string.Join(',', proto.Dims.Take(8))}] need {expected}.");
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
            _ => OnnxRawData.Unpack(Narrow(wide, values.Count, 1, sbyte.MinValue, byte.MaxValue, owner), count, type),
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
                throw OnnxTensorReader.Invalid(owner, $"has the value {value}, which does not fit its element type.");
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
}
