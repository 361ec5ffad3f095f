using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Quantized;

/// <summary>Integer products that no fused form takes: of computed matrices, of more than two axes, and of signed input.</summary>
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

    [Fact]
    public void EveryRowMayHaveAZeroPoint()
    {
        // [1-4, 2-4, 255-4] * [1+3, 3+3, 127+3] and so on, by hand.
        Tensor y = OpHarness.Run("MatMulInteger", [], [s_a, s_b], [Tensor.Vector<byte>(4, 1), Tensor.Vector<sbyte>(-3, 0)])[0];
        Assert.Equal([(-3 * 4) + (-2 * 6) + (251 * 130), (-3 * -2) + (-2 * -128) + (251 * 6), (3 * 4) + (4 * 6) + (5 * 130), (3 * -2) + (4 * -128) + (5 * 6)], y.Span<int>().ToArray());
        Tensor stacked = Tensor.Create<byte>([1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2);
        OpHarness.Run("MatMulInteger", [], [stacked], [stacked, Tensor.Create<byte>([1, 2, 3, 4], 2, 2, 1), Tensor.Create<byte>([4, 3, 2, 1], 2, 1, 2)]);
        Errors.Expect(Compiler.Diagnostics.Descriptors.ShapeMismatch, () => OpHarness.Run("MatMulInteger", [], [s_a, s_b], [Tensor.Vector<byte>(4, 1, 7)]));
    }

    [Fact]
    public void SignedInputRunsOnTheUnsignedKernels()
    {
        Tensor signed = Tensor.Create<sbyte>([1, -2, 127, -128, 5, -6], 2, 3);
        OpHarness.Run("MatMulInteger", [], [signed], [s_b]);
        OpHarness.Run("MatMulInteger", [], [signed], [s_b, Tensor.Scalar((sbyte)-128), Tensor.Vector<sbyte>(-3, 5)]);
        Tensor image = Contrib.ContribCheck.RandomBytes(1, DType.I8, 2, 3, 5, 6);
        Tensor filters = Contrib.ContribCheck.RandomBytes(2, DType.U8, 4, 3, 3, 2);
        AttributeMap padded = new() { { "pads", [1L, 0L, 1L, 1L] } };
        OpHarness.Run("ConvInteger", padded, [image], [filters]);
        OpHarness.Run("ConvInteger", padded, [image], [filters, Tensor.Scalar((sbyte)-7), Tensor.Vector<byte>(1, 2, 3, 200)]);
    }

    [Theory]
    [InlineData(2, 3, 3)]
    [InlineData(40, 3, 3)]
    public void FiltersMayBeComputed(int channels, int height, int width)
    {
        Tensor image = Contrib.ContribCheck.RandomBytes(1, DType.U8, 2, channels, 6, 5);
        Tensor filters = Contrib.ContribCheck.RandomBytes(2, DType.I8, 3, channels, height, width);
        AttributeMap padded = new() { { "pads", [1L, 0L, 1L, 1L] } };
        OpHarness.Run("ConvInteger", padded, [image, filters]);
        OpHarness.Run("ConvInteger", padded, [image, filters, Tensor.Scalar((byte)7), Tensor.Vector<sbyte>(-128, 5, 127)]);

        // Sums of the largest products are exact too.
        OpHarness.Run("ConvInteger", [], [Filled(image, 255), Filled(filters, 128)], [Tensor.Scalar((byte)0), Tensor.Scalar((sbyte)127)]);
    }

    [Fact]
    public void ConvolutionsMayHaveThreeAxes()
    {
        Tensor image = Contrib.ContribCheck.RandomBytes(1, DType.I8, 1, 2, 4, 5, 3);
        OpHarness.Run("ConvInteger", [], [image], [Contrib.ContribCheck.RandomBytes(2, DType.U8, 3, 2, 2, 2, 2), Tensor.Scalar((sbyte)3), Tensor.Vector<byte>(1, 2, 3)]);
        Tensor deep = Contrib.ContribCheck.RandomBytes(1, DType.U8, 1, 600, 2, 2, 2);
        Errors.Expect(Compiler.Diagnostics.Descriptors.UnsupportedType, () => OpHarness.Run("ConvInteger", [], [deep], [Contrib.ContribCheck.RandomBytes(2, DType.U8, 1, 600, 2, 2, 2)]));
    }

    private static Tensor Filled(Tensor like, byte value) => new(like.DType, like.Dims, [.. Enumerable.Repeat(value, like.Count)]);
}
