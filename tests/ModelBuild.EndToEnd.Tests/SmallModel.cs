using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Serialises small models in protobuf wire format; field numbers are those of onnx.proto3.</summary>
internal static class SmallModel
{
    private const int FloatType = 1;
    private const int Int64Type = 7;
    private const int BoolType = 9;
    private const int IntAttribute = 2;
    private const int GraphAttribute = 5;

    /// <summary><c>y = max(x, 0) + w</c> over [1,4].</summary>
    public static byte[] Bytes(float w0 = 1, float w1 = 2, float w2 = 3, float w3 = 4) => ReluAdd(Weights("w", [1, 4], [w0, w1, w2, w3]));

    /// <summary>The same with <c>w</c>, 16 bytes, in another file.</summary>
    public static byte[] WithExternalData(string location) => ReluAdd(
        [.. Number(1, 1), .. Number(1, 4), .. Number(2, FloatType), .. Text(8, "w"), .. Entry("location", location), .. Entry("length", (4 * sizeof(float)).ToString(CultureInfo.InvariantCulture)), .. Number(14, 1)]);

    /// <summary><c>y = x · w</c>, x of [<paramref name="batch"/>,4], w of [4,4].</summary>
    public static byte[] MatMul(float[] w, string batch = "n")
    {
        byte[] node = Node("MatMul", "matmul", ["x", "w"], "y");
        return Model([node], [Weights("w", [4, 4], w)], Value("x", batch, "4"), Value("y", batch, "4"));
    }

    /// <summary><paramref name="count"/> products in a row of x [<paramref name="rows"/>,<paramref name="size"/>] and one w [<paramref name="size"/>,<paramref name="size"/>]: as slow as the caller likes.</summary>
    public static byte[] MatMulChain(int rows, int size, int count)
    {
        float[] w = new float[size * size];
        Array.Fill(w, 1f / size);
        byte[][] nodes = [.. Enumerable.Range(0, count).Select(i => Node("MatMul", $"n{i}", [i == 0 ? "x" : $"t{i - 1}", "w"], i == count - 1 ? "y" : $"t{i}"))];
        string[] dims = [rows.ToString(CultureInfo.InvariantCulture), size.ToString(CultureInfo.InvariantCulture)];
        return Model(nodes, [Weights("w", [size, size], w)], Value("x", dims), Value("y", dims));
    }

    /// <summary>Nodes of one input each in a row over [1,4], named <c>n0</c>, <c>n1</c>, ...</summary>
    public static byte[] Chain(params string[] operators)
    {
        byte[][] nodes = [.. operators.Select((o, i) => Node(o, $"n{i}", [i == 0 ? "x" : $"t{i - 1}"], i == operators.Length - 1 ? "y" : $"t{i}"))];
        return Model(nodes, [], Value("x", "1", "4"), Value("y", "1", "4"));
    }

    /// <summary><c>y = x + w</c>, whose shapes [1,4] and [1,3] contradict each other.</summary>
    public static byte[] Contradiction() =>
        Model([Node("Add", "add", ["x", "w"], "y")], [Weights("w", [1, 3], [1, 2, 3])], Value("x", "1", "4"), Value("y", "1", "4"));

    /// <summary><c>y = max(x, 0)</c> over [1,<paramref name="dim"/>].</summary>
    public static byte[] Symbolic(string dim) => Model([Node("Relu", "relu", ["x"], "y")], [], Value("x", "1", dim), Value("y", "1", dim));

    /// <summary><c>y = x</c> over [1,4], doubled once and then while the sum of the magnitudes stays below the limit.</summary>
    public static byte[] DoubledUntil(float limit)
    {
        byte[][] nodes =
        [
            Node("Add", "twice", ["h", "h"], "h2"),
            [.. Node("ReduceL1", "sum", ["h2"], "s"), .. Block(5, [.. Text(1, "keepdims"), .. Number(3, 0), .. Number(20, IntAttribute)])],
            Node("Less", "less", ["s", "limit"], "go"),
        ];
        byte[] body =
        [
            .. nodes.SelectMany(n => Block(1, n)), .. Text(2, "body"), .. Block(11, TypedValue("i", Int64Type)), .. Block(11, TypedValue("c", BoolType)), .. Block(11, Value("h", "1", "4")),
            .. Block(12, TypedValue("go", BoolType)), .. Block(12, Value("h2", "1", "4")),
        ];
        byte[] loop = [.. Node("Loop", "loop", ["", "start", "x"], "y"), .. Block(5, [.. Text(1, "body"), .. Block(6, body), .. Number(20, GraphAttribute)])];
        byte[] start = [.. Number(2, BoolType), .. Text(8, "start"), .. Block(9, [1])];
        return Model([loop], [start, Weights("limit", [], [limit])], Value("x", "1", "4"), Value("y", "1", "4"));
    }

    /// <summary>Those of four boxes x [1,4,4] that do not overlap a better one, by fixed scores: y [count,4].</summary>
    public static byte[] BestBoxes(params float[] scores)
    {
        byte[][] nodes =
        [
            Node("NonMaxSuppression", "select", ["x", "scores", "most", "overlap", "least"], "selected"),
            [.. Node("Gather", "column", ["selected", "two"], "index"), .. Block(5, [.. Text(1, "axis"), .. Number(3, 1), .. Number(20, IntAttribute)])],
            Node("Squeeze", "boxes", ["x", "zero"], "b"),
            Node("Gather", "found", ["b", "index"], "y"),
        ];
        byte[][] constants =
        [
            Weights("scores", [1, 1, 4], scores), Integers("most", [1], 3), Weights("overlap", [1], [0.5f]), Weights("least", [1], [0.1f]), Integers("two", [], 2), Integers("zero", [1], 0),
        ];
        return Model(nodes, constants, Value("x", "1", "4", "4"), Value("y", "count", "4"));
    }

    private static byte[] Integers(string name, long[] dims, params long[] values) =>
        [.. dims.SelectMany(d => Number(1, d)), .. Number(2, Int64Type), .. Text(8, name), .. Block(9, MemoryMarshal.AsBytes<long>(values))];

    private static byte[] ReluAdd(byte[] w) =>
        Model([Node("Relu", "relu", ["x"], "h"), Node("Add", "add", ["h", "w"], "y")], [w], Value("x", "1", "4"), Value("y", "1", "4"));

    private static byte[] Model(byte[][] nodes, byte[][] initializers, byte[] input, byte[] output)
    {
        byte[] graph = [.. nodes.SelectMany(n => Block(1, n)), .. Text(2, "graph"), .. initializers.SelectMany(i => Block(5, i)), .. Block(11, input), .. Block(12, output)];
        return [.. Number(1, 8), .. Block(7, graph), .. Block(8, [.. Text(1, ""), .. Number(2, 17)])];
    }

    private static byte[] Node(string op, string name, string[] inputs, string output) =>
        [.. inputs.SelectMany(i => Text(1, i)), .. Text(2, output), .. Text(3, name), .. Text(4, op)];

    private static byte[] Weights(string name, long[] dims, float[] values) =>
        [.. dims.SelectMany(d => Number(1, d)), .. Number(2, FloatType), .. Text(8, name), .. Block(9, MemoryMarshal.AsBytes<float>(values))];

    private static byte[] Entry(string key, string value) => Block(13, [.. Text(1, key), .. Text(2, value)]);

    // A dimension that is no number is a name.
    private static byte[] Value(string name, params string[] dims)
    {
        byte[] shape = [.. dims.SelectMany(d => Block(1, long.TryParse(d, CultureInfo.InvariantCulture, out long size) ? Number(1, size) : Text(2, d)))];
        return [.. Text(1, name), .. Block(2, Block(1, [.. Number(1, FloatType), .. Block(2, shape)]))];
    }

    private static byte[] TypedValue(string name, int type) => [.. Text(1, name), .. Block(2, Block(1, [.. Number(1, type), .. Block(2, [])]))];

    private static byte[] Text(int field, string value) => Block(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Block(int field, ReadOnlySpan<byte> value) => [.. VarInt((field << 3) | 2), .. VarInt(value.Length), .. value];

    private static byte[] Number(int field, long value) => [.. VarInt(field << 3), .. VarInt(value)];

    private static byte[] VarInt(long value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
