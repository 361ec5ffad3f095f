using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using F32Kernels = ModelBuild.Kernels.Conv;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class ConvTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    public static TheoryData<ConvCase> Shapes => new(
        new ConvCase(1, 5, 5, 1, 1, 1, 1),
        new ConvCase(3, 7, 7, 19, 33, 1, 1),
        new ConvCase(2, 7, 6, 8, 16, 1, 1) { StrideH = 2, StrideW = 2 },
        new ConvCase(3, 1, 1, 12, 5, 1, 1) { StrideH = 3, StrideW = 2 },
        new ConvCase(3, 1, 4, 6, 5, 1, 1) { StrideW = 2 },
        new ConvCase(2, 4, 1, 6, 5, 1, 1) { StrideH = 2 },
        new ConvCase(2, 5, 4, 6, 10, 1, 1) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 9, 11, 3, 16, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 13, 13, 5, 35, 3, 3),
        new ConvCase(1, 8, 8, 16, 32, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 9, 8, 4, 20, 3, 3) { StrideH = 2, StrideW = 2, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 15, 17, 3, 24, 7, 7) { StrideH = 2, StrideW = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 },
        new ConvCase(1, 1, 31, 7, 9, 1, 5) { PadLeft = 2, PadRight = 2 },
        new ConvCase(1, 31, 1, 7, 9, 5, 1) { PadTop = 4 },
        new ConvCase(2, 5, 43, 3, 7, 3, 3) { PadTop = 1, PadLeft = 2, PadBottom = 2, PadRight = 1 },
        new ConvCase(1, 3, 9, 1, 7, 5, 3) { StrideH = 2, StrideW = 3, PadTop = 4, PadLeft = 2, PadBottom = 4 },
        new ConvCase(1, 20, 10, 1, 64, 10, 4) { StrideH = 2, StrideW = 2, PadTop = 4, PadLeft = 1, PadBottom = 5, PadRight = 1 },
        new ConvCase(1, 12, 12, 4, 8, 3, 3) { DilationH = 2, DilationW = 3, PadTop = 2, PadLeft = 3, PadBottom = 2, PadRight = 3 },
        new ConvCase(1, 12, 12, 4, 8, 3, 3) { DilationH = 2, PadTop = 2, PadBottom = 2 },
        new ConvCase(1, 5, 7, 1024, 24, 1, 1),
        new ConvCase(1, 7, 9, 512, 40, 1, 1) { StrideH = 2, StrideW = 2 },
        new ConvCase(1, 6, 3, 20, 56, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 6, 6, 12, 18, 3, 3) { Groups = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 6, 6, 6, 12, 3, 2) { Groups = 6, PadTop = 1, PadLeft = 1 },
        new ConvCase(2, 4, 5, 8, 40, 1, 1) { Groups = 2 },
        new ConvCase(2, 4, 4, 9, 21, 4, 4),
        new ConvCase(1, 4, 4, 64, 21, 3, 4),
        new ConvCase(1, 3, 3, 2, 5, 3, 3) { StrideH = 3, StrideW = 4, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(ConvCase shape)
    {
        Check(shape, Activation.None, false, false);
        Check(shape, Activation.Relu, true, true);
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation) =>
        Check(new ConvCase(1, 6, 5, 3, 40, 3, 3) { PadTop = 1, PadLeft = 1 }, activation, true, true);

    [Fact]
    public void NoScratchIsNeededWhereNoWindowLeavesTheImage()
    {
        Assert.Equal(0, F32Kernels.ScratchLength(8, 8, 4, 6, 6, 3, 3, 1, 1, 0, 0, 1, 1));
        Assert.Equal(0, F32Kernels.ScratchLength(8, 8, 4, 4, 4, 1, 1, 2, 2, 0, 0, 1, 1));
        Assert.Equal(10 * 10 * 4, F32Kernels.ScratchLength(8, 8, 4, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1));
        Assert.Equal(9 * 9 * 4, F32Kernels.ScratchLength(8, 8, 4, 4, 4, 3, 3, 2, 2, 0, 0, 1, 1));
    }

    [Fact]
    public void GroupsThatDoNotDivideAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ConvPacking.Pack(new float[64], new float[4096], 6, 4, 1, 1, 3));
        Assert.Throws<ArgumentException>(
            () => F32Kernels.F32(new float[64], new float[4096], default, default, new float[64], default, 1, 1, 1, 5, 1, 1, 4, 1, 1, 1, 1, 0, 0, 1, 1, 2, Activation.None, 0f, 0f));
    }

    [Fact]
    public void ShortScratchIsRefused() =>
        Assert.Throws<ArgumentException>(
            () => F32Kernels.F32(new float[16], new float[9 * 16], default, default, new float[16], new float[35], 1, 4, 4, 1, 4, 4, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, Activation.None, 0f, 0f));

    private static void Check(ConvCase s, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(s.GetHashCode());
        int inPerGroup = s.InC / s.Groups;
        float[] oihw = ProductCheck.RandomValues(random, s.OutC * inPerGroup * s.KernelH * s.KernelW);
        float[] packed = new float[ConvPacking.PackedLength(s.OutC, s.InC, s.KernelH, s.KernelW, s.Groups)];
        ConvPacking.Pack(oihw, packed, s.OutC, s.InC, s.KernelH, s.KernelW, s.Groups);
        int outputs = s.Batch * s.OutH * s.OutW * s.OutC;
        int scratchLength = F32Kernels.ScratchLength(
            s.InH, s.InW, s.InC, s.OutH, s.OutW, s.KernelH, s.KernelW, s.StrideH, s.StrideW, s.PadTop, s.PadLeft, s.DilationH, s.DilationW);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, s.Batch * s.InH * s.InW * s.InC));
        using var w = new GuardedMemory<float>(packed);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? s.OutC : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? outputs : 0));
        using var scratch = new GuardedMemory<float>(scratchLength);
        using var y = new GuardedMemory<float>(outputs);
        scratch.Span.Fill(float.NaN);
        F32Kernels.F32(
            x.Span, w.Span, bias.Span, residual.Span, y.Span, scratch.Span, s.Batch, s.InH, s.InW, s.InC, s.OutH, s.OutW, s.OutC, s.KernelH, s.KernelW,
            s.StrideH, s.StrideW, s.PadTop, s.PadLeft, s.DilationH, s.DilationW, s.Groups, activation, Alpha, Beta);
        for (int i = 0; i < outputs; i++)
        {
            int output = i % s.OutC;
            int ox = i / s.OutC % s.OutW;
            int oy = i / s.OutC / s.OutW % s.OutH;
            (double sum, double magnitude) = ReferenceConv.At(s, x.Span, oihw, i / s.OutC / s.OutW / s.OutH, oy, ox, output);
            sum += (withBias ? bias.Span[output] : 0) + (withResidual ? residual.Span[i] : 0);
            double expected = ReferenceMath.Apply(activation, sum, Alpha, Beta);
            ProductCheck.Near(expected, y.Span[i], magnitude + 2, inPerGroup * s.KernelH * s.KernelW, activation > Activation.Clip, $"{s} {activation} [{oy},{ox},{output}]");
        }
    }
}
