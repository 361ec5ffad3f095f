using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed unsafe class DepthwiseConvU8S8Tests
{
    private static readonly int[] s_channels = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 130];

    private static readonly ConvCase[] s_geometries =
    [
        new ConvCase(1, 7, 9, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0),
        new ConvCase(2, 8, 11, 0, 0, 3, 3, 2, 2, 0, 1, 1, 1, 1, 1, 0),
        new ConvCase(1, 9, 14, 0, 0, 5, 4, 1, 1, 2, 3, 2, 3, 1, 1, 0),
        new ConvCase(1, 9, 14, 0, 0, 3, 3, 1, 2, 2, 2, 2, 2, 2, 2, 0),
        new ConvCase(1, 2, 2, 0, 0, 7, 7, 1, 1, 3, 3, 3, 3, 1, 1, 0),
        new ConvCase(1, 3, 2, 0, 0, 3, 3, 1, 1, 5, 4, 5, 4, 1, 1, 0),
        new ConvCase(1, 1, 16, 0, 0, 1, 3, 1, 1, 0, 0, 0, 0, 1, 1, 0),
        new ConvCase(1, 3, 3, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0),
        new ConvCase(1, 3, 45, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0),
        new ConvCase(1, 4, 75, 0, 0, 3, 3, 1, 2, 1, 1, 1, 1, 1, 1, 0),
        new ConvCase(1, 6, 13, 0, 0, 3, 3, 3, 3, 1, 0, 1, 2, 1, 3, 0),
    ];

    public static TheoryData<int> Channels => new(s_channels);

    [Theory]
    [MemberData(nameof(Channels))]
    public void EveryKernelIsThePlainLoop(int channels)
    {
        foreach (ConvCase geometry in s_geometries)
        {
            foreach (byte xZero in new byte[] { 0, 131 })
            {
                Check(geometry with { InC = channels, OutC = channels, Groups = channels }, xZero, hasWeightZeros: false);
                Check(geometry with { InC = channels, OutC = channels, Groups = channels }, xZero, hasWeightZeros: true);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryWidthIsThePlainLoopWithAndWithoutEdges(int stride)
    {
        for (int width = 1; width <= 22; width++)
        {
            for (int pads = 0; pads < 9; pads++)
            {
                if (width + (pads / 3) + (pads % 3) >= 3)
                {
                    foreach (int channels in new[] { 8, 16, 21, 40, 72 })
                    {
                        Check(
                            new ConvCase(2, 5, width, channels, channels, 3, 3, stride, stride, 1, pads / 3, 1, pads % 3, 1, 1, 0) { Groups = channels }, (byte)(width * 11),
                            hasWeightZeros: false);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 300)]
    [InlineData(1, 700)]
    public void ImagesLargerThanABandAreThePlainLoop(int stride, int width) =>
        Check(new ConvCase(1, 23, width, 64, 64, 3, 3, stride, stride, 1, 1, 1, 1, 1, 1, 0) { Groups = 64 }, 77, hasWeightZeros: false);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(7, 2)]
    [InlineData(34, 3)]
    public void EveryHeightIsThePlainLoopWithAndWithoutEdges(int height, int batch)
    {
        for (int pads = 0; pads < 16; pads++)
        {
            if (height + (pads / 4) + (pads % 4) >= 3)
            {
                foreach (int stride in new[] { 1, 2 })
                {
                    Check(
                        new ConvCase(batch, height, 6, 70, 70, 3, 3, stride, stride, pads / 4, 1, pads % 4, 1, 1, 1, 0) { Groups = 70 }, (byte)(pads * 13), hasWeightZeros: false);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 128)]
    [InlineData(1, 0, 131)]
    [InlineData(1, 1, 257)]
    [InlineData(2, 1, 257)]
    [InlineData(2, 0, 518)]
    public void LinesOfSeveralCallsAreThePlainLoop(int stride, int pad, int width) =>
        Check(new ConvCase(1, 4, width, 66, 66, 3, 3, stride, stride, 1, pad, 1, pad, 1, 1, 0) { Groups = 66 }, 19, hasWeightZeros: false);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void StridesThatDifferAreThePlainLoop(int strideH)
    {
        foreach (int channels in new[] { 16, 64, 90 })
        {
            Check(new ConvCase(2, 9, 8, channels, channels, 3, 3, strideH, 2, 1, 1, 1, 1, 1, 1, 0) { Groups = channels }, 200, hasWeightZeros: false);
            Check(new ConvCase(2, 9, 8, channels, channels, 3, 3, 2, strideH, 1, 1, 1, 1, 1, 1, 0) { Groups = channels }, 200, hasWeightZeros: false);
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(64, 1)]
    [InlineData(83, 1)]
    [InlineData(64, 2)]
    public void ScaledSumsAboveAllIntegersAreThePlainLoop(int channels, int stride) =>
        Check(new ConvCase(1, 6, 7, channels, channels, 3, 3, stride, stride, 1, 1, 1, 1, 1, 1, 0) { Groups = channels }, 100, hasWeightZeros: false, scale: 1e7f);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void EveryKernelSizeIsThePlainLoop(int height)
    {
        for (int width = 1; width <= 8; width++)
        {
            foreach (int channels in new[] { 8, 21, 72 })
            {
                foreach ((int strideH, int strideW, int dilationH, int dilationW) in new[] { (1, 1, 1, 1), (2, 2, 1, 1), (3, 1, 1, 1), (1, 3, 1, 2), (1, 1, 2, 1) })
                {
                    var geometry = new ConvCase(
                        2, 9, 10 + (width % 3), channels, channels, height, width, strideH, strideW, height / 2, width / 2, height / 2, width - (width / 2), dilationH, dilationW, 0)
                    { Groups = channels };
                    if (geometry is { OutH: > 0, OutW: > 0 })
                    {
                        Check(geometry, (byte)(width * 31), hasWeightZeros: (height + width) % 3 == 0);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(5, 2, 1)]
    [InlineData(5, 1, 9)]
    [InlineData(7, 7, 1)]
    [InlineData(3, 24, 1)]
    public void WideLinesWithManyTapsAreThePlainLoop(int size, int stride, int dilation) => Check(
        new ConvCase(1, 11, 259, 80, 80, size, size, stride, stride, size / 2, 2, size / 2, 3, 1, dilation, 0) { Groups = 80 }, 91, hasWeightZeros: false);

    [Theory]
    [InlineData(1 << 14)]
    [InlineData((1 << 14) + 1)]
    [InlineData(-(1 << 14))]
    [InlineData(-(1 << 14) - 1)]
    public void WeightZeroPointsFarFromAllWeightsAreThePlainLoop(int zero) => Check(
        new ConvCase(1, 6, 7, 24, 24, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0) { Groups = 24 }, 100, hasWeightZeros: true, scale: 1e-3f, zero);

    private static void Check(ConvCase c, byte xZero, bool hasWeightZeros, float scale = 1f, int lastZero = 7)
    {
        const int YZero = 31;
        var random = new Random(c.InC + (c.KernelH * 100));
        var xValues = new byte[c.Batch * c.InH * c.InW * c.InC];
        random.NextBytes(xValues);
        int taps = c.KernelH * c.KernelW;
        var w = new sbyte[c.InC * taps];
        for (int i = 0; i < w.Length; i++)
        {
            w[i] = (sbyte)random.Next(-128, 128);
        }

        var packed = new sbyte[DepthwiseConvU8S8Packing.PackedLength(c.InC, c.KernelH, c.KernelW)];
        DepthwiseConvU8S8Packing.Pack(w, packed, c.InC, c.KernelH, c.KernelW);
        var sums = new int[c.InC];
        ConvU8S8Packing.ChannelSums(w, sums, c.InC);
        var bias = new int[c.InC];
        var scales = new float[c.InC];
        var floatBias = new float[c.InC];
        for (int o = 0; o < c.InC; o++)
        {
            bias[o] = random.Next(-3000, 3000);
            scales[o] = scale * (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(taps));
            floatBias[o] = random.NextSingle() - 0.5f;
        }

        int[] zeros = hasWeightZeros ? [.. scales.Skip(1).Select(_ => random.Next(-255, 256)), lastZero] : [];
        var folded = new int[c.InC];
        GemmU8S8Packing.FoldZeroPoint(bias, sums, folded, xZero);
        long[] expected = QuantizedReference.Conv(xValues, w, c, xZero, zeros);
        using var x = new GuardedMemory<byte>(xValues);
        using var wGuarded = new GuardedMemory<sbyte>(packed);
        using var u8 = new GuardedMemory<byte>(expected.Length);
        using var f32 = new GuardedMemory<float>(expected.Length);
        using var s32 = new GuardedMemory<int>(expected.Length);
        DepthwiseConvU8S8.ToU8(
            x.Span, wGuarded.Span, folded, scales, zeros, u8.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft,
            c.DilationH, c.DilationW, xZeroPoint: xZero, yZeroPoint: YZero, yMin: 31, yMax: 240);
        DepthwiseConvU8S8.ToF32(
            x.Span, wGuarded.Span, folded, scales, floatBias, zeros, f32.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop,
            c.PadLeft, c.DilationH, c.DilationW, xZeroPoint: xZero, Activation.Clip, -1f, 1f);
        DepthwiseConvU8S8.ToS32(
            x.Span, wGuarded.Span, folded, s32.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft,
            c.DilationH, c.DilationW, xZeroPoint: xZero);
        for (int i = 0; i < expected.Length; i++)
        {
            int o = i % c.InC;
            long accumulator = expected[i] + bias[o];
            Assert.True(hasWeightZeros || accumulator == s32.Span[i]);
            Assert.Equal(QuantizedReference.ToU8(accumulator, scales[o], YZero, 31, 240), u8.Span[i]);
            float product = accumulator * scales[o];
            Assert.Equal(MathF.Max(-1f, MathF.Min(1f, product + floatBias[o])), f32.Span[i]);
        }

        int[] entry = [.. expected.Select((e, i) => (int)(e + bias[i % c.InC]))];
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = wGuarded.Span)
        fixed (int* biasData = folded)
        fixed (int* zerosData = zeros)
        fixed (int* yData = s32.Span)
        {
            var problem = new DepthwiseProblem
            {
                X = xData,
                W = wData,
                Bias = biasData,
                WeightZeroPoints = zerosData,
                Batch = c.Batch,
                InH = c.InH,
                InW = c.InW,
                Channels = c.InC,
                OutH = c.OutH,
                OutW = c.OutW,
                KernelH = c.KernelH,
                KernelW = c.KernelW,
                StrideH = c.StrideH,
                StrideW = c.StrideW,
                PadTop = c.PadTop,
                PadLeft = c.PadLeft,
                DilationH = c.DilationH,
                DilationW = c.DilationW,
                XZeroPoint = xZero,
            };
            var epilogue = new DotToS32(yData, c.InC);
            s32.Span.Clear();
            DepthwiseDriver.Run<ScalarDepthwise, DotToS32>(&problem, ref epilogue);
            Assert.Equal(entry, s32.Span.ToArray());
            if (Vector128.IsHardwareAccelerated && c.InC >= Vector128Depthwise.Lanes)
            {
                s32.Span.Clear();
                DepthwiseDriver.Run<Vector128Depthwise, DotToS32>(&problem, ref epilogue);
                Assert.Equal(entry, s32.Span.ToArray());
            }

            if (Avx2.IsSupported && c.InC >= Avx2Depthwise.Lanes)
            {
                s32.Span.Clear();
                DepthwiseDriver.Run<Avx2Depthwise, DotToS32>(&problem, ref epilogue);
                Assert.Equal(entry, s32.Span.ToArray());
            }

            if (AvxVnniDepthwise.Takes<DotToS32>(&problem))
            {
                s32.Span.Clear();
                AvxVnniDepthwise.Run(&problem, ref epilogue);
                Assert.Equal(entry, s32.Span.ToArray());
            }

            if (Avx2DepthwisePairs.Takes<DotToU8>(&problem))
            {
                byte[] fromEntry = u8.Span.ToArray();
                fixed (float* scalesData = scales)
                fixed (byte* bytesData = u8.Span)
                {
                    problem.Scales = scalesData;
                    var toBytes = new DotToU8(bytesData, c.InC, YZero, 31, 240);
                    u8.Span.Clear();
                    Avx2DepthwisePairs.Run(&problem, ref toBytes);
                    Assert.Equal(fromEntry, u8.Span.ToArray());
                    problem.Scales = null;
                }
            }

            if (AvxVnniDepthwise.Takes<DotToU8>(&problem))
            {
                byte[] fromEntry = u8.Span.ToArray();
                fixed (float* scalesData = scales)
                fixed (byte* bytesData = u8.Span)
                {
                    problem.Scales = scalesData;
                    var toBytes = new DotToU8(bytesData, c.InC, YZero, 31, 240);
                    u8.Span.Clear();
                    AvxVnniDepthwise.Run(&problem, ref toBytes);
                    Assert.Equal(fromEntry, u8.Span.ToArray());
                    if (AvxVnniStrips.Takes<DotToU8>(&problem))
                    {
                        u8.Span.Clear();
                        AvxVnniStrips.Run(&problem, ref toBytes);
                        Assert.Equal(fromEntry, u8.Span.ToArray());
                    }

                    problem.Scales = null;
                }
            }

            if (Avx512BW.IsSupported && c.InC >= Avx512Depthwise.Lanes)
            {
                s32.Span.Clear();
                DepthwiseDriver.Run<Avx512Depthwise, DotToS32>(&problem, ref epilogue);
                Assert.Equal(entry, s32.Span.ToArray());
            }
        }
    }
}
