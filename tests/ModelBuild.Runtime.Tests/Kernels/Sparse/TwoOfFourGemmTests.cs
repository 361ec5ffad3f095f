using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels.Sparse;

public sealed class TwoOfFourGemmTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    [Fact]
    public void EveryRowCountMatchesTheReference()
    {
        for (int m = 1; m <= 27; m++)
        {
            Check(m, 37, 24, Activation.Relu, true, m % 2 == 0);
        }
    }

    [Fact]
    public void EveryColumnCountMatchesTheReference()
    {
        for (int n = 1; n <= 50; n++)
        {
            Check(5, n, 9, Activation.Clip, n % 2 == 0, n % 3 == 0);
            Check(1, n, 13, Activation.None, n % 3 == 0, n % 2 == 0);
        }
    }

    [Fact]
    public void EveryDepthMatchesTheReference()
    {
        for (int k = 1; k <= 40; k++)
        {
            Check(1, 33, k, Activation.None, false, false);
            Check(3, 33, k, Activation.None, false, false);
            Check(8, 16, k, Activation.None, true, true);
        }

        Check(2, 70, 333, Activation.None, true, true);
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation)
    {
        Check(9, 45, 8, activation, true, true);
        Check(1, 45, 8, activation, true, true);
    }

    [Fact]
    public void TheResidualMayBeTheResult()
    {
        const int M = 13;
        const int N = 43;
        const int K = 6;
        var random = new Random(3);
        Packed packed = new(Draw(random, N, K), N, K);
        float[] x = ProductCheck.RandomValues(random, M * K);
        float[] residual = ProductCheck.RandomValues(random, M * N);
        float[] expected = new float[M * N];
        packed.Run(x, default, residual, expected, M, Activation.None);
        float[] y = (float[])residual.Clone();
        packed.Run(x, default, y, y, M, Activation.None);
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(1, 4000, 302)]
    [InlineData(6, 1000, 200)]
    public void AnyNumberOfThreadsGivesTheSame(int m, int n, int k)
    {
        var random = new Random(7);
        Packed packed = new(Draw(random, n, k), n, k);
        float[] x = ProductCheck.RandomValues(random, m * k);
        float[] bias = ProductCheck.RandomValues(random, n);
        Shared.Check<float>(m * n, y => packed.Run(x, bias, default, y, m, Activation.Tanh));
    }

    [Theory]
    [InlineData(true, 1f, 0f, 2f, 0f, 3f, 4f)]
    [InlineData(true, 0f, 0f, 0f, 0f, 0f, 0f)]
    [InlineData(true, 1f, 2f, 0f, 0f, 0f, 3f)]
    [InlineData(false, 1f, 2f, 0f, 3f, 0f, 0f)]
    public void ThePatternIsTwoOfFour(bool fits, params float[] w)
    {
        Assert.Equal(fits, TwoOfFourPacking.Fits(w, 1, w.Length));
        if (!fits)
        {
            Assert.Throws<ArgumentException>(() => new Packed(w, 1, w.Length));
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Packed p = new(Draw(new Random(1), 20, 4), 20, 4);
        Assert.Throws<ArgumentException>(() => Run(new float[7], p.Values, p.Places, new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values[1..], p.Places, new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Places[1..], new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], p.Values, p.Places, new float[39]));

        static void Run(float[] x, float[] values, uint[] places, float[] y) => TwoOfFourGemm.F32(x, values, places, default, default, y, 2, 20, 4, Activation.None, 0, 0);
    }

    private static void Check(int m, int n, int k, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(HashCode.Combine(m, n, k));
        float[] w = Draw(random, n, k);
        Packed packed = new(w, n, k);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, (long)m * k));
        using var values = new GuardedMemory<float>(packed.Values);
        using var places = new GuardedMemory<uint>(packed.Places);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? n : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? (long)m * n : 0));
        using var y = new GuardedMemory<float>(m * n);
        TwoOfFourGemm.F32(x.Span, values.Span, places.Span, bias.Span, residual.Span, y.Span, m, n, k, activation, Alpha, Beta);
        SparseProductCheck.Near(x.Span, w, bias.Span, residual.Span, y.Span, (m, n, k), (activation, Alpha, Beta), $"{m}x{n}x{k} {activation}");
    }

    // Weights of which two of four are zero, and some more.
    private static float[] Draw(Random random, int n, int k)
    {
        float[] w = ProductCheck.RandomValues(random, (long)n * k);
        int[] rows = [0, 1, 2, 3];
        for (int column = 0; column < n; column++)
        {
            for (int first = 0; first < k; first += 4)
            {
                random.Shuffle(rows);
                foreach (int row in rows.AsSpan(random.Next(3)).ToArray().Where(r => first + r < k))
                {
                    w[((first + row) * n) + column] = 0;
                }
            }
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
            int vectors = TwoOfFourPacking.Vectors(n, k);
            Values = new float[vectors * TwoOfFourPacking.Width];
            Places = new uint[vectors];
            Values.AsSpan().Fill(9);
            Places.AsSpan().Fill(9);
            TwoOfFourPacking.Pack(w, Values, Places, n, k);
        }

        public float[] Values { get; }

        public uint[] Places { get; }

        public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, ReadOnlySpan<float> residual, Span<float> y, int m, Activation activation) =>
            TwoOfFourGemm.F32(x, Values, Places, bias, residual, y, m, _n, _k, activation, 0, 0);
    }
}
