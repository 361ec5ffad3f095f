using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Compiler.Tests.Ops.Elementwise;

/// <summary>Element types that C# has no form for: the plan's kernels give the bits of the reference, and files keep them.</summary>
public sealed class SmallTypeCastTests
{
    private static readonly DType[] s_formats = [DType.F8E4M3, DType.F8E4M3Uz, DType.F8E5M2, DType.F8E5M2Uz, DType.F4E2M1, DType.F8E8M0, DType.BF16];

    public static TheoryData<DType> Formats() => [.. s_formats];

    public static TheoryData<DType> All() => [.. s_formats, DType.U4, DType.I4, DType.U2, DType.I2];

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryNumberIsEncodedAsTheReferenceDoes(DType type)
    {
        float[] values = Values();
        foreach (long saturate in (long[])[0, 1])
        {
            foreach (string mode in (string[])["up", "down", "nearest"])
            {
                AttributeMap attributes = new() { { "to", (long)type }, { "saturate", saturate }, { "round_mode", mode } };
                AssertSameBits("Cast", attributes, Tensor.Vector<float>(values));
                AssertSameBits("Cast", attributes, Tensor.Vector<double>([.. values.Select(v => (double)v)]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryCodeIsDecodedAsTheReferenceDoes(DType type)
    {
        Tensor x = Codes(type);
        foreach (DType to in (DType[])[DType.F32, DType.F16, DType.F64, DType.I32, DType.Bool, DType.F8E5M2, DType.I4, DType.BF16])
        {
            AssertSameBits("Cast", new() { { "to", (long)to } }, x);
        }
    }

    [Theory]
    [InlineData(DType.U4, 300f, 12)]
    [InlineData(DType.I4, 9.9f, -7)]
    [InlineData(DType.U2, -1f, 3)]
    [InlineData(DType.I2, 2f, -2)]
    public void SmallIntegersKeepTheLowBits(DType type, float value, long expected)
    {
        Assert.Equal(expected, AssertSameBits("Cast", new() { { "to", (long)type } }, Tensor.Vector<float>(value)).ToInt64Array()[0]);
        Assert.Equal(expected, AssertSameBits("Cast", new() { { "to", (long)type } }, Tensor.Vector<int>((int)value)).ToInt64Array()[0]);
    }

    /// <summary>Values of the OCP specification, and of the table of saturation in the description of Cast.</summary>
    [Theory]
    [InlineData(DType.F8E4M3, 448f, 0x7E)]
    [InlineData(DType.F8E4M3, 1e6f, 0x7E)]
    [InlineData(DType.F8E4M3, 0.001953125f, 0x01)]
    [InlineData(DType.F8E4M3Uz, 240f, 0x7F)]
    [InlineData(DType.F8E4M3Uz, -0f, 0)]
    [InlineData(DType.F8E4M3Uz, float.NaN, 0x80)]
    [InlineData(DType.F8E5M2, 57344f, 0x7B)]
    [InlineData(DType.F8E5M2, float.PositiveInfinity, 0x7B)]
    [InlineData(DType.F8E5M2Uz, -57344f, 0xFF)]
    [InlineData(DType.F4E2M1, 2.5f, 0x4)]
    [InlineData(DType.F4E2M1, -100f, 0xF)]
    [InlineData(DType.F8E8M0, 1f, 127)]
    [InlineData(DType.F8E8M0, 1.5f, 128)]
    public void PublishedValues(DType type, float value, byte code) => Assert.Equal(code, SmallFloatBits.Encode(value, type));

    [Theory]
    [InlineData(DType.F8E4M3, float.PositiveInfinity, 0x7F)]
    [InlineData(DType.F8E4M3, -500f, 0xFF)]
    [InlineData(DType.F8E5M2, -1e6f, 0xFC)]
    [InlineData(DType.F8E5M2Uz, 1e6f, 0x80)]
    public void PublishedValuesOutsideOfTheRange(DType type, float value, byte code) => Assert.Equal(code, SmallFloatBits.Encode(value, type, saturate: false));

    [Theory]
    [MemberData(nameof(All))]
    public void FilesKeepPackedElements(DType type)
    {
        Tensor codes = Codes(type);
        Tensor odd = new(type, [codes.Count - 1], codes.Bytes[..((codes.Count - 1) * DTypes.SizeOf(type))].ToArray());
        Graph graph = new(Compiler.Ops.Operators.Set, "test");
        graph.AddOutput("y", graph.AddConstant("y", odd));
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        stream.Position = 0;
        Tensor read = new Compiler.Import.Onnx.OnnxImporter(Compiler.Ops.Operators.Set).Import(stream, "x.onnx", null).Outputs[0].Value.Constant!;

        Assert.Equal(odd.Type, read.Type);
        Assert.Equal(odd.Bytes.ToArray(), read.Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ElementsAreMovedByTheirBits(DType type)
    {
        Tensor codes = Codes(type);
        AssertSameBits("Transpose", new() { { "perm", [1, 0] } }, codes.Reshape(2, codes.Count / 2));
        AssertSameBits("Flatten", [], codes.Reshape(2, codes.Count / 2));
    }

    private static Tensor AssertSameBits(string op, AttributeMap attributes, Tensor x)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, [x], []);
        TypeInference.Run(graph);
        Tensor expected = ReferenceEvaluator.Run(graph, [x])[0];
        Tensor actual = OpHarness.RunPlan(graph, [x])[0];
        Assert.Equal(graph.Outputs[0].Value.Type, expected.Type);
        Assert.Equal(DTypes.StorageOf(expected.DType), actual.DType);
        Assert.Equal(expected.Bytes.ToArray(), actual.Bytes.ToArray());
        return expected;
    }

    private static Tensor Codes(DType type)
    {
        int bits = DTypes.PackedBits(type) is > 0 and int packed ? packed : 8;
        byte[] codes = [.. Enumerable.Range(0, 1 << bits).Select(i => (byte)i)];
        int sign = 1 << (bits - 1);
        return type == DType.BF16
            ? new Tensor(type, [256], [.. codes.SelectMany(c => (byte[])[(byte)(c * 7), c])])
            : new Tensor(type, [codes.Length], type is DType.I4 or DType.I2 ? [.. codes.Select(c => (byte)((c ^ sign) - sign))] : codes);
    }

    // Everything that a format rounds or leaves out: numbers of every magnitude, the middles between small numbers, and special values.
    private static float[] Values()
    {
        Random random = new(1);
        List<float> values = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 464, 480, 57344, 61440, 248, 240, 6, 7, 1e-40f];
        for (int exponent = -24; exponent < 18; exponent++)
        {
            values.AddRange(Enumerable.Range(16, 17).Select(m => MathF.ScaleB(m, exponent - 4)));
        }

        values.AddRange(Enumerable.Range(0, 500).Select(_ => MathF.ScaleB((random.NextSingle() * 2) - 1, random.Next(-30, 20))));
        return [.. values, .. values.Select(v => -v)];
    }
}
