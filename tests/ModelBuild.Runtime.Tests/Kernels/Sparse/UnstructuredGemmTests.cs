using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels.Sparse;

public sealed class UnstructuredGemmTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    [Fact]
    public void EveryRowCountMatchesTheReference()
    {
        for (int m = 1; m <= 180; m++)
        {
            Check(m, 7, 19, 0.5, Activation.Relu, true, m % 2 == 0);
        }
    }

    [Fact]
    public void EveryColumnCountMatchesTheReference()
    {
        for (int n = 1; n <= 50; n++)
        {
            Check(21, n, 9, 0.3, Activation.Clip, n % 2 == 0, n % 3 == 0);
            Check(83, n, 13, 0.6, Activation.None, n % 3 == 0, n % 2 == 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1)]
    public void EveryDepthAndDensityMatchesTheReference(double density)
    {
        for (int k = 1; k <= 20; k++)
        {
            Check(18, 33, k, density, Activation.None, false, false);
        }

        for (int k = UnstructuredPacking.ChunkRows - 2; k <= UnstructuredPacking.ChunkRows + 2; k++)
        {
            Check(81, 5, k, density, Activation.None, true, true);
            Check(17, 20, 2 * k, density, Activation.None, true, true);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation) => Check(37, 45, 8, 0.5, activation, true, true);

    [Fact]
    public void TheResidualMayBeTheResult()
    {
        const int M = 93;
        const int N = 43;
        const int K = 6;
        var random = new Random(3);
        Packed packed = new(Draw(random, N, K, 0.5), N, K);
        float[] x = ProductCheck.RandomValues(random, M * K);
        float[] residual = ProductCheck.RandomValues(random, M * N);
        float[] expected = new float[M * N];
        packed.Run(x, default, residual, expected, M, Activation.None);
        float[] y = (float[])residual.Clone();
        packed.Run(x, default, y, y, M, Activation.None);
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(301, 100, 170)]
    [InlineData(70, 300, 300)]
    public void AnyNumberOfThreadsGivesTheSame(int m, int n, int k)
    {
        var random = new Random(7);
        Packed packed = new(Draw(random, n, k, 0.5), n, k);
        float[] x = ProductCheck.RandomValues(random, m * k);
        float[] bias = ProductCheck.RandomValues(random, n);
        Shared.Check<float>(m * n, y => packed.Run(x, bias, default, y, m, Activation.Tanh));
    }

    [Fact]
    public void WhatIsLeftOutDoesNotReachTheResult()
    {
        float[] w = [0, 2];
        Packed packed = new(w, 1, 2);
        float[] y = new float[3];
        packed.Run([float.NaN, 1, float.PositiveInfinity, 2, 5, 3], default, default, y, 3, Activation.None);
        Assert.Equal([2f, 4f, 6f], y);
    }

    [Fact]
    public void ScratchIsEnoughForAnyNumberOfRows()
    {
        for (int m = 1; m <= 300; m++)
        {
            Assert.InRange(UnstructuredGemm.ScratchLength(m, 30), 1, UnstructuredGemm.GreatestScratchLength(30));
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Packed p = new(Draw(new Random(1), 20, 4, 1), 20, 4);
        float[] scratch = new float[UnstructuredGemm.ScratchLength(2, 20)];
        Assert.Throws<ArgumentException>(() => Run(new float[7], p.Values, p.Rows, p.Columns, p.Ends, new float[40], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values[1..], p.Rows, p.Columns, p.Ends, new float[40], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Rows[1..], p.Columns, p.Ends, new float[40], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Rows, p.Columns[1..], p.Ends, new float[40], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Rows, p.Columns, p.Ends[1..], new float[40], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Rows, p.Columns, p.Ends, new float[39], scratch));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Rows, p.Columns, p.Ends, new float[40], scratch[1..]));

        static void Run(float[] x, float[] values, byte[] rows, int[] columns, int[] ends, float[] y, float[] scratch) =>
            UnstructuredGemm.F32(x, values, rows, columns, ends, default, default, y, scratch, 2, 20, 4, Activation.None, 0, 0);
    }

    private static void Check(int m, int n, int k, double density, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(HashCode.Combine(m, n, k));
        float[] w = Draw(random, n, k, density);
        Packed packed = new(w, n, k);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, (long)m * k));
        using var values = new GuardedMemory<float>(packed.Values);
        using var rows = new GuardedMemory<byte>(packed.Rows);
        using var columns = new GuardedMemory<int>(packed.Columns);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? n : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? (long)m * n : 0));
        using var y = new GuardedMemory<float>(m * n);
        using var scratch = new GuardedMemory<float>(UnstructuredGemm.ScratchLength(m, n));
        scratch.Span.Fill(float.NaN);
        UnstructuredGemm.F32(x.Span, values.Span, rows.Span, columns.Span, packed.Ends, bias.Span, residual.Span, y.Span, scratch.Span, m, n, k, activation, Alpha, Beta);
        SparseProductCheck.Near(x.Span, w, bias.Span, residual.Span, y.Span, (m, n, k), (activation, Alpha, Beta), $"{m}x{n}x{k} at {density} {activation}");
    }

    // Weights that are zero in no order.
    private static float[] Draw(Random random, int n, int k, double density)
    {
        float[] w = ProductCheck.RandomValues(random, (long)n * k);
        foreach (ref float value in w.AsSpan())
        {
            value = random.NextDouble() < density ? value : 0;
        }

        return w;
    }

    private sealed class Packed
    {
        private readonly int _n;
        private readonly int _k;

        public Packed(float[] w, int n, int k)
        {
            (_n, _k) = (n, k);
            (int weights, int columns) = UnstructuredPacking.Count(w, n, k);
            Values = new float[weights];
            Rows = new byte[weights];
            Columns = new int[columns];
            Ends = new int[2 * UnstructuredPacking.Chunks(k)];
            UnstructuredPacking.Pack(w, Values, Rows, Columns, Ends, n, k);
        }

        public float[] Values { get; }

        public byte[] Rows { get; }

        public int[] Columns { get; }

        public int[] Ends { get; }

        public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, ReadOnlySpan<float> residual, Span<float> y, int m, Activation activation) =>
            UnstructuredGemm.F32(x, Values, Rows, Columns, Ends, bias, residual, y, new float[UnstructuredGemm.ScratchLength(m, _n)], m, _n, _k, activation, 0, 0);
    }
}
