using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Matrix products, softmax and batch normalisation beyond binary32 and constant operands.</summary>
public sealed class ProductTests
{
    public static TheoryData<DType> Types => [DType.F64, DType.I8, DType.U8, DType.I16, DType.I32, DType.U32, DType.I64, DType.U64];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryNumberTypeIsMultiplied(DType type)
    {
        foreach ((long[] a, long[] b) in new (long[], long[])[] { ([3, 4], [4, 5]), ([4], [4, 5]), ([3, 4], [4]), ([2, 1, 3, 4], [5, 4, 2]), ([2, 3, 4], [4, 2]), ([2, 0], [0, 3]) })
        {
            OpHarness.Run("MatMul", [], [OpHarness.Counting(type, a), OpHarness.Counting(type, b)]);
        }

        Tensor y = OpHarness.Run("MatMul", [], [OpHarness.Counting(type, 2, 2), OpHarness.Counting(type, 2, 2)])[0];
        Assert.Equal([7.0, 10, 15, 22], y.ToDoubleArray());
    }

    [Theory]
    [InlineData(DType.F64, 0.5f, 0.25f)]
    [InlineData(DType.I32, 2f, 3f)]
    [InlineData(DType.U64, 1f, 1f)]
    public void GemmTakesEveryNumberType(DType type, float alpha, float beta)
    {
        AttributeMap attributes = new() { { "alpha", alpha }, { "beta", beta }, { "transA", 1L } };
        OpHarness.Run("Gemm", attributes, [OpHarness.Counting(type, 4, 3), OpHarness.Counting(type, 4, 5), OpHarness.Counting(type, 5)]);
    }

    [Fact]
    public void IntegersAreNotMultipliedByFractions() =>
        Errors.Expect(Descriptors.UnsupportedOperator, () => OpHarness.Run("Gemm", new AttributeMap { { "alpha", 0.5f } }, [OpHarness.Counting(DType.I32, 2, 2), OpHarness.Counting(DType.I32, 2, 2)]));

    [Theory]
    [InlineData("Softmax", 0L)]
    [InlineData("Softmax", -1L)]
    [InlineData("LogSoftmax", 1L)]
    public void SoftmaxTakesDoubles(string op, long axis)
    {
        double[] values = [.. Enumerable.Range(0, 24).Select(i => (i * 7 % 11) - 5.0)];
        OpHarness.Run(op, new AttributeMap { { "axis", axis } }, [Tensor.Create<double>(values, 2, 3, 4)]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void BatchNormalizationTakesComputedParameters(int rank)
    {
        Tensor x = OpHarness.Counting(DType.F32, [2, 3, .. Enumerable.Repeat(2L, rank - 2)]);
        Tensor[] parameters = [.. Enumerable.Range(1, 4).Select(i => Tensor.Vector<float>(i, i + 1, i * 3))];
        OpHarness.Run("BatchNormalization", new AttributeMap { { "epsilon", 0.5f } }, [x, .. parameters]);
    }
}
