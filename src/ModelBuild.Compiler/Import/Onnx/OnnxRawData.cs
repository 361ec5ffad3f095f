using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>The bytes of a tensor as they are stored, in the file or beside it; elements of less than 8 bits share bytes there.</summary>
internal static class OnnxRawData
{
    /// <summary>Bytes that a tensor takes where it is stored.</summary>
    public static long StoredBytes(long count, long bytes, DType type) => DTypes.PackedBits(type) is > 0 and int bits ? PackedBytes(count, bits) : bytes;

    /// <summary>Bytes that elements of less than 8 bits take.</summary>
    public static long PackedBytes(long count, int bits) => (count / (8 / bits)) + (count % (8 / bits) == 0 ? 0 : 1);

    /// <summary>Reads <c>raw_data</c>.</summary>
    public static byte[] Read(TensorProto proto, long count, long bytes, DType type, string owner)
    {
        long stored = StoredBytes(count, bytes, type);
        return proto.RawData.Length == stored
            ? FromRaw(BytesOf(proto.RawData), count, type)
            : throw OnnxTensorReader.Invalid(owner, $"has {proto.RawData.Length} bytes of raw_data; its dimensions [{string.Join(',', proto.Dims.Take(8))}] need {stored}.");
    }

    // The array that the parser made and nothing else reads, instead of a copy of the whole model's weights.
    private static byte[] BytesOf(ByteString data) =>
        MemoryMarshal.TryGetArray(data.Memory, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Array!.Length == segment.Count ? segment.Array : data.ToByteArray();

    /// <summary>Bytes of elements of one byte or more each; truth values are 0 or 1.</summary>
    public static byte[] FromRaw(byte[] raw, long count, DType type)
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

    /// <summary>One byte for each element; the first of those that share one is in its low bits.</summary>
    public static byte[] Unpack(byte[] packed, long count, DType type)
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
}
