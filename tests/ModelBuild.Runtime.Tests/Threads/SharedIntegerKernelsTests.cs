using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Conv;

namespace ModelBuild.Runtime.Tests.Threads;

/// <summary>Kernels of bytes compute the same on any number of threads.</summary>
public sealed class SharedIntegerKernelsTests
{
    [Theory]
    [InlineData(1, 3001, 700)]
    [InlineData(5, 1003, 801)]
    [InlineData(150, 150, 150)]
    [InlineData(999, 17, 230)]
    public void Gemm(int m, int n, int k)
    {
        Operands operands = new(n, m * k, n * k, k);
        sbyte[] packed = new sbyte[GemmU8S8Packing.PackedLength(n, k)];
        GemmU8S8Packing.Pack(operands.W, packed, n, k, transposed: true);
        Shared.Check<byte>(m * n, y => GemmU8S8.ToU8(operands.X, packed, operands.Bias, operands.Scales, operands.WeightZeroPoints, y, m, n, k, 7, 3, 0, 255));
        Shared.Check<int>(m * n, y => GemmU8S8.ToS32(operands.X, packed, operands.Bias, default, y, m, n, k, 7));
        Shared.Check<float>(m * n, y => GemmU8S8.ToF32(operands.X, packed, operands.Bias, operands.Scales, operands.FloatBias, default, y, m, n, k, 7, Activation.Gelu, 0f, 0f));
    }

    public static TheoryData<ConvCase> Convolutions => new(
        new ConvCase(1, 40, 39, 3, 70, 7, 7) { StrideH = 2, StrideW = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 },
        new ConvCase(2, 20, 19, 16, 150, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(3, 19, 17, 64, 200, 1, 1) { StrideH = 2 },
        new ConvCase(5, 17, 9, 64, 130, 1, 1),
        new ConvCase(1, 7, 7, 160, 320, 3, 3),
        new ConvCase(1, 30, 30, 64, 64, 3, 3) { Groups = 2, PadTop = 1, PadBottom = 1 });

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Conv(ConvCase c)
    {
        int depth = c.KernelH * c.KernelW * c.InC / c.Groups;
        Operands operands = new(c.OutC, c.Batch * c.InH * c.InW * c.InC, c.OutC * depth, depth);
        sbyte[] packed = new sbyte[ConvU8S8Packing.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups)];
        ConvU8S8Packing.Pack(operands.W, packed, c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups);
        byte[] scratch = new byte[ConvU8S8.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW)];
        Shared.Check<byte>(c.Batch * c.OutH * c.OutW * c.OutC, y => ConvU8S8.ToU8(
            operands.X, packed, operands.Bias, operands.Scales, operands.WeightZeroPoints, y, scratch, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW,
            c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW, c.Groups, 9, 100, 0, 255));
    }

    public static TheoryData<ConvCase> Depthwise => new(
        new ConvCase(1, 56, 55, 37, 37, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
        new ConvCase(2, 65, 66, 64, 64, 3, 3) { StrideH = 2, StrideW = 2, PadBottom = 1, PadRight = 1 },
        new ConvCase(3, 7, 7, 500, 500, 5, 5) { PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 },
        new ConvCase(1, 60, 60, 12, 12, 7, 7) { DilationH = 2, DilationW = 2, PadTop = 6, PadLeft = 6, PadBottom = 6, PadRight = 6 });

    [Theory]
    [MemberData(nameof(Depthwise))]
    public void DepthwiseConv(ConvCase c)
    {
        Operands operands = new(c.InC, c.Batch * c.InH * c.InW * c.InC, c.InC * c.KernelH * c.KernelW, c.KernelH * c.KernelW);
        sbyte[] packed = new sbyte[c.InC * c.KernelH * c.KernelW];
        DepthwiseConvU8S8Packing.Pack(operands.W, packed, c.InC, c.KernelH, c.KernelW);
        int length = c.Batch * c.OutH * c.OutW * c.InC;
        Shared.Check<byte>(length, y => Run(y, default));
        Shared.Check<byte>(length, y => Run(y, operands.WeightZeroPoints));

        void Run(byte[] y, int[]? weightZeroPoints) => DepthwiseConvU8S8.ToU8(
            operands.X, packed, operands.Bias, operands.Scales, weightZeroPoints, y, c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW,
            c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW, 9, 100, 0, 255);
    }

    /// <summary>Drawn operands whose results spread over the bytes.</summary>
    private sealed class Operands
    {
        public Operands(int columns, int inputs, int weights, int depth)
        {
            var random = new Random(columns + inputs);
            X = new byte[inputs];
            random.NextBytes(X);
            byte[] bytes = new byte[weights];
            random.NextBytes(bytes);
            W = [.. bytes.Select(b => unchecked((sbyte)b))];
            Bias = [.. Enumerable.Range(0, columns).Select(_ => random.Next(-1000, 1000))];
            WeightZeroPoints = [.. Enumerable.Range(0, columns).Select(_ => random.Next(-3, 4))];
            Scales = [.. Enumerable.Range(0, columns).Select(_ => (0.5f + random.NextSingle()) / (100f * MathF.Sqrt(depth)))];
            FloatBias = [.. Enumerable.Range(0, columns).Select(_ => random.NextSingle())];
        }

        public byte[] X { get; }

        public sbyte[] W { get; }

        public int[] Bias { get; }

        public int[] WeightZeroPoints { get; }

        public float[] Scales { get; }

        public float[] FloatBias { get; }
    }
}
