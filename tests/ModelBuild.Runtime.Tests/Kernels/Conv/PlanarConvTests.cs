using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class PlanarConvTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    public static TheoryData<ConvCase> Shapes => new(
        new ConvCase(1, 16, 16, 1, 8, 1, 1),
        new ConvCase(2, 18, 18, 3, 8, 3, 3),
        new ConvCase(2, 17, 19, 3, 24, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 20, 96, 3, 8, 3, 3) { StrideH = 2, StrideW = 2, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 21, 65, 3, 12, 3, 3) { StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 1 },
        new ConvCase(1, 33, 67, 3, 64, 7, 7) { StrideH = 2, StrideW = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 },
        new ConvCase(1, 33, 66, 3, 5, 5, 5) { StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 2, PadBottom = 2, PadRight = 2 },
        new ConvCase(1, 9, 64, 4, 17, 3, 3) { StrideH = 3, StrideW = 3, PadTop = 2, PadLeft = 1, PadRight = 1 },
        new ConvCase(1, 8, 80, 2, 9, 4, 4) { StrideH = 4, StrideW = 4 },
        new ConvCase(1, 1, 300, 1, 16, 1, 9) { PadLeft = 8 },
        new ConvCase(1, 1, 300, 1, 3, 1, 8) { StrideW = 4, PadLeft = 3, PadRight = 20 },
        new ConvCase(1, 5, 50, 2, 10, 3, 3) { DilationH = 2, DilationW = 3, PadTop = 4, PadBottom = 4 },
        new ConvCase(1, 5, 90, 2, 10, 3, 4) { DilationW = 3, StrideW = 2, PadTop = 4, PadBottom = 4, PadLeft = 5, PadRight = 30 },
        new ConvCase(1, 3, 4, 1, 7, 3, 3) { PadTop = 9, PadLeft = 30, PadBottom = 9, PadRight = 30 },
        new ConvCase(2, 40, 500, 4, 8, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(ConvCase shape)
    {
        Check(shape, Activation.None, false);
        Check(shape, Activation.Clip, true);
    }

    [Fact]
    public void EveryWidthAndNumberOfChannelsIsComplete()
    {
        for (int width = PlanarConv.LeastWidth; width < 70; width++)
        {
            Check(new ConvCase(1, 4, width, 2, 1 + (width % 17), 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, Activation.Relu, true);
            Check(new ConvCase(1, 4, 2 * width, 3, 1 + (width % 19), 3, 2) { StrideW = 2, PadTop = 1 }, Activation.None, true);
            Check(new ConvCase(1, 3, width, 2, 59, 2, 2) { PadLeft = 1 }, Activation.Clip, width % 2 == 0);
            Check(new ConvCase(1, 3, (2 * width) + 1, 1, 8, 2, 3) { StrideW = 2, PadLeft = width % 3 }, Activation.Relu, true);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation) => Check(new ConvCase(1, 6, 35, 3, 11, 3, 3) { PadTop = 1, PadLeft = 1 }, activation, true);

    [Fact]
    public void ThreadsComputeTheSame()
    {
        ConvCase s = new(2, 67, 130, 3, 20, 3, 3) { StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 1 };
        float[] x = Samples.Uniform(s.Batch * s.InC * s.InH * s.InW, 1);
        float[] packed = Pack(s, Samples.Uniform(s.OutC * s.InC * s.KernelH * s.KernelW, 2));
        float[] bias = Samples.Uniform(s.OutC, 3);
        float[] scratch = new float[ScratchLength(s)];
        Shared.Check<float>(s.Batch * s.OutH * s.OutW * s.OutC, y => Run(s, x, packed, bias, y, scratch, Activation.Relu));
    }

    [Fact]
    public void WhatIsTooNarrowOrTooLargeIsRefused()
    {
        float[] much = new float[20_000];
        ArgumentException narrow = Assert.ThrowsAny<ArgumentException>(() => Run(new ConvCase(1, 3, 15, 1, 1, 1, 1), much, much, [], much, much, Activation.None));
        Assert.Equal("outW", narrow.ParamName);
        ArgumentException large = Assert.ThrowsAny<ArgumentException>(() => Run(new ConvCase(1, 33, 50, 1, 1, 33, 33) { PadRight = 10 }, much, much, [], much, much, Activation.None));
        Assert.Contains("1024", large.Message, StringComparison.Ordinal);
    }

    private static void Check(ConvCase s, Activation activation, bool withBias)
    {
        float[] pixels = Samples.Uniform(s.Batch * s.InH * s.InW * s.InC, s.InW);
        float[] w = Samples.Uniform(s.OutC * s.InC * s.KernelH * s.KernelW, s.OutC);
        float[] bias = withBias ? Samples.Uniform(s.OutC, 7) : [];
        using var x = new GuardedMemory<float>(Planes(s, pixels));
        using var packed = new GuardedMemory<float>(Pack(s, w));
        using var y = new GuardedMemory<float>(s.Batch * s.OutH * s.OutW * s.OutC);
        using var scratch = new GuardedMemory<float>(ScratchLength(s));
        scratch.Span.Fill(float.NaN);
        Run(s, x.Span, packed.Span, bias, y.Span, scratch.Span, activation);
        for (int i = 0; i < y.Span.Length; i++)
        {
            int output = i % s.OutC;
            int pixel = i / s.OutC;
            (double sum, double magnitude) = ReferenceConv.At(s, pixels, w, pixel / (s.OutH * s.OutW), pixel / s.OutW % s.OutH, pixel % s.OutW, output);
            double expected = ReferenceMath.Apply(activation, sum + (withBias ? bias[output] : 0), Alpha, Beta);
            ProductCheck.Near(expected, y.Span[i], magnitude + 1, s.InC * s.KernelH * s.KernelW, activation > Activation.Clip, $"{s} {activation} [{i}]");
        }
    }

    private static float[] Planes(ConvCase s, float[] pixels)
    {
        float[] planes = new float[pixels.Length];
        int area = s.InH * s.InW;
        for (int i = 0; i < pixels.Length; i++)
        {
            planes[(((i / (area * s.InC) * s.InC) + (i % s.InC)) * area) + (i / s.InC % area)] = pixels[i];
        }

        return planes;
    }

    private static float[] Pack(ConvCase s, float[] w)
    {
        float[] packed = new float[PlanarConvPacking.PackedLength(s.OutC, s.InC, s.KernelH, s.KernelW)];
        PlanarConvPacking.Pack(w, packed, s.OutC, s.InC, s.KernelH, s.KernelW);
        return packed;
    }

    private static int ScratchLength(ConvCase s) => PlanarConv.ScratchLength(s.InC, s.OutH, s.OutW, s.KernelH, s.KernelW, s.StrideH, s.StrideW, s.DilationH, s.DilationW);

    private static void Run(ConvCase s, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> y, Span<float> scratch, Activation activation) =>
        PlanarConv.F32(
            x, w, bias, y, scratch, s.Batch, s.InH, s.InW, s.InC, s.OutH, s.OutW, s.OutC, s.KernelH, s.KernelW, s.StrideH, s.StrideW, s.PadTop, s.PadLeft, s.DilationH, s.DilationW,
            activation, Alpha, Beta);
}
