using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;
using ModelBuild.Runtime.Tests.Memory;
using ModelBuild.Runtime.Tests.Threads;

namespace ModelBuild.Runtime.Tests.Kernels.Sparse;

public sealed class SparseGemmTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    [Fact]
    public void EveryRowCountMatchesTheReference()
    {
        for (int m = 1; m <= 19; m++)
        {
            Check(m, 37, 19, 0.5, Activation.Relu, true, true);
        }
    }

    [Fact]
    public void EveryColumnCountMatchesTheReference()
    {
        for (int n = 1; n <= 50; n++)
        {
            Check(13, n, 9, 0.3, Activation.Clip, n % 2 == 0, n % 3 == 0);
            Check(1, n, 13, 0.6, Activation.None, n % 3 == 0, n % 2 == 0);
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
            Check(9, 33, k, density, Activation.None, false, false);
            Check(1, 49, k, density, Activation.None, true, true);
        }

        Check(17, 70, 333, density, Activation.None, true, true);
    }

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation)
    {
        Check(17, 45, 8, 0.5, activation, true, true);
        Check(1, 45, 8, 0.5, activation, true, true);
    }

    [Fact]
    public void TheResidualMayBeTheResult()
    {
        const int M = 29;
        const int N = 43;
        const int K = 6;
        var random = new Random(3);
        Packed packed = new(Draw(random, N, K, 0.5), N, K);
        float[] x = ProductCheck.RandomValues(random, M * K);
        float[] residual = ProductCheck.RandomValues(random, M * N);
        float[] expected = new float[M * N];
        SparseGemm.F32(x, packed.Values, packed.Rows, packed.Ends, default, residual, expected, M, N, K, Activation.None, 0, 0);
        float[] y = (float[])residual.Clone();
        SparseGemm.F32(x, packed.Values, packed.Rows, packed.Ends, default, y, y, M, N, K, Activation.None, 0, 0);
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(1, 4000, 300)]
    [InlineData(301, 100, 70)]
    public void AnyNumberOfThreadsGivesTheSame(int m, int n, int k)
    {
        var random = new Random(7);
        Packed packed = new(Draw(random, n, k, 0.5), n, k);
        float[] x = ProductCheck.RandomValues(random, m * k);
        float[] bias = ProductCheck.RandomValues(random, n);
        Shared.Check<float>(m * n, y => SparseGemm.F32(x, packed.Values, packed.Rows, packed.Ends, bias, default, y, m, n, k, Activation.Tanh, 0, 0));
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Packed packed = new(Draw(new Random(1), 20, 4, 1), 20, 4);
        Assert.Throws<ArgumentException>(() => Run(new float[7], packed.Values, packed.Rows, packed.Ends, new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], packed.Values[1..], packed.Rows, packed.Ends, new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], packed.Values, packed.Rows[1..], packed.Ends, new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], packed.Values, packed.Rows, packed.Ends[1..], new float[40]));
        Assert.Throws<ArgumentException>(() => Run(new float[8], packed.Values, packed.Rows, packed.Ends, new float[39]));

        static void Run(float[] x, float[] values, int[] rows, int[] ends, float[] y) => SparseGemm.F32(x, values, rows, ends, default, default, y, 2, 20, 4, Activation.None, 0, 0);
    }

    private static void Check(int m, int n, int k, double density, Activation activation, bool withBias, bool withResidual)
    {
        var random = new Random(HashCode.Combine(m, n, k));
        float[] w = Draw(random, n, k, density);
        Packed packed = new(w, n, k);
        using var x = new GuardedMemory<float>(ProductCheck.RandomValues(random, (long)m * k));
        using var values = new GuardedMemory<float>(packed.Values);
        using var rows = new GuardedMemory<int>(packed.Rows);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? n : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? (long)m * n : 0));
        using var y = new GuardedMemory<float>(m * n);
        SparseGemm.F32(x.Span, values.Span, rows.Span, packed.Ends, bias.Span, residual.Span, y.Span, m, n, k, activation, Alpha, Beta);
        SparseProductCheck.Near(x.Span, w, bias.Span, residual.Span, y.Span, (m, n, k), (activation, Alpha, Beta), $"{m}x{n}x{k} at {density} {activation}");
    }

    // Weights of which blocks of 16 columns are zero.
    private static float[] Draw(Random random, int n, int k, double density)
    {
        float[] w = ProductCheck.RandomValues(random, (long)n * k);
        for (int row = 0; row < k; row++)
        {
            for (int column = 0; column < n; column += SparsePacking.Width)
            {
                if (random.NextDouble() >= density)
                {
                    w.AsSpan((row * n) + column, Math.Min(SparsePacking.Width, n - column)).Clear();
                }
            }
        }

        return w;
    }

    private sealed class Packed
    {
        public Packed(float[] w, int n, int k)
        {
            int count = SparsePacking.Count(w, n, k);
            Values = new float[count * SparsePacking.Width];
            Rows = new int[count];
            Ends = new int[SparsePacking.Panels(n)];
            Values.AsSpan().Fill(9);
            SparsePacking.Pack(w, Values, Rows, Ends, n, k);
        }

        public float[] Values { get; }

        public int[] Rows { get; }

        public int[] Ends { get; }
    }
}
