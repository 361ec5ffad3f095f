using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using F32Conv = ModelBuild.Kernels.Conv;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class ConvPoolTests
{
    [Theory]
    [InlineData(23, 25, 3, 20, 7, 2, 3, 3, 2, 1)]
    [InlineData(22, 21, 3, 33, 3, 2, 0, 3, 2, 0)]
    [InlineData(16, 17, 2, 16, 3, 1, 1, 2, 2, 0)]
    [InlineData(15, 14, 5, 7, 1, 1, 0, 3, 1, 1)]
    [InlineData(19, 18, 1, 40, 5, 1, 2, 2, 3, 0)]
    public void BandsOfAnyHeightGiveTheBitsOfTheKernelsAlone(int inH, int inW, int inC, int channels, int kernel, int stride, int pad, int pool, int poolStride, int poolPad)
    {
        int innerH = ((inH + (2 * pad) - kernel) / stride) + 1;
        int innerW = ((inW + (2 * pad) - kernel) / stride) + 1;
        int outH = ((innerH + (2 * poolPad) - pool) / poolStride) + 1;
        int outW = ((innerW + (2 * poolPad) - pool) / poolStride) + 1;
        var random = new Random(channels);
        float[] x = ProductCheck.RandomValues(random, inH * inW * inC);
        float[] w = new float[ConvPacking.PackedLength(channels, inC, kernel, kernel, 1)];
        ConvPacking.Pack(ProductCheck.RandomValues(random, channels * inC * kernel * kernel), w, channels, inC, kernel, kernel, 1);
        float[] bias = ProductCheck.RandomValues(random, channels);
        float[] border = new float[F32Conv.ScratchLength(inH, inW, inC, innerH, innerW, kernel, kernel, stride, stride, pad, pad, 1, 1)];
        float[] inner = new float[innerH * innerW * channels];
        F32Conv.F32(x, w, bias, default, inner, border, 1, inH, inW, inC, innerH, innerW, channels, kernel, kernel, stride, stride, pad, pad, 1, 1, 1, Activation.Gelu, 0f, 0f);
        float[] expected = new float[outH * outW * channels];
        MaxPool.Run<float>(inner, expected, 1, innerH, innerW, channels, outH, outW, pool, pool, poolStride, poolStride, poolPad, poolPad, 1, 1);
        using var image = new GuardedMemory<float>(x);
        for (int rows = 1; rows <= outH; rows++)
        {
            using var y = new GuardedMemory<float>(expected.Length);
            using var scratch = new GuardedMemory<float>(
                ConvPool.ScratchLength(inH, inW, inC, innerH, innerW, channels, kernel, kernel, stride, stride, pad, pad, 1, pool, poolStride, rows));
            scratch.Span.Fill(float.NaN);
            ConvPool.MaxF32(
                image.Span, w, bias, y.Span, scratch.Span, inH, inW, inC, innerH, innerW, channels, outH, outW, kernel, kernel, stride, stride, pad, pad, 1,
                pool, pool, poolStride, poolStride, poolPad, poolPad, rows, Activation.Gelu, 0f, 0f);
            Assert.Equal(expected, y.Span.ToArray());
        }
    }

    [Fact]
    public void ShortSpansAndWindowsOutsideAreRefused()
    {
        int scratch = ConvPool.ScratchLength(8, 8, 1, 8, 8, 1, 3, 3, 1, 1, 1, 1, 1, 2, 2, 2);
        Run(new float[64], new float[scratch], 4);
        Assert.Throws<ArgumentException>(() => Run(new float[63], new float[scratch], 4));
        Assert.Throws<ArgumentException>(() => Run(new float[64], new float[scratch - 1], 4));
        Assert.Throws<ArgumentException>(() => Run(new float[64], new float[scratch], 5));
    }

    private static void Run(float[] x, float[] scratch, int outH) => ConvPool.MaxF32(
        x, new float[9 * 16], default, new float[32], scratch, 8, 8, 1, 8, 8, 1, outH, 4, 3, 3, 1, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 2, Activation.None, 0f, 0f);
}
