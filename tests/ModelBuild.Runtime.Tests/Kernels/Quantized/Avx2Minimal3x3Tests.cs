using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>Minimal filtering in integers gives the bytes of the plain loop: every size of an image to some tiles, every number of channels, values of the largest magnitude.</summary>
public sealed unsafe class Avx2Minimal3x3Tests
{
    private const byte XZero = 77;
    private const int YZero = 40;
    private const int MaxSize = 11;

    [Fact]
    public void EverySizeIsThePlainLoop()
    {
        for (int height = 4; height <= MaxSize; height++)
        {
            for (int width = 4; width <= MaxSize; width++)
            {
                Check(1 + (width % 3), height, width, 16, 16, extreme: false, min: 0);
            }
        }
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(32, 16)]
    [InlineData(48, 80)]
    [InlineData(64, 64)]
    [InlineData(64, 80)]
    [InlineData(80, 64)]
    [InlineData(128, 32)]
    [InlineData(144, 48)]
    [InlineData(256, 16)]
    [InlineData(256, 32)]
    public void EveryNumberOfChannelsIsThePlainLoop(int inC, int outC)
    {
        Check(1, 8, 9, inC, outC, extreme: false, min: 0);
        Check(2, 10, 10, inC, outC, extreme: true, min: 45);
        Check(1, 4, 6, inC, outC, extreme: true, min: 0);
    }

    private static void Check(int batch, int height, int width, int inC, int outC, bool extreme, int min)
    {
        var c = new ConvCase(batch, height, width, inC, outC, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1);
        var random = new Random((height * 31) + (width * 7) + inC);
        var xValues = new byte[batch * height * width * inC];
        var w = new sbyte[outC * inC * 9];
        for (int i = 0; i < xValues.Length; i++)
        {
            xValues[i] = extreme ? (byte)(random.Next(2) * 255) : (byte)random.Next(256);
        }

        for (int i = 0; i < w.Length; i++)
        {
            w[i] = extreme ? (random.Next(8) == 0 ? (sbyte)127 : (sbyte)-128) : (sbyte)random.Next(-128, 128);
        }

        var packed = new sbyte[ConvU8S8Packing.PackedLength(outC, inC, 3, 3, 1, 1)];
        ConvU8S8Packing.Pack(w, packed, outC, inC, 3, 3, 1, 1);
        var sums = new int[outC];
        ConvU8S8Packing.ChannelSums(w, sums, outC);
        var bias = new int[outC];
        var scales = new float[outC];
        for (int o = 0; o < outC; o++)
        {
            bias[o] = random.Next(-3000, 3000);
            scales[o] = (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(9 * inC));
        }

        var folded = new int[outC];
        GemmU8S8Packing.FoldZeroPoint(bias, sums, folded, XZero);
        long[] expected = QuantizedReference.Conv(xValues, w, c, XZero, default);
        using var x = new GuardedMemory<byte>(xValues);
        using var y = new GuardedMemory<byte>(expected.Length);
        var shape = new ConvShape(batch, height, width, inC, c.OutH, c.OutW, outC, 3, 3, 1, 1, 0, 0, 1, 1, 1);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = packed)
        fixed (int* biasData = folded)
        fixed (float* scalesData = scales)
        fixed (byte* yData = y.Span)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.Bias = biasData;
            problem.Scales = scalesData;
            problem.XZeroPoint = XZero;
            var epilogue = new DotToU8(yData, outC, YZero, min, 250);
            if (Avx2.IsSupported)
            {
                Assert.True(Avx2Minimal3x3.CanRun(&problem));
                Avx2Minimal3x3.Run(&problem, ref epilogue);
            }
            else
            {
                Assert.False(Avx2Minimal3x3.CanRun(&problem));
                DotDriver.RunManaged(&problem, ref epilogue);
            }
        }

        for (int i = 0; i < expected.Length; i++)
        {
            int o = i % outC;
            Assert.Equal(QuantizedReference.ToU8(expected[i] + bias[o], scales[o], YZero, min, 250), y.Span[i]);
        }
    }
}
