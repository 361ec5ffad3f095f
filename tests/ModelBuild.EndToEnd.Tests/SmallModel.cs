using System.Runtime.InteropServices;
using System.Text;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Serialises <c>y = max(x, 0) + w</c> over [1,4] in protobuf wire format; field numbers are those of onnx.proto3.</summary>
internal static class SmallModel
{
    private const int FloatType = 1;

    public static byte[] Bytes(float w0 = 1, float w1 = 2, float w2 = 3, float w3 = 4)
    {
        byte[] relu = [.. Text(1, "x"), .. Text(2, "h"), .. Text(3, "relu"), .. Text(4, "Relu")];
        byte[] add = [.. Text(1, "h"), .. Text(1, "w"), .. Text(2, "y"), .. Text(3, "add"), .. Text(4, "Add")];
        byte[] weights = [.. Number(1, 1), .. Number(1, 4), .. Number(2, FloatType), .. Text(8, "w"), .. Block(9, MemoryMarshal.AsBytes<float>([w0, w1, w2, w3]))];
        byte[] graph = [.. Block(1, relu), .. Block(1, add), .. Text(2, "graph"), .. Block(5, weights), .. Block(11, Value("x")), .. Block(12, Value("y"))];
        return [.. Number(1, 8), .. Block(7, graph), .. Block(8, [.. Text(1, ""), .. Number(2, 17)])];
    }

    private static byte[] Value(string name)
    {
        byte[] shape = [.. Block(1, Number(1, 1)), .. Block(1, Number(1, 4))];
        return [.. Text(1, name), .. Block(2, Block(1, [.. Number(1, FloatType), .. Block(2, shape)]))];
    }

    private static byte[] Text(int field, string value) => Block(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Block(int field, ReadOnlySpan<byte> value) => [.. VarInt((field << 3) | 2), .. VarInt(value.Length), .. value];

    private static byte[] Number(int field, long value) => [.. VarInt(field << 3), .. VarInt(value)];

    private static List<byte> VarInt(long value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }
}
