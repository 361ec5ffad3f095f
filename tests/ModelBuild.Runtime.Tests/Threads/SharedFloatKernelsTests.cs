using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Conv;
using ModelBuild.Runtime.Tests.Kernels.Gemm;

namespace ModelBuild.Runtime.Tests.Threads;

/// <summary>Kernels of floats compute the same bits on any number of threads.</summary>
public sealed class SharedFloatKernelsTests
{
    [Theory]
    [InlineData(1, 3000, 301)]
    [InlineData(1, 1003, 600)]
    [InlineData(2, 1000, 700)]
    [InlineData(17, 700, 130)]
    [InlineData(49, 1000, 64)]
    [InlineData(500, 33, 77)]
    [InlineData(301, 5, 801)]
    [InlineData(900, 16, 90)]
    [InlineData(200, 200, 200)]
    public void Gemm(int m, int n, int k)
    {
        var random = new Random(m + n + k);
        float[] x = ProductCheck.RandomValues(random, m * k);
        float[] bias = ProductCheck.RandomValues(random, n);
        float[] residual = ProductCheck.RandomValues(random, m * n);
        float[] packed = new float[GemmPacking.PackedLength(n, k)];
        GemmPacking.Pack(ProductCheck.RandomValues(random, n * k), packed, n, k, transposed: false);
        Shared.Check<float>(m * n, y => ModelBuild.Kernels.Gemm.F32(x, packed, bias, residual, y, m, n, k, Activation.Gelu, 0f, 0f, true));
        Shared.Check<float>(m * n, y => ModelBuild.Kernels.Gemm.F32(x, packed, default, y, y, m, n, k, Activation.Relu, 0f, 0f, true));
    }

    [Theory]
    [InlineData(1, 20, 300, 300, false, false)]
    [InlineData(1, 300, 77, 90, true, false)]
    [InlineData(1, 130, 130, 90, false, true)]
    [InlineData(3, 64, 150, 130, false, false)]
    public void MatMul(int batch, int m, int n, int k, bool transposeA, bool transposeB)
    {
        var random = new Random(7);
        float[] a = ProductCheck.RandomValues(random, batch * m * k);
        float[] b = ProductCheck.RandomValues(random, batch * n * k);
        float[] scratch = new float[ModelBuild.Kernels.MatMul.ScratchLength(n, k)];
        Shared.Check<float>(batch * m * n, y => ModelBuild.Kernels.MatMul.F32(a, b, y, scratch, batch, m, n, k, m * k, n * k, transposeA, transposeB));
    }

    public static TheoryData<ConvCase> Convolutions => new(
        new ConvCase(1, 40, 39, 3, 40, 7, 7) { StrideH = 2, StrideW = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 },
        new ConvCase(2, 20, 19, 16, 50, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 33, 31, 64, 24, 1, 1),
        new ConvCase(3, 19, 17, 64, 200, 1, 1) { StrideH = 2 },
        new ConvCase(1, 17, 15, 24, 60, 3, 3) { DilationH = 2, DilationW = 2 },
        new ConvCase(1, 30, 30, 64, 64, 3, 3) { Groups = 2 },
        new ConvCase(1, 30, 31, 128, 128, 3, 3) { Groups = 32, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 });

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Conv(ConvCase shape)
    {
        var random = new Random(11);
        float[] x = ProductCheck.RandomValues(random, shape.Batch * shape.InH * shape.InW * shape.InC);
        float[] bias = ProductCheck.RandomValues(random, shape.OutC);
        int length = shape.Batch * shape.OutH * shape.OutW * shape.OutC;
        float[] residual = ProductCheck.RandomValues(random, length);
        float[] w = ProductCheck.RandomValues(random, shape.OutC * shape.InC / shape.Groups * shape.KernelH * shape.KernelW);
        float[] packed = new float[ConvPacking.PackedLength(shape.OutC, shape.InC, shape.KernelH, shape.KernelW, shape.Groups)];
        ConvPacking.Pack(w, packed, shape.OutC, shape.InC, shape.KernelH, shape.KernelW, shape.Groups);
        float[] scratch = new float[ModelBuild.Kernels.Conv.ScratchLength(
            shape.InH, shape.InW, shape.InC, shape.OutH, shape.OutW, shape.KernelH, shape.KernelW, shape.StrideH, shape.StrideW, shape.PadTop, shape.PadLeft, shape.DilationH, shape.DilationW)];
        Shared.Check<float>(length, y => ModelBuild.Kernels.Conv.F32(
            x, packed, bias, residual, y, scratch, shape.Batch, shape.InH, shape.InW, shape.InC, shape.OutH, shape.OutW, shape.OutC, shape.KernelH, shape.KernelW,
            shape.StrideH, shape.StrideW, shape.PadTop, shape.PadLeft, shape.DilationH, shape.DilationW, shape.Groups, Activation.Silu, 0f, 0f));
    }

    [Theory]
    [InlineData(1, 56, 56, 64, 64)]
    [InlineData(1, 14, 14, 130, 100)]
    [InlineData(2, 29, 13, 20, 300)]
    [InlineData(1, 8, 8, 256, 64)]
    [InlineData(1, 60, 61, 33, 17)]
    [InlineData(1, 40, 44, 64, 64)]
    [InlineData(1, 28, 28, 96, 128)]
    public void Winograd(int batch, int height, int width, int inC, int outC)
    {
        var random = new Random(13);
        float[] x = ProductCheck.RandomValues(random, batch * height * width * inC);
        float[] bias = ProductCheck.RandomValues(random, outC);
        int length = batch * height * width * outC;
        float[] residual = ProductCheck.RandomValues(random, length);
        float[] packed = new float[WinogradPacking.PackedLength(outC, inC)];
        WinogradPacking.Pack(ProductCheck.RandomValues(random, outC * inC * 9), packed, outC, inC);
        float[] scratch = new float[WinogradConv.ScratchLength(batch, height, width, inC)];
        Shared.Check<float>(length, y => WinogradConv.F32(
            x, packed, bias, residual, y, scratch, batch, height, width, inC, height, width, outC, 1, 1, Activation.Tanh, 0f, 0f));
    }

    [Theory]
    [InlineData(1, 30, 31, 48, 20, 3, 2, 1, 1, 1)]
    [InlineData(2, 21, 40, 17, 33, 2, 2, 0, 1, 1)]
    [InlineData(1, 33, 9, 64, 40, 5, 1, 2, 1, 2)]
    [InlineData(1, 25, 25, 40, 24, 3, 1, 2, 2, 1)]
    [InlineData(1, 40, 24, 32, 33, 2, 3, 0, 1, 1)]
    public void ConvTranspose(int batch, int height, int width, int inC, int outC, int kernel, int stride, int pad, int dilation, int groups)
    {
        outC *= groups;
        int outH = ((height - 1) * stride) + ((kernel - 1) * dilation) + 1 - (2 * pad);
        int outW = ((width - 1) * stride) + ((kernel - 1) * dilation) + 1 - (2 * pad);
        var random = new Random(19);
        float[] x = ProductCheck.RandomValues(random, batch * height * width * inC);
        float[] bias = ProductCheck.RandomValues(random, outC);
        int length = batch * outH * outW * outC;
        float[] residual = ProductCheck.RandomValues(random, length);
        float[] packed = new float[ConvTransposePacking.PackedLength(outC, inC, kernel, kernel, groups)];
        ConvTransposePacking.Pack(ProductCheck.RandomValues(random, inC * (outC / groups) * kernel * kernel), packed, outC, inC, kernel, kernel, groups);
        float[] scratch = new float[ModelBuild.Kernels.ConvTranspose.ScratchLength(width, outC, kernel, kernel, groups)];
        Shared.Check<float>(length, y => Run(residual, y));
        Shared.Check<float>(length, y =>
        {
            residual.CopyTo(y, 0);
            Run(y, y);
        });

        void Run(float[] summand, float[] y) => ModelBuild.Kernels.ConvTranspose.F32(
            x, packed, bias, summand, y, scratch, batch, height, width, inC, outH, outW, outC, kernel, kernel, stride, stride, pad, pad, dilation, dilation, groups, Activation.Silu, 0f, 0f);
    }

    public static TheoryData<ConvCase> Depthwise => new(
        new ConvCase(1, 56, 55, 37, 37, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(1, 65, 66, 64, 64, 3, 3) { StrideH = 2, StrideW = 2, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 7, 7, 1000, 1000, 5, 5) { PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 },
        new ConvCase(1, 3, 70, 300, 300, 3, 7) { PadTop = 1, PadLeft = 3, PadBottom = 1, PadRight = 3 },
        new ConvCase(1, 60, 60, 12, 12, 7, 7) { DilationH = 2, DilationW = 2, PadTop = 6, PadLeft = 6, PadBottom = 6, PadRight = 6 });

    [Theory]
    [MemberData(nameof(Depthwise))]
    public void DepthwiseConv(ConvCase shape)
    {
        var random = new Random(17);
        float[] x = ProductCheck.RandomValues(random, shape.Batch * shape.InH * shape.InW * shape.InC);
        float[] bias = ProductCheck.RandomValues(random, shape.OutC);
        int length = shape.Batch * shape.OutH * shape.OutW * shape.OutC;
        float[] residual = ProductCheck.RandomValues(random, length);
        float[] packed = new float[DepthwiseConvPacking.PackedLength(shape.InC, shape.KernelH, shape.KernelW)];
        DepthwiseConvPacking.Pack(ProductCheck.RandomValues(random, shape.InC * shape.KernelH * shape.KernelW), packed, shape.InC, shape.KernelH, shape.KernelW);
        Shared.Check<float>(length, y => ModelBuild.Kernels.DepthwiseConv.F32(
            x, packed, bias, residual, y, shape.Batch, shape.InH, shape.InW, shape.InC, shape.OutH, shape.OutW, shape.KernelH, shape.KernelW,
            shape.StrideH, shape.StrideW, shape.PadTop, shape.PadLeft, shape.DilationH, shape.DilationW, Activation.Clip, 0f, 6f));
    }

    [Theory]
    [InlineData(60, 61, 3, 40, 7, 2, 3, 3, 2, 1, 4)]
    [InlineData(64, 50, 8, 33, 3, 1, 1, 2, 2, 0, 3)]
    public void ConvPool(int height, int width, int inC, int channels, int kernel, int stride, int pad, int pool, int poolStride, int poolPad, int bandRows)
    {
        var random = new Random(29);
        int innerH = ((height + (2 * pad) - kernel) / stride) + 1;
        int innerW = ((width + (2 * pad) - kernel) / stride) + 1;
        int outH = ((innerH + (2 * poolPad) - pool) / poolStride) + 1;
        int outW = ((innerW + (2 * poolPad) - pool) / poolStride) + 1;
        float[] x = ProductCheck.RandomValues(random, height * width * inC);
        float[] w = new float[ConvPacking.PackedLength(channels, inC, kernel, kernel, 1)];
        ConvPacking.Pack(ProductCheck.RandomValues(random, channels * inC * kernel * kernel), w, channels, inC, kernel, kernel, 1);
        float[] scratch = new float[ModelBuild.Kernels.ConvPool.ScratchLength(height, width, inC, innerH, innerW, channels, kernel, kernel, stride, stride, pad, pad, 1, pool, poolStride, bandRows)];
        Shared.Check<float>(outH * outW * channels, y => ModelBuild.Kernels.ConvPool.MaxF32(
            x, w, default, y, scratch, height, width, inC, innerH, innerW, channels, outH, outW, kernel, kernel, stride, stride, pad, pad, 1, pool, pool, poolStride, poolStride, poolPad, poolPad,
            bandRows, Activation.Silu, 0f, 0f));
    }

    [Theory]
    [InlineData(40, 39, 16, 70, 24, 3, 1, 4)]
    [InlineData(41, 38, 20, 96, 33, 3, 2, 3)]
    [InlineData(40, 37, 8, 50, 40, 5, 1, 11)]
    [InlineData(9, 60, 30, 100, 20, 3, 1, 9)]
    public void ConvBlock(int height, int width, int inC, int innerC, int outC, int kernel, int stride, int bandRows)
    {
        var random = new Random(23);
        int pad = kernel / 2;
        int outH = ((height + (2 * pad) - kernel) / stride) + 1;
        int outW = ((width + (2 * pad) - kernel) / stride) + 1;
        float[] x = ProductCheck.RandomValues(random, height * width * inC);
        float[] expandW = new float[GemmPacking.PackedLength(innerC, inC)];
        GemmPacking.Pack(ProductCheck.RandomValues(random, innerC * inC), expandW, innerC, inC, transposed: true);
        float[] depthwiseW = new float[DepthwiseConvPacking.PackedLength(innerC, kernel, kernel)];
        DepthwiseConvPacking.Pack(ProductCheck.RandomValues(random, innerC * kernel * kernel), depthwiseW, innerC, kernel, kernel);
        float[] projectW = new float[GemmPacking.PackedLength(outC, innerC)];
        GemmPacking.Pack(ProductCheck.RandomValues(random, outC * innerC), projectW, outC, innerC, transposed: true);
        float[] bias = ProductCheck.RandomValues(random, Math.Max(innerC, outC));
        int length = outH * outW * outC;
        float[] residual = ProductCheck.RandomValues(random, length);
        float[] scratch = new float[ModelBuild.Kernels.ConvBlock.ScratchLength(height, width, inC, height, width, innerC, outW, 1, 1, 1, 1, 0, 0, 1, kernel, stride, bandRows)];
        Shared.Check<float>(length, y => ModelBuild.Kernels.ConvBlock.F32(
            x, expandW, bias, depthwiseW, bias, projectW, bias, residual, y, scratch, height, width, inC, height, width, innerC, outH, outW, outC, 1, 1, 1, 1, 0, 0, 1, kernel,
            kernel, stride, stride, pad, pad, bandRows,
            Activation.Clip, 0f, 6f, Activation.Silu, 0f, 0f, Activation.Gelu, 0f, 0f));
    }
}
