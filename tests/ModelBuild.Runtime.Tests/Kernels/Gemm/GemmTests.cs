using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Memory;
using F32Kernels = ModelBuild.Kernels.Gemm;

namespace ModelBuild.Runtime.Tests.Kernels.Gemm;

public sealed class GemmTests
{
    private const float Alpha = 0.25f;
    private const float Beta = 0.75f;

    [Fact]
    public void EveryRowCountMatchesTheReference()
    {
        for (int m = 1; m <= 31; m++)
        {
            Check(m, 37, 19, Activation.Relu, true, true);
            Check(m, 24, 6, Activation.Relu, true, true);
            Check(m, 11, 19, Activation.Clip, true, true);
        }
    }

    [Fact]
    public void EveryColumnCountMatchesTheReference()
    {
        for (int n = 1; n <= 70; n++)
        {
            Check(15, n, 7, Activation.Clip, true, true);
            Check(29, n, 5, Activation.None, n % 2 == 0, n % 3 == 0);
            Check(1, n, 13, Activation.Clip, true, true);
        }
    }

    [Fact]
    public void EveryDepthMatchesTheReference()
    {
        for (int k = 1; k <= 20; k++)
        {
            Check(9, 33, k, Activation.None, false, false);
            Check(43, 23, k, Activation.None, false, false);
            Check(43, 16, k, Activation.None, false, false);
            Check(1, 97, k, Activation.None, false, true);
        }
    }

    [Theory]
    [InlineData(49, 64, 301)]
    [InlineData(127, 53, 67)]
    [InlineData(1, 129, 257)]
    [InlineData(2, 96, 128)]
    [InlineData(33, 70, 1024)]
    public void LargerProductsMatchTheReference(int m, int n, int k) => Check(m, n, k, Activation.None, true, false);

    /// <summary>Half a panel, of tiles in pairs with one over.</summary>
    [Fact]
    public void EightColumnsMatchTheReference()
    {
        for (int m = 1; m <= 45; m++)
        {
            for (int k = 1; k <= 5; k++)
            {
                Check(m, m % 2 == 0 ? 24 : 8, k, m % 3 == 0 ? Activation.Clip : Activation.Silu, k % 2 == 0, m % 5 < 3);
            }
        }

        Check(301, 40, 133, Activation.Relu, true, true);
    }

    /// <summary>The bits of a row do not depend on the rows beside it, which decide how tiles are cut.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(37)]
    public void RowsHaveTheSameSumsAlone(int n)
    {
        var random = new Random(n);
        const int K = 45;
        const int M = 41;
        float[] packed = new float[GemmPacking.PackedLength(n, K)];
        GemmPacking.Pack(ProductCheck.RandomValues(random, n * K), packed, n, K, transposed: false);
        float[] bias = ProductCheck.RandomValues(random, n);
        float[] x = ProductCheck.RandomValues(random, M * K);
        float[] y = new float[M * n];
        F32Kernels.F32(x, packed, bias, default, y, M, n, K, Activation.None, 0f, 0f, true);
        for (int rows = 2; rows < M; rows++)
        {
            float[] part = new float[rows * n];
            F32Kernels.F32(x.AsSpan(0, rows * K), packed, bias, default, part, rows, n, K, Activation.None, 0f, 0f, true);
            Assert.Equal(y[..(rows * n)], part);
        }
    }

    /// <summary>Left operands and results that do not stay in the caches: rows in groups, lines fetched ahead.</summary>
    [Theory]
    [InlineData(1100, 262, 64, Activation.Relu, true)]
    [InlineData(1103, 256, 67, Activation.Silu, true)]
    [InlineData(2100, 250, 33, Activation.Clip, false)]
    [InlineData(700, 272, 130, Activation.None, true)]
    public void ProductsOfManyRowsMatchTheReference(int m, int n, int k, Activation activation, bool residual) => Check(m, n, k, activation, true, residual);

    [Theory]
    [MemberData(nameof(ActivationKernelsTests.All), MemberType = typeof(ActivationKernelsTests))]
    public void EveryActivationFunctionIsApplied(Activation activation)
    {
        Check(17, 45, 8, activation, true, true);
        Check(131, 45, 8, activation, true, true);
        Check(1, 45, 8, activation, true, true);
    }

    [Fact]
    public void TheResidualMayBeTheResult()
    {
        var random = new Random(3);
        const int M = 29;
        const int N = 43;
        const int K = 6;
        float[] x = ProductCheck.RandomValues(random, M * K);
        float[] packed = new float[GemmPacking.PackedLength(N, K)];
        GemmPacking.Pack(ProductCheck.RandomValues(random, N * K), packed, N, K, transposed: false);
        float[] residual = ProductCheck.RandomValues(random, M * N);
        float[] expected = new float[M * N];
        F32Kernels.F32(x, packed, default, residual, expected, M, N, K, Activation.None, 0f, 0f, true);
        float[] y = (float[])residual.Clone();
        F32Kernels.F32(x, packed, default, y, y, M, N, K, Activation.None, 0f, 0f, true);
        Assert.Equal(expected, y);
    }

    /// <summary>Classes that the weights do not tell apart tie exactly: a column's sum does not depend on where the column lies.</summary>
    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1, 69)]
    [InlineData(1, 37)]
    [InlineData(3, 1000)]
    [InlineData(16, 69)]
    [InlineData(16, 85)]
    [InlineData(16, 15)]
    public void EqualColumnsHaveEqualSums(int m, int n)
    {
        var random = new Random(4);
        const int K = 333;
        float[] column = ProductCheck.RandomValues(random, K);
        float[] packed = new float[GemmPacking.PackedLength(n, K)];
        GemmPacking.Pack([.. column.SelectMany(v => Enumerable.Repeat(v, n))], packed, n, K, transposed: false);
        float[] y = new float[m * n];
        F32Kernels.F32(ProductCheck.RandomValues(random, m * K), packed, default, default, y, m, n, K, Activation.None, 0f, 0f, true);
        Assert.All(y.Chunk(n), row => Assert.Single(row.Distinct()));
    }

    /// <summary>Zeros of one row leave their weights out where they are many.</summary>
    [Fact]
    public void RowsOfEveryLengthWithZerosMatchTheReference()
    {
        for (int k = 1; k <= 70; k++)
        {
            Check(1, 64 + (k % 21), k, Activation.Relu, true, k % 2 == 0, zeros: 0.5);
            Check(1, 130, k, Activation.None, false, false, zeros: (k % 5) * 0.25);
        }

        Check(1, 67, 2048, Activation.None, true, false, zeros: 0.9);
        Check(1, 67, 2049, Activation.None, true, false, zeros: 0.9);
    }

    [Fact]
    public void NaNAmongZerosReachesEverySum()
    {
        const int N = 75;
        const int K = 40;
        float[] packed = new float[GemmPacking.PackedLength(N, K)];
        packed.AsSpan().Fill(1f);
        float[] x = new float[K];
        x[17] = float.NaN;
        float[] y = new float[N];
        F32Kernels.F32(x, packed, default, default, y, 1, N, K, Activation.None, 0f, 0f, true);
        Assert.All(y, v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void ZerosMeetInfiniteWeightsUnlessTheyAreSaidToBeFinite()
    {
        const int N = 75;
        const int K = 40;
        float[] w = new float[N * K];
        w[5] = float.PositiveInfinity;
        float[] packed = new float[GemmPacking.PackedLength(N, K)];
        GemmPacking.Pack(w, packed, N, K, transposed: false);
        float[] y = new float[N];
        F32Kernels.F32(new float[K], packed, default, default, y, 1, N, K, Activation.None, 0f, 0f, false);
        Assert.True(float.IsNaN(y[5]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void NaNAndInfinityPassThroughRelu(int m)
    {
        const int N = 35;
        float[] w = new float[N];
        float[] packed = new float[GemmPacking.PackedLength(N, 1)];
        w.AsSpan().Fill(1f);
        w[3] = float.NaN;
        w[4] = float.PositiveInfinity;
        w[34] = float.NaN;
        GemmPacking.Pack(w, packed, N, 1, transposed: false);
        float[] x = new float[m];
        x.AsSpan().Fill(2f);
        float[] y = new float[m * N];
        F32Kernels.F32(x, packed, default, default, y, m, N, 1, Activation.Relu, 0f, 0f, true);
        for (int row = 0; row < m; row++)
        {
            Assert.True(float.IsNaN(y[(row * N) + 3]));
            Assert.True(float.IsNaN(y[(row * N) + 34]));
            Assert.Equal(float.PositiveInfinity, y[(row * N) + 4]);
            Assert.Equal(2f, y[(row * N) + 5]);
        }
    }

    [Fact]
    public void PackingATransposedMatrixIsTheSame()
    {
        var random = new Random(4);
        foreach ((int n, int k) in new[] { (1, 1), (16, 4), (17, 5), (35, 13), (64, 8), (6, 31) })
        {
            float[] b = ProductCheck.RandomValues(random, n * k);
            float[] transposed = new float[n * k];
            for (int row = 0; row < k; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    transposed[(column * k) + row] = b[(row * n) + column];
                }
            }

            float[] expected = new float[GemmPacking.PackedLength(n, k)];
            float[] actual = new float[expected.Length];
            expected.AsSpan().Fill(9f);
            actual.AsSpan().Fill(9f);
            GemmPacking.Pack(b, expected, n, k, transposed: false);
            GemmPacking.Pack(transposed, actual, n, k, transposed: true);
            Assert.Equal(expected, actual);
            Assert.DoesNotContain(9f, actual);
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        float[] packed = new float[GemmPacking.PackedLength(3, 2)];
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[3], packed, default, default, new float[6], 2, 3, 2, Activation.None, 0f, 0f, true));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[4], packed.AsSpan(1), default, default, new float[6], 2, 3, 2, Activation.None, 0f, 0f, true));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[4], packed, new float[2], default, new float[6], 2, 3, 2, Activation.None, 0f, 0f, true));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[4], packed, default, new float[5], new float[6], 2, 3, 2, Activation.None, 0f, 0f, true));
        Assert.Throws<ArgumentException>(() => F32Kernels.F32(new float[4], packed, default, default, new float[5], 2, 3, 2, Activation.None, 0f, 0f, true));
        Assert.Throws<ArgumentOutOfRangeException>(() => F32Kernels.F32(new float[4], packed, default, default, new float[6], 2, 3, 0, Activation.None, 0f, 0f, true));
    }

    private static void Check(int m, int n, int k, Activation activation, bool withBias, bool withResidual, double zeros = 0)
    {
        var random = new Random(HashCode.Combine(m, n, k));
        float[] b = ProductCheck.RandomValues(random, (long)n * k);
        float[] packed = new float[GemmPacking.PackedLength(n, k)];
        GemmPacking.Pack(b, packed, n, k, transposed: false);
        using var x = new GuardedMemory<float>([.. ProductCheck.RandomValues(random, (long)m * k).Select(v => random.NextDouble() < zeros ? 0f : v)]);
        using var w = new GuardedMemory<float>(packed);
        using var bias = new GuardedMemory<float>(ProductCheck.RandomValues(random, withBias ? n : 0));
        using var residual = new GuardedMemory<float>(ProductCheck.RandomValues(random, withResidual ? (long)m * n : 0));
        using var y = new GuardedMemory<float>(m * n);
        F32Kernels.F32(x.Span, w.Span, bias.Span, residual.Span, y.Span, m, n, k, activation, Alpha, Beta, true);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double sum = (withBias ? bias.Span[column] : 0) + (withResidual ? residual.Span[(row * n) + column] : 0);
                double magnitude = 2;
                for (int depth = 0; depth < k; depth++)
                {
                    double product = (double)x.Span[(row * k) + depth] * b[(depth * n) + column];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                double expected = ReferenceMath.Apply(activation, sum, Alpha, Beta);
                ProductCheck.Near(expected, y.Span[(row * n) + column], magnitude, k, activation > Activation.Clip, $"{m}x{n}x{k} {activation} [{row},{column}]");
            }
        }
    }
}
