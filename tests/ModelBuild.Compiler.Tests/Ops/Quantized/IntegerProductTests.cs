using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Quantized;

/// <summary>Integer products that no fused form takes: of computed matrices, and of more than two axes.</summary>
public sealed class IntegerProductTests
{
    private static readonly Tensor s_a = Tensor.Create<byte>([1, 2, 255, 4, 5, 6], 2, 3);
    private static readonly Tensor s_b = Tensor.Create<sbyte>([1, -2, 3, -128, 127, 6], 3, 2);

    [Fact]
    public void BothMatricesMayBeComputed()
    {
        OpHarness.Run("MatMulInteger", [], [s_a, s_b]);
        OpHarness.Run("MatMulInteger", [], [s_a, s_b, Tensor.Scalar((byte)7), Tensor.Scalar((sbyte)-3)]);
        OpHarness.Run("MatMulInteger", [], [s_a, s_b, Tensor.Scalar((byte)7), Tensor.Vector<sbyte>(-3, 5)]);
        OpHarness.Run("MatMulInteger", [], [s_a, s_b], [Tensor.Scalar((byte)7), Tensor.Vector<sbyte>(-3, 5)]);
    }

    [Fact]
    public void MatricesMayBeStacked() =>
        OpHarness.Run("MatMulInteger", [], [Tensor.Create<sbyte>([1, 2, 3, 4, -5, -6, -7, -8], 2, 2, 2)], [Tensor.Create<byte>([1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2), Tensor.Scalar((sbyte)1)]);
}
