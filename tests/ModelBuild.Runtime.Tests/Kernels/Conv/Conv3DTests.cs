using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using F32Kernels = ModelBuild.Kernels.Conv;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed class Conv3DTests
{
    private const int Batch = 2;
    private const int InH = 5;
    private const int InW = 6;
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    /// <summary>Depth, kernel, stride, pad and dilation along the depth, input and output channels, groups. The last plane of the third case sees nothing but padding.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Cases => new()
    {
        { 4, 3, 1, 1, 1, 3, 19, 1 },
        { 7, 2, 2, 0, 2, 8, 6, 2 },
        { 2, 1, 3, 4, 1, 4, 4, 4 },
        { 1, 3, 1, 2, 2, 1, 33, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheConvolutionMatchesTheDefinition(int inD, int kernelD, int strideD, int pad, int dilationD, int inC, int outC, int groups)
    {
        int outD = ((inD + (2 * pad) - ((kernelD - 1) * dilationD) - 1) / strideD) + 1;
        int inPerGroup = inC / groups;
        var random = new Random(inD + kernelD);
        float[] w = ProductCheck.RandomValues(random, outC * inPerGroup * kernelD * 9);
        float[] packed = new float[Conv3D.PackedLength(outC, inC, kernelD, 3, 3, groups)];
        Conv3D.Pack(w, packed, outC, inC, kernelD, 3, 3, groups);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, Batch * inD * InH * InW * inC));
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, outC));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, Batch * outD * InH * InW * outC));
        using var scratch = new GuardedMemory<float>(F32Kernels.ScratchLength(InH, InW, inC, InH, InW, 3, 3, 1, 1, 1, 1, 1, 1));
        using var y = new GuardedMemory<float>(residual.Span.Length);
        Conv3D.F32(
            x.Span, packed, bias.Span, residual.Span, y.Span, scratch.Span, Batch, inD, InH, InW, inC, outD, InH, InW, outC, kernelD, 3, 3, strideD, 1, 1, pad, 1, 1, dilationD, 1, 1, groups,
            Activation.LeakyRelu, Alpha, Beta);
        for (int i = 0; i < y.Span.Length; i++)
        {
            int output = i % outC;
            int[] at = [i / outC / InW / InH % outD, i / outC / InW % InH, i / outC % InW];
            int image = i / outC / InW / InH / outD;
            double sum = bias.Span[output] + residual.Span[i];
            double magnitude = 2;
            for (int tap = 0; tap < kernelD * 9 * inPerGroup; tap++)
            {
                int c = tap % inPerGroup;
                int k = tap / inPerGroup;
                int d = (at[0] * strideD) + (k / 9 * dilationD) - pad;
                int row = at[1] + (k / 3 % 3) - 1;
                int column = at[2] + (k % 3) - 1;
                if (d >= 0 && d < inD && row >= 0 && row < InH && column >= 0 && column < InW)
                {
                    double product = (double)x.Span[((((((image * inD) + d) * InH) + row) * InW) + column) * inC + (output / (outC / groups) * inPerGroup) + c] * w[(((output * inPerGroup) + c) * kernelD * 9) + k];
                    sum += product;
                    magnitude += Math.Abs(product);
                }
            }

            ProductCheck.Near(ReferenceMath.Apply(Activation.LeakyRelu, sum, Alpha, Beta), y.Span[i], magnitude, inPerGroup * kernelD * 9, true, $"[{i}]");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheTransposedConvolutionMatchesTheDefinition(int inD, int kernelD, int strideD, int pad, int dilationD, int outC, int inC, int groups)
    {
        int outD = ((inD - 1) * strideD) + ((kernelD - 1) * dilationD) + 1 + pad;
        int outPerGroup = outC / groups;
        int inPerGroup = inC / groups;
        var random = new Random(inD + kernelD);
        float[] w = ProductCheck.RandomValues(random, inC * outPerGroup * kernelD * 9);
        float[] packed = new float[ConvTranspose3D.PackedLength(outC, inC, kernelD, 3, 3, groups)];
        ConvTranspose3D.Pack(w, packed, outC, inC, kernelD, 3, 3, groups);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, Batch * inD * InH * InW * inC));
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, outC));
        using var scratch = new GuardedMemory<float>(ConvTranspose.ScratchLength(InW, outC, 3, 3, groups));
        using var y = new GuardedMemory<float>(Batch * outD * InH * InW * outC);
        double[] sums = [.. Enumerable.Range(0, y.Span.Length).Select(i => (double)bias.Span[i % outC])];
        double[] magnitudes = new double[sums.Length];
        for (int i = 0; i < x.Span.Length; i++)
        {
            int input = i % inC;
            int[] at = [i / inC / InW / InH % inD, i / inC / InW % InH, i / inC % InW];
            int image = i / inC / InW / InH / inD;
            for (int tap = 0; tap < outPerGroup * kernelD * 9; tap++)
            {
                int k = tap % (kernelD * 9);
                int output = tap / (kernelD * 9);
                int d = (at[0] * strideD) + (k / 9 * dilationD);
                int row = at[1] + (k / 3 % 3) - 1;
                int column = at[2] + (k % 3) - 1;
                if (d < outD && row >= 0 && row < InH && column >= 0 && column < InW)
                {
                    double product = (double)x.Span[i] * w[(input * outPerGroup * kernelD * 9) + tap];
                    int target = ((((((image * outD) + d) * InH) + row) * InW) + column) * outC + (input / inPerGroup * outPerGroup) + output;
                    sums[target] += product;
                    magnitudes[target] += Math.Abs(product);
                }
            }
        }

        ConvTranspose3D.F32(
            x.Span, packed, bias.Span, default, y.Span, scratch.Span, Batch, inD, InH, InW, inC, outD, InH, InW, outC, kernelD, 3, 3, strideD, 1, 1, 0, 1, 1, dilationD, 1, 1, groups,
            Activation.Relu, Alpha, Beta);
        for (int i = 0; i < sums.Length; i++)
        {
            ProductCheck.Near(Math.Max(0, sums[i]), y.Span[i], magnitudes[i] + 2, inPerGroup * kernelD * 9, false, $"[{i}]");
        }
    }
}
