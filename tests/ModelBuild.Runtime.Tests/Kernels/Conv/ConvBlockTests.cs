using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using F32Conv = ModelBuild.Kernels.Conv;
using F32Depthwise = ModelBuild.Kernels.DepthwiseConv;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class ConvBlockTests
{
    private static readonly int s_scratch = ConvBlock.ScratchLength(8, 8, 1, 8, 8, 1, 8, 1, 1, 1, 1, 0, 0, 1, 3, 1, 4);

    [Theory]
    [InlineData(9, 8, 5, 20, 7, 3, 3, 1, 1, 1)]
    [InlineData(12, 11, 24, 40, 24, 3, 3, 1, 1, 1)]
    [InlineData(12, 11, 16, 33, 24, 3, 3, 2, 0, 1)]
    [InlineData(13, 9, 8, 16, 35, 3, 3, 2, 1, 0)]
    [InlineData(11, 10, 6, 18, 5, 5, 5, 1, 2, 2)]
    [InlineData(11, 10, 6, 18, 5, 5, 5, 2, 2, 0)]
    [InlineData(10, 9, 6, 18, 5, 2, 3, 3, 0, 1)]
    public void BandsOfAnyHeightGiveTheBitsOfTheKernelsAlone(int inH, int inW, int inC, int innerC, int outC, int kernelH, int kernelW, int stride, int pad, int padBelow)
    {
        int outH = ((inH + pad + padBelow - kernelH) / stride) + 1;
        int outW = ((inW + pad + padBelow - kernelW) / stride) + 1;
        var random = new Random(inC);
        float[] x = ProductCheck.RandomValues(random, inH * inW * inC);
        float[] expandW = Packed(random, innerC, inC);
        float[] depthwiseW = new float[DepthwiseConvPacking.PackedLength(innerC, kernelH, kernelW)];
        DepthwiseConvPacking.Pack(ProductCheck.RandomValues(random, innerC * kernelH * kernelW), depthwiseW, innerC, kernelH, kernelW);
        float[] projectW = Packed(random, outC, innerC);
        float[] expandBias = ProductCheck.RandomValues(random, innerC);
        float[] depthwiseBias = ProductCheck.RandomValues(random, innerC);
        float[] projectBias = ProductCheck.RandomValues(random, outC);
        float[] residual = ProductCheck.RandomValues(random, outH * outW * outC);
        float[] expanded = new float[inH * inW * innerC];
        F32Conv.F32(x, expandW, expandBias, default, expanded, default, 1, inH, inW, inC, inH, inW, innerC, 1, 1, 1, 1, 0, 0, 1, 1, 1, Activation.Clip, 0f, 6f);
        float[] filtered = new float[outH * outW * innerC];
        F32Depthwise.F32(expanded, depthwiseW, depthwiseBias, default, filtered, 1, inH, inW, innerC, outH, outW, kernelH, kernelW, stride, stride, pad, pad, 1, 1, Activation.Silu, 0f, 0f);
        float[] expected = new float[outH * outW * outC];
        F32Conv.F32(filtered, projectW, projectBias, residual, expected, default, 1, outH, outW, innerC, outH, outW, outC, 1, 1, 1, 1, 0, 0, 1, 1, 1, Activation.Relu, 0f, 0f);
        using var image = new GuardedMemory<float>(x);
        for (int rows = 1; rows <= outH; rows++)
        {
            using var y = new GuardedMemory<float>(expected.Length);
            using var scratch = new GuardedMemory<float>(ConvBlock.ScratchLength(inH, inW, inC, inH, inW, innerC, outW, 1, 1, 1, 1, 0, 0, 1, kernelH, stride, rows));
            scratch.Span.Fill(float.NaN);
            ConvBlock.F32(
                image.Span, expandW, expandBias, depthwiseW, depthwiseBias, projectW, projectBias, residual, y.Span, scratch.Span, inH, inW, inC, inH, inW, innerC, outH, outW, outC,
                1, 1, 1, 1, 0, 0, 1, kernelH, kernelW, stride, stride, pad, pad, rows, Activation.Clip, 0f, 6f, Activation.Silu, 0f, 0f, Activation.Relu, 0f, 0f);
            Assert.Equal(expected, y.Span.ToArray());
        }
    }

    [Theory]
    [InlineData(21, 23, 3, 12, 12, 3, 2, 1, 1)]
    [InlineData(20, 24, 3, 5, 24, 5, 1, 2, 1)]
    [InlineData(25, 26, 2, 6, 10, 5, 2, 1, 3)]
    public void TheFirstConvolutionMayHaveAnyWindow(int inH, int inW, int inC, int innerC, int outC, int kernel, int stride, int pad, int neighbours)
    {
        int innerH = ((inH + (2 * pad) - kernel) / stride) + 1;
        int innerW = ((inW + (2 * pad) - kernel) / stride / neighbours * neighbours) + neighbours;
        int wideKernel = kernel + ((neighbours - 1) * stride);
        int wideC = innerC * neighbours;
        var random = new Random(inW);
        float[] x = ProductCheck.RandomValues(random, inH * inW * inC);
        float[] expandW = new float[ConvPacking.PackedLength(wideC, inC, kernel, wideKernel, 1)];
        ConvPacking.Pack(ProductCheck.RandomValues(random, wideC * inC * kernel * wideKernel), expandW, wideC, inC, kernel, wideKernel, 1);
        float[] expandBias = ProductCheck.RandomValues(random, wideC);
        float[] depthwiseW = new float[DepthwiseConvPacking.PackedLength(innerC, 3, 3)];
        DepthwiseConvPacking.Pack(ProductCheck.RandomValues(random, innerC * 9), depthwiseW, innerC, 3, 3);
        float[] projectW = Packed(random, outC, innerC);
        float[] border = new float[F32Conv.ScratchLength(inH, inW, inC, innerH, innerW / neighbours, kernel, wideKernel, stride, stride * neighbours, pad, pad, 1, 1)];
        float[] expanded = new float[innerH * innerW * innerC];
        F32Conv.F32(
            x, expandW, expandBias, default, expanded, border, 1, inH, inW, inC, innerH, innerW / neighbours, wideC, kernel, wideKernel, stride, stride * neighbours, pad, pad, 1, 1, 1,
            Activation.HardSwish, 0f, 0f);
        float[] filtered = new float[expanded.Length];
        F32Depthwise.F32(expanded, depthwiseW, default, default, filtered, 1, innerH, innerW, innerC, innerH, innerW, 3, 3, 1, 1, 1, 1, 1, 1, Activation.Relu, 0f, 0f);
        float[] expected = new float[innerH * innerW * outC];
        F32Conv.F32(filtered, projectW, default, default, expected, default, 1, innerH, innerW, innerC, innerH, innerW, outC, 1, 1, 1, 1, 0, 0, 1, 1, 1, Activation.None, 0f, 0f);
        for (int rows = 1; rows <= innerH; rows++)
        {
            using var y = new GuardedMemory<float>(expected.Length);
            using var scratch = new GuardedMemory<float>(
                ConvBlock.ScratchLength(inH, inW, inC, innerH, innerW, innerC, innerW, kernel, wideKernel, stride, stride * neighbours, pad, pad, neighbours, 3, 1, rows));
            scratch.Span.Fill(float.NaN);
            ConvBlock.F32(
                x, expandW, expandBias, depthwiseW, default, projectW, default, default, y.Span, scratch.Span, inH, inW, inC, innerH, innerW, innerC, innerH, innerW, outC,
                kernel, wideKernel, stride, stride * neighbours, pad, pad, neighbours, 3, 3, 1, 1, 1, 1, rows, Activation.HardSwish, 0f, 0f, Activation.Relu, 0f, 0f, Activation.None, 0f, 0f);
            Assert.Equal(expected, y.Span.ToArray());
        }
    }

    [Fact]
    public void ShortSpansAndWindowsOutsideAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Run(new float[63], new float[s_scratch], 1));
        Assert.Throws<ArgumentException>(() => Run(new float[64], new float[s_scratch - 1], 1));
        Assert.Throws<ArgumentException>(() => Run(new float[64], new float[s_scratch], 3));
    }

    private static void Run(float[] x, float[] scratch, int padTop) => ConvBlock.F32(
        x, new float[16], default, new float[9], default, new float[16], default, default, new float[64], scratch, 8, 8, 1, 8, 8, 1, 8, 8, 1, 1, 1, 1, 1, 0, 0, 1, 3, 3, 1, 1, padTop, 1, 4,
        Activation.None, 0f, 0f, Activation.None, 0f, 0f, Activation.None, 0f, 0f);

    private static float[] Packed(Random random, int outC, int inC)
    {
        float[] packed = new float[ConvPacking.PackedLength(outC, inC, 1, 1, 1)];
        ConvPacking.Pack(ProductCheck.RandomValues(random, outC * inC), packed, outC, inC, 1, 1, 1);
        return packed;
    }
}
