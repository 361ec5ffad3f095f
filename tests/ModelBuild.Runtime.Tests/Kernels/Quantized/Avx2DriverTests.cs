using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>Rows whose values are nearly all within 128 of a constant, and rows that are not, give the integers of the plain loop: of every number of rows, across chunks and panels.</summary>
public sealed unsafe class Avx2DriverTests
{
    private static readonly int[] s_heights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 47, 48, 49, 50, 53, 98];

    /// <summary>Zero points below, at and past the ends of what is subtracted.</summary>
    public static TheoryData<int> ZeroPoints => [0, 3, 64, 65, 128, 191, 192, 193, 255];

    [Theory]
    [MemberData(nameof(ZeroPoints))]
    public void EveryHeightAndShare(int zero)
    {
        foreach (int m in s_heights)
        {
            foreach (double share in new[] { 0, 0.005, 0.03, 0.2, 1 })
            {
                Check(m, 17 + (m % 40), 4 * (1 + (m % 23)), zero, share, isExtreme: false);
                Check(m, 33, 1 + ((m * 7) % 90), zero, share, isExtreme: true);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void LongRows(int zero)
    {
        foreach (int k in new[] { 383, 384, 385, 388, 768, 772, 1541 })
        {
            Check(49, 90, k, zero, 0.01, isExtreme: false);
            Check(5, 150, k, zero, 0.01, isExtreme: true);
        }

        foreach (int k in new[] { 8191, 8192, 8196, 16391 })
        {
            Check(1, 20, k, zero, 0.01, isExtreme: true);
            Check(3, 100, k, zero, 0.01, isExtreme: false);
            Check(2, 100, k, zero, 1, isExtreme: false);
        }
    }

    /// <summary>Where a first part has few large values and a later one many, and the other way round.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void SharesOfParts(int zero)
    {
        var random = new Random(1);
        foreach ((int m, int k) in new[] { (100, 64), (10, 1000), (2, 9000) })
        {
            foreach (bool isFirst in new[] { false, true })
            {
                byte[] x = Draw(random, m * k, zero, 0.01);
                Draw(random, m * k / 2, zero, 1).CopyTo(x.AsSpan(isFirst ? 0 : m * k / 2));
                Check(x, m, 70, k, zero, isExtreme: false);
            }
        }
    }

    /// <summary>The largest products on both sides of what one instruction sums exactly.</summary>
    [Fact]
    public void ValuesNearTheBound()
    {
        foreach (byte value in new byte[] { 127, 128, 129, 255 })
        {
            var x = new byte[7 * 64];
            x.AsSpan().Fill(value);
            Check(x, 7, 40, 64, 0, isExtreme: true);
            x.AsSpan(5, 400).Fill(128);
            Check(x, 7, 40, 64, 0, isExtreme: true);
        }
    }

    [Theory]
    [InlineData(7, 9, 5, 3, 1, 1, 1)]
    [InlineData(8, 8, 64, 3, 1, 1, 1)]
    [InlineData(9, 7, 100, 3, 2, 1, 1)]
    [InlineData(8, 9, 6, 3, 1, 2, 1)]
    [InlineData(8, 9, 8, 3, 1, 1, 2)]
    [InlineData(10, 9, 3, 5, 2, 1, 1)]
    public void Windows(int height, int width, int inC, int kernel, int stride, int dilation, int groups)
    {
        foreach (double share in new[] { 0.01, 1 })
        {
            foreach (int zero in new[] { 0, 90 })
            {
                Check(new ConvCase(2, height, width, inC, 70 * groups, kernel, kernel, stride, stride, 0, 0, 0, 0, dilation, dilation, groups), zero, share);
            }
        }
    }

    private static void Check(int m, int n, int k, int zero, double share, bool isExtreme) =>
        Check(Draw(new Random((m * 10007) + (n * 101) + k), m * k, zero, share), m, n, k, zero, isExtreme);

    private static void Check(byte[] xValues, int m, int n, int k, int zero, bool isExtreme)
    {
        if (!Avx2.IsSupported)
        {
            return;
        }

        var random = new Random((m * 10007) + (n * 101) + k + 1);
        sbyte[] wValues = Weights(random, k * n, isExtreme);
        var packed = new sbyte[GemmU8S8Packing.PackedLength(n, k)];
        GemmU8S8Packing.Pack(wValues, packed, n, k, transposed: false);
        int[] bias = [.. Enumerable.Range(0, n).Select(_ => random.Next(-10000, 10000))];
        using var x = new GuardedMemory<byte>(xValues);
        using var w = new GuardedMemory<sbyte>(packed);
        using var y = new GuardedMemory<int>(m * n);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = w.Span)
        fixed (int* biasData = bias)
        fixed (int* yData = y.Span)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Bias = biasData;
            problem.XZeroPoint = zero;
            var epilogue = new DotToS32(yData, n);
            Avx2Driver.Run(&problem, ref epilogue);
        }

        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                // The zero point is part of the bias where one is given.
                long expected = bias[column] + QuantizedReference.Dot(xValues, wValues, m, n, k, row, column, 0, 0);
                if (expected != y.Span[(row * n) + column])
                {
                    Assert.Fail($"m {m} n {n} k {k} zero {zero} [{row}, {column}]: {y.Span[(row * n) + column]}, expected {expected}.");
                }
            }
        }
    }

    private static void Check(ConvCase c, int zero, double share)
    {
        if (!Avx2.IsSupported)
        {
            return;
        }

        var random = new Random(c.InH + c.InC);
        byte[] xValues = Draw(random, c.Batch * c.InH * c.InW * c.InC, zero, share);
        sbyte[] w = Weights(random, c.OutC * (c.InC / c.Groups) * c.KernelH * c.KernelW, isExtreme: false);
        var packed = new sbyte[ConvU8S8Packing.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups)];
        ConvU8S8Packing.Pack(w, packed, c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups);
        var sums = new int[c.OutC];
        ConvU8S8Packing.ChannelSums(w, sums, c.OutC);
        var folded = new int[c.OutC];
        GemmU8S8Packing.FoldZeroPoint(default, sums, folded, zero);
        int[] weightZeroPoints = [.. Enumerable.Range(0, c.OutC).Select(_ => random.Next(-3, 3))];
        long[] expected = QuantizedReference.Conv(xValues, w, c, zero, weightZeroPoints);
        using var x = new GuardedMemory<byte>(xValues);
        using var y = new GuardedMemory<int>(expected.Length);
        var shape = new ConvShape(
            c.Batch, c.InH, c.InW, c.InC, c.OutH, c.OutW, c.OutC, c.KernelH, c.KernelW, c.StrideH, c.StrideW, 0, 0, c.DilationH, c.DilationW, c.Groups);
        int perGroup = c.OutC / c.Groups;
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = packed)
        fixed (int* biasData = folded, zeroData = weightZeroPoints)
        fixed (int* yData = y.Span)
        {
            shape.Describe(xData, wData, out DotProblem whole);
            for (int group = 0; group < c.Groups; group++)
            {
                DotProblem problem = whole;
                problem.X += group * (c.InC / c.Groups);
                problem.W += group * (packed.Length / c.Groups);
                problem.FirstColumn = group * perGroup;
                problem.Bias = biasData + (group * perGroup);
                problem.WeightZeroPoints = zeroData + (group * perGroup);
                problem.XZeroPoint = zero;
                var epilogue = new DotToS32(yData, c.OutC);
                Avx2Driver.Run(&problem, ref epilogue);
            }
        }

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], y.Span[i]);
        }
    }

    /// <summary>Values near the zero point, but for a share that is anywhere.</summary>
    private static byte[] Draw(Random random, int count, int zero, double share)
    {
        var values = new byte[count];
        foreach (ref byte value in values.AsSpan())
        {
            value = (byte)(random.NextDouble() < share ? random.Next(256) : Math.Clamp(zero + random.Next(-50, 51), 0, 255));
        }

        return values;
    }

    private static sbyte[] Weights(Random random, int count, bool isExtreme)
    {
        var weights = new sbyte[count];
        foreach (ref sbyte value in weights.AsSpan())
        {
            value = isExtreme ? (random.Next(8) == 0 ? (sbyte)127 : (sbyte)-128) : (sbyte)random.Next(-128, 128);
        }

        return weights;
    }
}
