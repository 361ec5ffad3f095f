using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Quantized;

public sealed class QuantizeGridTests
{
    private static readonly DType[] s_types = [DType.U8, DType.I8, DType.U16, DType.I16, DType.U4, DType.I4, DType.U2, DType.I2, DType.F8E4M3, DType.F8E5M2Uz, DType.F4E2M1];

    public static TheoryData<DType> Types() => [.. s_types];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryTypeAndGranularityAgreesWithTheReference(DType type)
    {
        Random random = new((int)type);
        Tensor x = Tensor.Create<float>([.. Enumerable.Range(0, 2 * 7 * 3).Select(_ => (random.NextSingle() * 40) - 20)], 2, 7, 3);
        foreach ((long[] scaleDims, AttributeMap attributes) in Cases())
        {
            int count = (int)scaleDims.Aggregate(1L, (a, b) => a * b);
            Tensor scale = Tensor.Create<float>([.. Enumerable.Range(0, count).Select(_ => 0.25f + random.NextSingle())], scaleDims);
            Tensor zero = Zero(type, scaleDims, random);

            // Scales and zero points as constants and as computed values.
            Tensor quantized = Check("QuantizeLinear", attributes, [x], [scale, zero]);
            Check("QuantizeLinear", attributes, [x, scale, zero], []);
            Check("DequantizeLinear", attributes, [quantized], [scale, zero]);
            Check("DequantizeLinear", attributes, [quantized, scale, zero], []);
        }
    }

    [Fact]
    public void ScalesThatArePowersOfTwo()
    {
        Tensor scale = new(DType.F8E8M0, [2], [126, 129]);
        Tensor y = Check("DequantizeLinear", new() { { "axis", 0L } }, [new Tensor(DType.I4, [2, 2], [1, 0xFF, 2, 0xFE])], [scale]);
        Assert.Equal([0.5f, -0.5f, 8, -8], y.Span<float>().ToArray());
    }

    [Fact]
    public void BlocksNeedNotDivideTheAxis()
    {
        Tensor scale = Tensor.Create<float>([1, 2, 4], 1, 3);
        Tensor y = Check("DequantizeLinear", new() { { "axis", 1L }, { "block_size", 2L } }, [Tensor.Create<sbyte>([1, 1, 1, 1, 1], 1, 5)], [scale]);
        Assert.Equal([1f, 1, 2, 2, 4], y.Span<float>().ToArray());
    }

    [Fact]
    public void ScalesThatDoNotFitAreRefused()
    {
        Graph graph = OpHarness.GraphOf("QuantizeLinear", new() { { "axis", 1L }, { "block_size", 2L } }, [Tensor.Create<float>(new float[6], 1, 6)], [Tensor.Create<float>([1, 2], 1, 2)]);
        Errors.Expect(Descriptors.ShapeMismatch, () => TypeInference.Run(graph));
        Graph negative = OpHarness.GraphOf("QuantizeLinear", new() { { "block_size", -2L } }, [Tensor.Create<float>(new float[6], 1, 6)], [Tensor.Create<float>([1, 2], 1, 2)]);
        Errors.Expect(Descriptors.InvalidNode, () => TypeInference.Run(negative));
    }

    private static IEnumerable<(long[] ScaleDims, AttributeMap Attributes)> Cases() =>
    [
        ([], []),
        ([7], new() { { "axis", 1L } }),
        ([3], new() { { "axis", -1L } }),
        ([2, 4, 3], new() { { "axis", 1L }, { "block_size", 2L } }),
        ([1, 7, 3], new() { { "axis", 0L }, { "block_size", 2L } }),
    ];

    private static Tensor Zero(DType type, long[] dims, Random random)
    {
        Tensor zero = new(type, dims);
        for (int i = 0; i < zero.Count && DTypes.IsInteger(type); i++)
        {
            zero.MutableBytes()[i * DTypes.SizeOf(type)] = (byte)random.Next(0, 2);
        }

        return zero;
    }

    private static Tensor Check(string op, AttributeMap attributes, Tensor[] variables, Tensor[] constants)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, variables, constants);
        TypeInference.Run(graph);
        Tensor expected = ReferenceEvaluator.Run(graph, variables)[0];
        Tensor actual = OpHarness.RunPlan(graph, variables)[0].As(expected.DType);
        Assert.Equal(graph.Outputs[0].Value.Type, expected.Type);
        Assert.Null(OpHarness.Difference(expected, actual));
        return expected;
    }
}
