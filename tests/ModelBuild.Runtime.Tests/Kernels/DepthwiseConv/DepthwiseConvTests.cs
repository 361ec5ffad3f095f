using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Conv;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using F32Kernels = ModelBuild.Kernels.DepthwiseConv;

namespace ModelBuild.Runtime.Tests.Kernels.DepthwiseConv;

public sealed class DepthwiseConvTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    public static TheoryData<ConvCase> Shapes => new(
        Shape(1, 5, 5, 1, 3, 3, 1, 1),
        Shape(2, 9, 11, 16, 3, 3, 1, 1),
        Shape(1, 9, 12, 31, 3, 3, 2, 1),
        Shape(1, 8, 7, 45, 3, 3, 2, 0),
        Shape(1, 8, 5, 35, 3, 3, 1, 1),
        Shape(1, 7, 6, 32, 3, 3, 1, 1),
        Shape(1, 9, 9, 32, 3, 3, 2, 1),
        Shape(1, 12, 12, 19, 3, 3, 2, 1),
        Shape(1, 10, 11, 48, 3, 3, 2, 1),
        Shape(1, 11, 13, 28, 5, 5, 1, 2),
        Shape(1, 11, 13, 24, 5, 5, 2, 2),
        Shape(2, 3, 2, 20, 5, 5, 1, 2),
        Shape(1, 7, 7, 13, 7, 7, 1, 3),
        Shape(1, 1, 1, 16, 5, 5, 1, 9),
        Shape(1, 2, 9, 16, 5, 5, 1, 6),
        Shape(1, 6, 20, 33, 1, 4, 1, 0),
        Shape(1, 20, 6, 33, 4, 1, 3, 0),
        Shape(1, 2, 2, 17, 3, 3, 1, 4),
        Shape(1, 2, 2, 17, 3, 3, 3, 5),
        Shape(1, 1, 1, 8, 1, 1, 1, 0),
        Shape(1, 14, 14, 18, 3, 3, 1, 2) with { DilationH = 2, DilationW = 2 },
        Shape(1, 3, 4, 18, 3, 3, 1, 4) with { DilationH = 3, DilationW = 4 },
        Shape(1, 12, 9, 40, 3, 3, 2, 0) with { PadBottom = 1, PadRight = 1 },
        Shape(1, 12, 9, 40, 3, 3, 1, 0) with { PadTop = 2, PadRight = 3 });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(ConvCase shape)
    {
        Check(shape, Activation.None, false, false);
        Check(shape, Activation.Clip, true, true);
    }

    /// <summary>Images whose results do not stay in the caches until the function is applied to them.</summary>
    [Theory]
    [InlineData(40, 1, 1)]
    [InlineData(40, 2, 1)]
    [InlineData(21, 3, 4)]
    public void LargeImagesWithFunctionsMatchTheReference(int height, int stride, int pad)
    {
        Check(Shape(2, height, 37, 100, 3, 3, stride, pad), Activation.Silu, true, true);
        Check(Shape(1, height, 41, 97, 5, 5, stride, pad) with { PadTop = 0 }, Activation.Gelu, true, false);
        Check(Shape(1, height, 300, 61, 3, 3, stride, pad) with { DilationH = 2 }, Activation.HardSwish, false, true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryWidthMatchesTheReferenceWithAndWithoutEdges(int stride)
    {
        for (int width = 1; width <= 14; width++)
        {
            for (int left = 0; left <= 2; left++)
            {
                for (int right = 0; right <= 2; right++)
                {
                    if (width + left + right >= 3)
                    {
                        Check(Shape(1, 5, width, 84, 3, 3, stride, 1) with { PadLeft = left, PadRight = right }, Activation.Relu, true, true);
                    }
                }
            }
        }
    }

    /// <summary>Images with so many columns, or rows, that the weights stay in registers, with any pads and in both orders of rows and blocks.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void LongRowsMatchTheReference(int strideH, int strideW)
    {
        foreach (int width in (int[])[4, 6, 9, 31, 32, 33, 40])
        {
            foreach (int height in (int[])[1, 2, 3, 8, 11])
            {
                for (int pads = 0; pads < 16; pads++)
                {
                    ConvCase shape = Shape(1, height, width, 20, 3, 3, 1, 1) with
                    {
                        StrideH = strideH,
                        StrideW = strideW,
                        PadLeft = pads & 1,
                        PadRight = (pads >> 1) & 1,
                        PadTop = pads >> 2,
                        PadBottom = 3 - (pads >> 2),
                    };
                    Check(shape, Activation.Clip, pads % 3 > 0, false);
                }
            }

            Check(Shape(2, 37, width, 132, 3, 3, 1, 1) with { StrideH = strideH, StrideW = strideW }, Activation.None, true, false);
            Check(Shape(2, 37, width, 132, 3, 3, 1, 1) with { StrideH = strideH, StrideW = strideW }, Activation.Silu, true, false);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void EveryHeightMatchesTheReferenceWithAndWithoutEdges(int strideH, int strideW)
    {
        for (int height = 1; height <= 9; height++)
        {
            for (int top = 0; top <= 2; top++)
            {
                for (int bottom = 0; bottom <= 2; bottom++)
                {
                    if (height + top + bottom >= 3)
                    {
                        ConvCase shape = Shape(1, height, 10, 36, 3, 3, 1, 1) with { StrideH = strideH, StrideW = strideW, PadTop = top, PadBottom = bottom };
                        Check(shape, Activation.Relu, true, true);
                        Check(shape, Activation.None, false, false);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryWidthOfFiveColumnsMatchesTheReferenceWithAndWithoutEdges(int stride)
    {
        for (int width = 1; width <= 24; width++)
        {
            for (int left = 0; left <= 3; left++)
            {
                for (int right = 0; right <= 3; right++)
                {
                    if (width + left + right >= 5)
                    {
                        ConvCase shape = Shape(1, 4, width, 52, 5, 5, stride, 2) with { PadLeft = left, PadRight = right };
                        Check(shape, Activation.Relu, true, true);
                        Check(shape with { KernelH = 2, PadTop = 0, PadBottom = 1 }, Activation.None, false, false);
                    }
                }
            }
        }
    }

    [Fact]
    public void ARowWithOneColumnLeftOverMatchesTheReference()
    {
        for (int width = 41; width <= 52; width++)
        {
            Check(Shape(1, 3, width, 16, 5, 5, 1, 2), Activation.None, true, false);
        }
    }

    [Fact]
    public void EightChannelsMatchTheReferenceAtEverySize()
    {
        for (int size = 1; size <= 34; size++)
        {
            for (int pads = 0; pads < 4; pads++)
            {
                int left = pads & 1;
                int right = pads >> 1;
                if (size + left + right >= 3)
                {
                    Check(Shape(1, 6, size, 8, 3, 3, 1, 1) with { PadLeft = left, PadRight = right }, Activation.Clip, true, pads == 3);
                    Check(Shape(2, size, 6, 8, 3, 3, 1, 1) with { PadTop = left, PadBottom = right }, Activation.None, pads == 0, true);
                }
            }
        }
    }

    [Fact]
    public void ManyChannelsMatchTheReference() => Check(Shape(1, 20, 30, 364, 3, 3, 1, 1), Activation.Clip, true, false);

    [Fact]
    public void EveryChannelCountMatchesTheReference()
    {
        for (int channels = 1; channels <= 50; channels++)
        {
            Check(Shape(1, 4, 9, channels, 3, 3, 1, 1), Activation.Relu, true, false);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation)
    {
        Check(Shape(1, 6, 7, 21, 3, 3, 1, 1), activation, true, true);
        Check(Shape(2, 23, 20, 36, 3, 3, 1, 1), activation, true, true);
    }

    [Fact]
    public void NaNOutsideOfAWindowDoesNotReachIt()
    {
        const int Channels = 29;
        float[] x = new float[3 * 8 * Channels];
        x.AsSpan(0, Channels).Fill(float.NaN);
        float[] packed = new float[DepthwiseConvPacking.PackedLength(Channels, 3, 3)];
        float[] y = new float[3 * 8 * Channels];
        F32Kernels.F32(x, packed, default, default, y, 1, 3, 8, Channels, 3, 8, 3, 3, 1, 1, 1, 1, 1, 1, Activation.Relu, 0f, 0f);
        for (int i = 0; i < y.Length; i++)
        {
            int ox = i / Channels % 8;
            int oy = i / Channels / 8;
            Assert.Equal(ox <= 1 && oy <= 1, float.IsNaN(y[i]));
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[15], new float[9], default, default, new float[16], 1, 4, 4, 1, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, Activation.None, 0f, 0f));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[16], new float[8], default, default, new float[16], 1, 4, 4, 1, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, Activation.None, 0f, 0f));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[16], new float[9], default, default, new float[15], 1, 4, 4, 1, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1, Activation.None, 0f, 0f));
    }

    private static ConvCase Shape(int batch, int inH, int inW, int channels, int kernelH, int kernelW, int stride, int pad) =>
        new(batch, inH, inW, channels, channels, kernelH, kernelW)
        {
            Groups = channels,
            StrideH = stride,
            StrideW = stride,
            PadTop = pad,
            PadLeft = pad,
            PadBottom = pad,
            PadRight = pad,
        };

    private static void Check(ConvCase s, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(HashCode.Combine(s.InC, s.InW, s.KernelW));
        float[] oihw = ProductCheck.RandomValues(random, s.OutC * s.KernelH * s.KernelW);
        float[] packed = new float[DepthwiseConvPacking.PackedLength(s.OutC, s.KernelH, s.KernelW)];
        DepthwiseConvPacking.Pack(oihw, packed, s.OutC, s.KernelH, s.KernelW);
        int outputs = s.Batch * s.OutH * s.OutW * s.OutC;
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, s.Batch * s.InH * s.InW * s.InC));
        using var w = new GuardedMemory<float>(packed);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? s.OutC : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? outputs : 0));
        using var y = new GuardedMemory<float>(outputs);
        using var xAtStart = new GuardedMemory<float>(x.Span, GuardSide.Start);
        using var yAtStart = new GuardedMemory<float>(outputs, GuardSide.Start);
        Run(x.Span, y.Span, w.Span, bias.Span, residual.Span);
        Run(xAtStart.Span, yAtStart.Span, w.Span, bias.Span, residual.Span);
        Assert.True(y.Span.SequenceEqual(yAtStart.Span));
        for (int i = 0; i < outputs; i++)
        {
            int output = i % s.OutC;
            int ox = i / s.OutC % s.OutW;
            int oy = i / s.OutC / s.OutW % s.OutH;
            (double sum, double magnitude) = ReferenceConv.At(s, x.Span, oihw, i / s.OutC / s.OutW / s.OutH, oy, ox, output);
            sum += (withBias ? bias.Span[output] : 0) + (withResidual ? residual.Span[i] : 0);
            double expected = ReferenceMath.Apply(activation, sum, Alpha, Beta);
            ProductCheck.Near(expected, y.Span[i], magnitude + 2, s.KernelH * s.KernelW, activation > Activation.Clip, $"{s} {activation} [{oy},{ox},{output}]");
        }

        void Run(ReadOnlySpan<float> images, Span<float> results, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> summands) =>
            F32Kernels.F32(
                images, weights, biases, summands, results, s.Batch, s.InH, s.InW, s.InC, s.OutH, s.OutW, s.KernelH, s.KernelW, s.StrideH, s.StrideW,
                s.PadTop, s.PadLeft, s.DilationH, s.DilationW, activation, Alpha, Beta);
    }
}
