using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class ConvTransposeTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    /// <summary>Shapes of the transposed convolution; the last two values are the output paddings.</summary>
    public static TheoryData<ConvCase, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<ConvCase, int, int>();
            data.Add(new ConvCase(1, 1, 1, 1, 1, 1, 1), 0, 0);
            data.Add(new ConvCase(2, 4, 5, 3, 7, 3, 3), 0, 0);
            data.Add(new ConvCase(2, 7, 6, 16, 20, 2, 2) { StrideH = 2, StrideW = 2 }, 0, 0);
            data.Add(new ConvCase(1, 7, 6, 5, 33, 3, 3) { StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 1);
            data.Add(new ConvCase(1, 5, 4, 4, 6, 3, 2) { StrideH = 3, StrideW = 2, DilationH = 2, DilationW = 3, PadTop = 2, PadRight = 1 }, 2, 0);
            data.Add(new ConvCase(2, 5, 4, 12, 18, 4, 4) { Groups = 3, StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 0, 0);
            data.Add(new ConvCase(1, 3, 9, 6, 6, 3, 3) { Groups = 6, StrideW = 4 }, 0, 3);
            data.Add(new ConvCase(1, 3, 7, 5, 1, 2, 2) { StrideH = 2, StrideW = 2 }, 0, 0);
            data.Add(new ConvCase(2, 2, 6, 3, 1, 2, 2) { StrideH = 2, StrideW = 2 }, 1, 1);
            data.Add(new ConvCase(1, 3, 5, 4, 2, 3, 1) { StrideH = 1, StrideW = 1 }, 0, 0);
            data.Add(new ConvCase(1, 3, 6, 4, 1, 2, 2) { StrideH = 2, StrideW = 2, PadLeft = 1, PadRight = 1 }, 0, 0);
            data.Add(new ConvCase(1, 3, 6, 4, 5, 3, 4) { StrideH = 2, StrideW = 2, PadLeft = 2, PadRight = 3 }, 0, 0);
            data.Add(new ConvCase(1, 2, 401, 3, 1, 2, 2) { StrideH = 2, StrideW = 2 }, 0, 0);
            data.Add(new ConvCase(1, 3, 71, 4, 18, 3, 3) { StrideH = 2, StrideW = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 1);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(ConvCase shape, int outputPadH, int outputPadW)
    {
        Check(shape, outputPadH, outputPadW, Activation.None, false, false);
        Check(shape, outputPadH, outputPadW, Activation.Relu, true, true);
        Check(shape, outputPadH, outputPadW, Activation.Silu, true, false);
    }

    private static void Check(ConvCase s, int outputPadH, int outputPadW, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(s.InC + s.OutC);
        int outPerGroup = s.OutC / s.Groups;
        int inPerGroup = s.InC / s.Groups;
        int outH = ((s.InH - 1) * s.StrideH) + ((s.KernelH - 1) * s.DilationH) + 1 - s.PadTop - s.PadBottom + outputPadH;
        int outW = ((s.InW - 1) * s.StrideW) + ((s.KernelW - 1) * s.DilationW) + 1 - s.PadLeft - s.PadRight + outputPadW;
        int outputs = s.Batch * outH * outW * s.OutC;
        float[] iohw = ProductCheck.RandomValues(random, s.InC * outPerGroup * s.KernelH * s.KernelW);
        float[] packed = new float[ConvTransposePacking.PackedLength(s.OutC, s.InC, s.KernelH, s.KernelW, s.Groups)];
        ConvTransposePacking.Pack(iohw, packed, s.OutC, s.InC, s.KernelH, s.KernelW, s.Groups);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, s.Batch * s.InH * s.InW * s.InC));
        using var w = new GuardedMemory<float>(packed);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? s.OutC : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? outputs : 0));
        using var scratch = new GuardedMemory<float>(ConvTranspose.ScratchLength(s.InW, s.OutC, s.KernelH, s.KernelW, s.Groups));
        using var y = new GuardedMemory<float>(outputs);
        y.Span.Fill(float.NaN);
        ConvTranspose.F32(
            x.Span, w.Span, bias.Span, residual.Span, y.Span, scratch.Span, s.Batch, s.InH, s.InW, s.InC, outH, outW, s.OutC, s.KernelH, s.KernelW,
            s.StrideH, s.StrideW, s.PadTop, s.PadLeft, s.DilationH, s.DilationW, s.Groups, activation, Alpha, Beta);

        // The definition: every input adds its product with the kernel to the outputs that the convolution would read for it.
        double[] sums = new double[outputs];
        double[] magnitudes = new double[outputs];
        for (int i = 0; i < x.Span.Length; i++)
        {
            int input = i % s.InC;
            int ix = i / s.InC % s.InW;
            int iy = i / s.InC / s.InW % s.InH;
            int image = i / s.InC / s.InW / s.InH;
            for (int output = 0; output < outPerGroup; output++)
            {
                for (int ky = 0; ky < s.KernelH; ky++)
                {
                    for (int kx = 0; kx < s.KernelW; kx++)
                    {
                        int oy = (iy * s.StrideH) + (ky * s.DilationH) - s.PadTop;
                        int ox = (ix * s.StrideW) + (kx * s.DilationW) - s.PadLeft;
                        if (oy >= 0 && oy < outH && ox >= 0 && ox < outW)
                        {
                            double product = (double)x.Span[i] * iohw[(((((input * outPerGroup) + output) * s.KernelH) + ky) * s.KernelW) + kx];
                            int target = (((((image * outH) + oy) * outW) + ox) * s.OutC) + (input / inPerGroup * outPerGroup) + output;
                            sums[target] += product;
                            magnitudes[target] += Math.Abs(product);
                        }
                    }
                }
            }
        }

        for (int i = 0; i < outputs; i++)
        {
            double sum = sums[i] + (withBias ? bias.Span[i % s.OutC] : 0) + (withResidual ? residual.Span[i] : 0);
            double expected = ReferenceMath.Apply(activation, sum, Alpha, Beta);
            ProductCheck.Near(expected, y.Span[i], magnitudes[i] + 2, inPerGroup * s.KernelH * s.KernelW, activation > Activation.Clip, $"{s} {activation} [{i}]");
        }
    }
}
