using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Conv;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Winograd;

public sealed class WinogradConvTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;
    private const int LargestChannels = 40;

    public static TheoryData<ConvCase> Shapes => new(
        Padded(1, 1, 1, 1, 1),
        Padded(1, 2, 3, 3, 5),
        Padded(2, 4, 4, 8, 16),
        Padded(1, 5, 4, 16, 33),
        Padded(3, 7, 9, 20, 48),
        Padded(1, 8, 8, 64, 64),
        Padded(1, 32, 32, 16, 16),
        Padded(1, 30, 31, 5, 7),
        Padded(1, 6, 6, 1024, 16),
        Padded(1, 14, 14, 96, 40),
        new ConvCase(1, 3, 3, 4, 4, 3, 3),
        new ConvCase(2, 6, 6, 17, 9, 3, 3),
        new ConvCase(1, 13, 11, 32, 64, 3, 3),
        new ConvCase(1, 9, 10, 6, 18, 3, 3) { PadTop = 1, PadRight = 1 },
        new ConvCase(1, 9, 10, 6, 18, 3, 3) { PadLeft = 1, PadBottom = 1 },
        new ConvCase(1, 3, 2, 9, 4, 3, 3) { PadTop = 5, PadLeft = 7, PadBottom = 6, PadRight = 9 },
        new ConvCase(1, 1, 1, 2, 3, 3, 3) { PadTop = 8, PadLeft = 2, PadBottom = 2, PadRight = 8 });

    public static TheoryData<int> Channels => [.. Enumerable.Range(1, LargestChannels)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(ConvCase shape)
    {
        Check(shape, Activation.None, false, false, false);
        Check(shape, Activation.Relu, true, true, false);
        Check(shape, Activation.Clip, true, true, true);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void EveryNumberOfChannelsMatchesTheReference(int channels)
    {
        Check(Padded(1, 6, 5, channels, LargestChannels + 1 - channels), Activation.None, true, false, false);
        Check(new ConvCase(1, 9, 7, channels, channels, 3, 3) { PadLeft = 1 }, Activation.Relu, false, true, true);
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation) =>
        Check(new ConvCase(1, 6, 5, 3, 40, 3, 3) { PadTop = 1, PadLeft = 1 }, activation, true, true, false);

    [Fact]
    public void TheErrorIsThatOfTheMeasurement()
    {
        double worst = new[] { Padded(1, 16, 16, 4, 16), Padded(1, 16, 16, 64, 32), Padded(1, 12, 12, 256, 16) }.Max(s => Check(s, Activation.None, false, false, false));
        Assert.InRange(worst, WinogradError.Measured / 5, WinogradError.Measured);
    }

    [Fact]
    public void NothingIsComputedOfNoImages() =>
        WinogradConv.F32(default, new float[WinogradPacking.PackedLength(1, 1)], default, default, default, new float[WinogradConv.ScratchLength(0, 4, 4, 1)], 0, 4, 4, 1, 4, 4, 1, 1, 1, Activation.None, 0f, 0f);

    [Fact]
    public void ShortMemoryIsRefused()
    {
        int scratch = WinogradConv.ScratchLength(1, 4, 4, 1);
        int packed = WinogradPacking.PackedLength(1, 1);
        Assert.Throws<ArgumentException>(() => Run(16, packed, 16, scratch - 1));
        Assert.Throws<ArgumentException>(() => Run(16, packed, 15, scratch));
        Assert.Throws<ArgumentException>(() => Run(16, packed - 1, 16, scratch));
        Assert.Throws<ArgumentException>(() => Run(15, packed, 16, scratch));
        Assert.Throws<ArgumentException>(() => WinogradPacking.Pack(new float[8], new float[packed], 1, 1));
        Assert.Throws<ArgumentException>(() => WinogradPacking.Pack(new float[9], new float[packed - 1], 1, 1));

        static void Run(int x, int w, int y, int scratch) =>
            WinogradConv.F32(new float[x], new float[w], default, default, new float[y], new float[scratch], 1, 4, 4, 1, 4, 4, 1, 1, 1, Activation.None, 0f, 0f);
    }

    private static ConvCase Padded(int batch, int height, int width, int inC, int outC) =>
        new(batch, height, width, inC, outC, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 };

    /// <summary>Returns the largest error as <see cref="WinogradError"/> counts it.</summary>
    private static double Check(ConvCase s, Activation activation, bool withBias, bool withResidual, bool inPlace)
    {
        var random = new Random((s.InH * 7919) + (s.InW * 104729) + (s.InC * 31) + s.OutC);
        float[] oihw = ProductCheck.RandomValues(random, s.OutC * s.InC * 9);
        float[] packed = new float[WinogradPacking.PackedLength(s.OutC, s.InC)];
        WinogradPacking.Pack(oihw, packed, s.OutC, s.InC);
        int outputs = s.Batch * s.OutH * s.OutW * s.OutC;
        float[] summands = ProductCheck.RandomValues(random, withResidual ? outputs : 0);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, s.Batch * s.InH * s.InW * s.InC));
        using var w = new GuardedMemory<float>(packed);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? s.OutC : 0));
        using var residual = new GuardedMemory<float>(summands);
        using var scratch = new GuardedMemory<float>(WinogradConv.ScratchLength(s.Batch, s.OutH, s.OutW, s.InC));
        using var own = new GuardedMemory<float>(outputs);
        scratch.Span.Fill(float.NaN);
        GuardedMemory<float> y = inPlace ? residual : own;
        WinogradConv.F32(
            x.Span, w.Span, bias.Span, residual.Span, y.Span, scratch.Span, s.Batch, s.InH, s.InW, s.InC, s.OutH, s.OutW, s.OutC, s.PadTop, s.PadLeft, activation, Alpha, Beta);
        double[] sums = new double[outputs];
        double[] magnitudes = new double[s.OutC];
        for (int i = 0; i < outputs; i++)
        {
            (int image, int oy, int ox, int output) = Position(s, i);
            (sums[i], double magnitude) = ReferenceConv.At(s, x.Span, oihw, image, oy, ox, output);
            magnitudes[output] = Math.Max(magnitudes[output], magnitude);
        }

        double worst = 0;
        for (int i = 0; i < outputs; i++)
        {
            (_, int oy, int ox, int output) = Position(s, i);
            double sum = sums[i] + (withBias ? bias.Span[output] : 0) + (withResidual ? summands[i] : 0);
            double expected = ReferenceMath.Apply(activation, sum, Alpha, Beta);
            double error = WinogradError.Of(expected, y.Span[i], magnitudes[output], activation > Activation.Clip);
            Assert.True(error <= WinogradError.Measured, $"{s} {activation} [{oy},{ox},{output}]: {y.Span[i]:R}, expected {expected:R}: error {error}");
            worst = Math.Max(worst, error);
        }

        return worst;
    }

    private static (int Image, int Y, int X, int Output) Position(ConvCase s, int index) =>
        (index / s.OutC / s.OutW / s.OutH, index / s.OutC / s.OutW % s.OutH, index / s.OutC % s.OutW, index % s.OutC);
}
