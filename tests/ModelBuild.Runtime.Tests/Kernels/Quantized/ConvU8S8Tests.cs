using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed class ConvU8S8Tests
{
    public static TheoryData<ConvCase> Cases => new()
    {
        new ConvCase(1, 5, 6, 3, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(2, 9, 7, 5, 17, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(1, 8, 8, 16, 32, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1),
        new ConvCase(3, 4, 5, 7, 19, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
        new ConvCase(2, 5, 5, 6, 5, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
        new ConvCase(1, 11, 10, 4, 6, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 1),
        new ConvCase(1, 9, 9, 3, 6, 3, 2, 1, 1, 0, 0, 0, 0, 2, 3, 1),
        new ConvCase(2, 6, 6, 8, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 4),
        new ConvCase(1, 7, 6, 9, 9, 2, 3, 2, 1, 0, 1, 1, 1, 1, 1, 3),
        new ConvCase(1, 5, 5, 6, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 6),
        new ConvCase(2, 1, 20, 2, 5, 1, 5, 1, 2, 0, 2, 0, 2, 1, 1, 1),
        new ConvCase(1, 4, 4, 1, 33, 4, 4, 1, 1, 3, 0, 0, 3, 1, 1, 1),
        new ConvCase(1, 3, 3, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
        new ConvCase(1, 10, 9, 3, 20, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 1),
        new ConvCase(1, 6, 6, 2, 4, 3, 3, 2, 2, 0, 0, 1, 1, 1, 1, 1),
        new ConvCase(1, 7, 33, 4, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(2, 5, 20, 8, 48, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(1, 9, 50, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(1, 3, 200, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        new ConvCase(1, 8, 8, 32, 64, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
        new ConvCase(1, 3, 2, 20, 112, 2, 2, 1, 1, 3, 40, 2, 50, 1, 1, 1),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryOutputIsThePlainLoop(ConvCase c)
    {
        const byte XZero = 77;
        const int YZero = 40;
        const float XScale = 0.02f;
        var random = new Random((c.InH * 31) + (c.OutC * 7) + c.KernelW);
        var xValues = new byte[c.Batch * c.InH * c.InW * c.InC];
        random.NextBytes(xValues);
        int window = c.InC / c.Groups * c.KernelH * c.KernelW;
        var w = new sbyte[c.OutC * window];
        for (int i = 0; i < w.Length; i++)
        {
            w[i] = (sbyte)random.Next(-128, 128);
        }

        var packed = new sbyte[ConvU8S8Packing.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups)];
        ConvU8S8Packing.Pack(w, packed, c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups);
        var sums = new int[c.OutC];
        ConvU8S8Packing.ChannelSums(w, sums, c.OutC);
        var bias = new int[c.OutC];
        var scales = new float[c.OutC];
        var floatBias = new float[c.OutC];
        var wZero = new int[c.OutC];
        for (int o = 0; o < c.OutC; o++)
        {
            bias[o] = random.Next(-3000, 3000);
            scales[o] = (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(window));
            floatBias[o] = random.NextSingle();
            wZero[o] = random.Next(-9, 9);
        }

        var folded = new int[c.OutC];
        GemmU8S8Packing.FoldZeroPoint(bias, sums, folded, XZero);
        using var x = new GuardedMemory<byte>(xValues);
        using var scratch = new GuardedMemory<byte>(
            ConvU8S8.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW));
        long[] plain = QuantizedReference.Conv(xValues, w, c, XZero, default);
        long[] withZero = QuantizedReference.Conv(xValues, w, c, XZero, wZero);
        using var u8 = new GuardedMemory<byte>(plain.Length);
        using var f32 = new GuardedMemory<float>(plain.Length);
        using var dynamic = new GuardedMemory<float>(plain.Length);
        using var s32 = new GuardedMemory<int>(plain.Length);
        using var s32Dynamic = new GuardedMemory<int>(plain.Length);
        ConvU8S8.ToU8(
            x.Span, packed, folded, scales, default, u8.Span, scratch.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW, c.StrideH, c.StrideW,
            c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups, xZeroPoint: XZero, yZeroPoint: YZero, yMin: 0, yMax: 250);
        ConvU8S8.ToF32(
            x.Span, packed, folded, scales, floatBias, wZero, f32.Span, scratch.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW, c.StrideH,
            c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups, xZeroPoint: XZero, Activation.LeakyRelu, 0.1f, 0f);
        ConvU8S8.ToF32Dynamic(
            x.Span, packed, scales, floatBias, sums, default, [XScale], [XZero], dynamic.Span, scratch.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH,
            c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups, Activation.None, 0f, 0f);
        ConvU8S8.ToS32(
            x.Span, packed, folded, default, s32.Span, scratch.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW, c.StrideH, c.StrideW,
            c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups, xZeroPoint: XZero);
        ConvU8S8.ToS32Dynamic(
            x.Span, packed, sums, wZero, [XZero], s32Dynamic.Span, scratch.Span, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW, c.StrideH,
            c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups);
        for (int i = 0; i < plain.Length; i++)
        {
            int o = i % c.OutC;
            Assert.Equal(QuantizedReference.ToU8(plain[i] + bias[o], scales[o], YZero, 0, 250), u8.Span[i]);
            float product = (withZero[i] + bias[o]) * scales[o];
            float sum = product + floatBias[o];
            Assert.Equal(sum >= 0f ? sum : 0.1f * sum, f32.Span[i]);
            product = plain[i] * (XScale * scales[o]);
            Assert.Equal(product + floatBias[o], dynamic.Span[i]);
            Assert.Equal(plain[i] + bias[o], s32.Span[i]);
            Assert.Equal(withZero[i], s32Dynamic.Span[i]);
        }
    }
}
