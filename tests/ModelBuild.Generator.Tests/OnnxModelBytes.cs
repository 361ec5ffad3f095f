using System.Text;

namespace ModelBuild.Generator.Tests;

/// <summary>Serialises a model of one node in protobuf wire format; field numbers are those of onnx.proto3.</summary>
internal static class OnnxModelBytes
{
    private const int FloatType = 1;
    private const int UInt8Type = 2;

    private const int StringType = 8;

    /// <summary><c>Add(x, x)</c>.</summary>
    public static byte[] AddToItself(string input, string output, long[] dims, bool isByte) => Model([.. Text(1, input), .. Text(1, input), .. Text(2, output), .. Text(4, "Add")], input, output, dims, isByte ? UInt8Type : FloatType);

    /// <summary><c>Identity(x)</c> of strings.</summary>
    public static byte[] Echo(string input, string output, long[] dims) => Model([.. Text(1, input), .. Text(2, output), .. Text(4, "Identity")], input, output, dims, StringType);

    private static byte[] Model(byte[] node, string input, string output, long[] dims, int type)
    {
        byte[] graph = [.. Block(1, node), .. Text(2, "graph"), .. Block(11, Value(input, dims, type)), .. Block(12, Value(output, dims, type))];
        return [.. Number(1, 8), .. Block(7, graph), .. Block(8, [.. Text(1, ""), .. Number(2, 17)])];
    }

    private static byte[] Value(string name, long[] dims, int type)
    {
        byte[] shape = [.. dims.SelectMany(static dim => Block(1, Number(1, dim)))];
        byte[] tensor = [.. Number(1, type), .. Block(2, shape)];
        return [.. Text(1, name), .. Block(2, Block(1, tensor))];
    }

    private static byte[] Text(int field, string value) => Block(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Block(int field, byte[] value) => [.. VarInt((field << 3) | 2), .. VarInt(value.Length), .. value];

    private static byte[] Number(int field, long value) => [.. VarInt(field << 3), .. VarInt(value)];

    private static IEnumerable<byte> VarInt(long value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
