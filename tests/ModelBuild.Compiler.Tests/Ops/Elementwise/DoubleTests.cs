using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Elementwise;

/// <summary>Models of binary64 keep its precision.</summary>
public sealed class DoubleTests
{
    // Both sides compute in binary64; sums of a few terms in another order differ in the last bits.
    private const double Tolerance = 1e-13;

    public static TheoryData<string> Functions() =>
    [
        "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log", "Mish",
        "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh", "ThresholdedRelu", "Neg", "Abs", "Sign",
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void FunctionsKeepTheirPrecision(string op)
    {
        Tensor x = Tensor.Vector<double>([.. Enumerable.Range(-40, 81).Select(i => i * 0.173), 0.999999999, -1, 1, 1.5, 2.5, 30, -30, double.PositiveInfinity, double.NaN]);
        Check(op, [], [x]);
    }

    [Theory]
    [InlineData("alpha", 0.3f, "Elu")]
    [InlineData("alpha", 0.3f, "Celu")]
    [InlineData("alpha", 0.3f, "LeakyRelu")]
    [InlineData("alpha", 0.3f, "ThresholdedRelu")]
    [InlineData("alpha", 0.3f, "HardSigmoid")]
    [InlineData("gamma", 0.3f, "Selu")]
    public void AttributesCount(string attribute, float value, string op) =>
        Check(op, new() { { attribute, value } }, [Tensor.Vector<double>([.. Enumerable.Range(-20, 41).Select(i => i * 0.173)])]);

    [Fact]
    public void TheOtherGeluCounts() => Check("Gelu", new() { { "approximate", "tanh" } }, [Tensor.Vector<double>(-3, -1, -0.1, 0, 0.2, 2)]);

    [Theory]
    [InlineData("ReduceL1")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceLogSum")]
    [InlineData("ReduceLogSumExp")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceSum")]
    [InlineData("ReduceSumSquare")]
    public void ReductionsKeepTheirPrecision(string op)
    {
        Tensor x = Draw(1, 2, 5, 3);
        foreach (long axis in (long[])[0, 1, 2])
        {
            Check(op, [], [x], [Tensor.Vector<long>(axis)]);
        }

        Check(op, new() { { "keepdims", 0L } }, [x], [Tensor.Vector<long>(0, 2)]);
    }

    [Theory]
    [InlineData("Softmax", 0)]
    [InlineData("Softmax", 1)]
    [InlineData("LogSoftmax", -1)]
    public void SoftmaxKeepsItsPrecision(string op, long axis) => Check(op, new() { { "axis", axis } }, [Draw(2, 3, 4, 5)]);

    [Fact]
    public void ProductsKeepTheirPrecision()
    {
        Check("MatMul", [], [Draw(1, 3, 7), Draw(2, 7, 9)]);
        Check("MatMul", [], [Draw(1, 2, 1, 3, 7), Draw(2, 4, 7, 5)]);
        Check("MatMul", [], [Draw(1, 7), Draw(2, 7)]);
        Check("MatMul", [], [Draw(1, 3, 7)], [Draw(2, 7, 9)]);
    }

    [Fact]
    public void GeneralProductsKeepTheirPrecision()
    {
        Check("Gemm", [], [Draw(1, 3, 7)], [Draw(2, 7, 9), Draw(3, 9)]);
        Check("Gemm", new() { { "transA", 1L }, { "transB", 1L }, { "alpha", 0.5f }, { "beta", 2f } }, [Draw(1, 7, 3), Draw(2, 9, 7), Draw(3, 3, 1)]);
    }

    [Theory]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    public void ReductionsOfBooleans(string op)
    {
        Tensor x = new(DType.Bool, [3, 4], [0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
        Tensor rows = OpHarness.Run(op, new() { { "keepdims", 0L } }, [x], [Tensor.Vector<long>(1)])[0];
        Assert.Equal(op == "ReduceMax" ? [1, 1, 0] : new byte[] { 0, 1, 0 }, rows.Bytes.ToArray());
        OpHarness.Run(op, [], [x], [Tensor.Vector<long>(0)]);
        OpHarness.Run(op, [], [x]);
    }

    [Fact]
    public void PowersOfIntegersWithFractions()
    {
        Tensor result = OpHarness.Run("Pow", [], [Tensor.Vector<int>(1, 2, 9, 10), Tensor.Vector<float>(2, 3, 0.5f, -1)])[0];
        Assert.Equal([1L, 8, 3, 0], result.ToInt64Array());
        OpHarness.Run("Pow", [], [Tensor.Create<long>([1, 2, 9, 10], 2, 2), Tensor.Vector<double>(2.5, 0.5)]);
    }

    private static Tensor Draw(int seed, params long[] dims)
    {
        Random random = new(seed);
        return Tensor.Create<double>([.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextDouble())], dims);
    }

    private static void Check(string op, AttributeMap attributes, Tensor[] variables, Tensor[]? constants = null)
    {
        Graph graph = OpHarness.GraphOf(op, attributes, variables, constants ?? []);
        TypeInference.Run(graph);
        Tensor expected = ReferenceEvaluator.Run(graph, variables)[0];
        Tensor actual = OpHarness.RunPlan(graph, variables)[0];
        Assert.Equal(expected.Type, actual.Type);
        Assert.Null(OpHarness.Difference(expected, actual, Tolerance));
    }
}
