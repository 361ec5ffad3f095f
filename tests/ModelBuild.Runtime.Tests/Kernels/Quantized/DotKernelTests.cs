using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>Every micro-kernel gives the integers of the plain loop, over every remainder, and touches nothing outside of its operands.</summary>
public sealed unsafe class DotKernelTests
{
    private const int MaxM = 20;
    private const int MaxN = 50;
    private const int MaxK = 70;

    public static TheoryData<string> Kernels => new(DotKernels.Supported());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryDepthAndWidth(string kernel)
    {
        for (int k = 1; k <= MaxK; k++)
        {
            for (int n = 1; n <= MaxN; n++)
            {
                Check(kernel, 1 + (((k * 7) + n) % MaxM), n, k, extreme: (k + n) % 3 == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryHeight(string kernel)
    {
        for (int m = 1; m <= MaxM; m++)
        {
            for (int k = 1; k <= MaxK; k++)
            {
                Check(kernel, m, 17, k, extreme: false);
            }

            for (int n = 1; n <= MaxN; n++)
            {
                Check(kernel, m, n, 5, extreme: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void LargerThanABlock(string kernel)
    {
        Check(kernel, 97, 33, 131, extreme: false);
        Check(kernel, 48, 16, 64, extreme: true);
        Check(kernel, 1, 130, 1027, extreme: true);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryHeightAsBytes(string kernel)
    {
        for (int m = 1; m <= 3 * MaxM; m++)
        {
            foreach (int n in new[] { 8, 16, 32, 45 })
            {
                CheckBytes(kernel, m, n, 1 + (m % 23), min: m % 3 == 0 ? 45 : 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void OneRow(string kernel)
    {
        for (int k = 1; k <= MaxK; k++)
        {
            foreach (int n in new[] { 64, 72, 128, 145 })
            {
                Check(kernel, 1, n, k, extreme: k % 3 == 0);
                CheckBytes(kernel, 1, n, k, min: k % 5 == 0 ? 45 : 0);
            }
        }
    }

    private static void CheckBytes(string kernel, int m, int n, int k, int min)
    {
        const int Zero = 40;
        var random = new Random((m * 10007) + (n * 101) + k);
        var xValues = new byte[m * k];
        var wValues = new sbyte[k * n];
        random.NextBytes(xValues);
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(wValues.AsSpan()));
        var packed = new sbyte[GemmU8S8Packing.PackedLength(n, k)];
        GemmU8S8Packing.Pack(wValues, packed, n, k, transposed: false);
        var scales = new float[n];
        for (int i = 0; i < n; i++)
        {
            scales[i] = (i % 5 == 4 ? 1e7f : 1f) * (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(k));
        }

        using var x = new GuardedMemory<byte>(xValues);
        using var w = new GuardedMemory<sbyte>(packed);
        using var y = new GuardedMemory<byte>(m * n);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = w.Span)
        fixed (float* scalesData = scales)
        fixed (byte* yData = y.Span)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            problem.Scales = scalesData;
            var epilogue = new DotToU8(yData, n, Zero, min, 250);
            DotKernels.Run(kernel, &problem, ref epilogue);
        }

        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                long sum = QuantizedReference.Dot(xValues, wValues, m, n, k, row, column, 0, 0);
                Assert.Equal(QuantizedReference.ToU8(sum, scales[column], Zero, min, 250), y.Span[(row * n) + column]);
            }
        }
    }

    private static void Check(string kernel, int m, int n, int k, bool extreme)
    {
        var random = new Random((m * 10007) + (n * 101) + k);
        var xValues = new byte[m * k];
        var wValues = new sbyte[k * n];
        random.NextBytes(xValues);
        for (int i = 0; i < wValues.Length; i++)
        {
            wValues[i] = extreme ? (random.Next(8) == 0 ? (sbyte)127 : (sbyte)-128) : (sbyte)random.Next(-128, 128);
        }

        if (extreme)
        {
            xValues.AsSpan().Fill(255);
        }

        var packed = new sbyte[GemmU8S8Packing.PackedLength(n, k)];
        GemmU8S8Packing.Pack(wValues, packed, n, k, transposed: false);
        using var x = new GuardedMemory<byte>(xValues);
        using var w = new GuardedMemory<sbyte>(packed);
        using var y = new GuardedMemory<int>(m * n);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = w.Span)
        fixed (int* yData = y.Span)
        {
            DotProblem.Matrix(xData, wData, m, n, k, out DotProblem problem);
            var epilogue = new DotToS32(yData, n);
            DotKernels.Run(kernel, &problem, ref epilogue);
        }

        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                long expected = QuantizedReference.Dot(xValues, wValues, m, n, k, row, column, 0, 0);
                if (expected != y.Span[(row * n) + column])
                {
                    Assert.Fail($"{kernel} m {m} n {n} k {k} [{row}, {column}]: {y.Span[(row * n) + column]}, expected {expected}.");
                }
            }
        }
    }
}
