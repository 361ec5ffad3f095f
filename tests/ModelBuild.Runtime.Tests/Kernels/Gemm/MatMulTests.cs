using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Gemm;

public sealed class MatMulTests
{
    public static TheoryData<int, int, int, bool, bool> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, bool, bool>();
            foreach ((int m, int n, int k) in new[] { (1, 1, 1), (1, 37, 11), (2, 16, 3), (13, 50, 7), (28, 15, 9), (29, 33, 5), (47, 80, 21), (64, 5, 64) })
            {
                data.Add(m, n, k, false, false);
                data.Add(m, n, k, true, false);
                data.Add(m, n, k, false, true);
                data.Add(m, n, k, true, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatchesTheReference(int m, int n, int k, bool transposeA, bool transposeB)
    {
        Check(3, m, n, k, m * k, n * k, transposeA, transposeB);
        Check(3, m, n, k, m * k, 0, transposeA, transposeB);
        Check(2, m, n, k, 0, n * k, transposeA, transposeB);
        Check(2, m, n, k, 0, 0, transposeA, transposeB);
        Check(2, m, n, k, (m * k) + 3, (n * k) + 5, transposeA, transposeB);
    }

    [Fact]
    public void AnyNumberTypeIsMultiplied()
    {
        var y = new long[8];
        MatMul.Of<long>([1, 2, 3, 4], [5, 6, 7, 8, 1, 0, 0, 1], y, 2, 2, 2, 2, 0, 4);
        Assert.Equal([19, 22, 43, 50, 1, 2, 3, 4], y);
        var bytes = new byte[1];
        MatMul.Of<byte>([200, 100], [2, 3], bytes, 1, 1, 1, 2, 0, 0);
        Assert.Equal(700 % 256, bytes[0]);
        Assert.Throws<ArgumentException>(() => MatMul.Of<long>(new long[3], new long[4], new long[4], 1, 2, 2, 2, 4, 4));
        Assert.Throws<ArgumentException>(() => MatMul.Of<long>(new long[4], new long[4], new long[3], 1, 2, 2, 2, 4, 4));
    }

    [Fact]
    public void NoRowsColumnsOrDepthAreNoError()
    {
        float[] y = [1, 2, 3, 4, 5, 6];
        MatMul.F32([], new float[6], y, new float[MatMul.ScratchLength(2, 3)], 1, 0, 2, 3, 0, 0, false, false);
        MatMul.F32(new float[6], [], y, [], 1, 2, 0, 3, 0, 0, false, false);
        global::ModelBuild.Kernels.Gemm.F32([], new float[GemmPacking.PackedLength(2, 3)], [], [], y, 0, 2, 3, Activation.None, 0, 0, true);
        Assert.Equal([1, 2, 3, 4, 5, 6], y);
        MatMul.F32([], [], y, [], 1, 2, 2, 0, 0, 0, false, false);
        Assert.Equal([0, 0, 0, 0, 5, 6], y);
    }

    [Fact]
    public void OneColumnOfAnyDepthIsMultiplied()
    {
        for (int k = 0; k <= 70; k++)
        {
            int[] a = [.. Enumerable.Range(1, 2 * k)];
            int[] b = [.. Enumerable.Range(-7, k)];
            int[] y = new int[2];
            MatMul.Of<int>(a, b, y, 1, 2, 1, k, 0, 0);
            Assert.Equal(b.Select((v, i) => v * a[i]).Sum(), y[0]);
            Assert.Equal(b.Select((v, i) => v * a[k + i]).Sum(), y[1]);
            double[] sum = new double[1];
            MatMul.Of<double>([.. b.Select(v => (double)v)], [.. b.Select(v => (double)v)], sum, 1, 1, 1, k, 0, 0);
            Assert.Equal(b.Sum(v => v * v), sum[0]);
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        float[] scratch = new float[MatMul.ScratchLength(3, 2)];
        Assert.Throws<ArgumentException>(() => MatMul.F32(new float[8], new float[11], new float[12], scratch, 2, 2, 3, 2, 4, 6, false, false));
        Assert.Throws<ArgumentException>(() => MatMul.F32(new float[7], new float[12], new float[12], scratch, 2, 2, 3, 2, 4, 6, false, false));
        Assert.Throws<ArgumentException>(() => MatMul.F32(new float[8], new float[12], new float[11], scratch, 2, 2, 3, 2, 4, 6, false, false));
        Assert.Throws<ArgumentException>(() => MatMul.F32(new float[8], new float[12], new float[12], scratch.AsSpan(1), 2, 2, 3, 2, 4, 6, false, false));
    }

    private static void Check(int batch, int m, int n, int k, int aBatchStride, int bBatchStride, bool transposeA, bool transposeB)
    {
        var random = new Random(HashCode.Combine(m, n, k));
        using var a = new GuardedMemory<float>(ProductCheck.RandomValues(random, ((batch - 1) * aBatchStride) + (m * k)));
        using var b = new GuardedMemory<float>(ProductCheck.RandomValues(random, ((batch - 1) * bBatchStride) + (n * k)));
        using var scratch = new GuardedMemory<float>(MatMul.ScratchLength(n, k));
        using var y = new GuardedMemory<float>(batch * m * n);
        MatMul.F32(a.Span, b.Span, y.Span, scratch.Span, batch, m, n, k, aBatchStride, bBatchStride, transposeA, transposeB);
        for (int i = 0; i < batch; i++)
        {
            for (int row = 0; row < m; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    double sum = 0;
                    double magnitude = 0;
                    for (int depth = 0; depth < k; depth++)
                    {
                        double left = a.Span[(i * aBatchStride) + (transposeA ? (depth * m) + row : (row * k) + depth)];
                        double right = b.Span[(i * bBatchStride) + (transposeB ? (column * k) + depth : (depth * n) + column)];
                        sum += left * right;
                        magnitude += Math.Abs(left * right);
                    }

                    ProductCheck.Near(sum, y.Span[(((i * m) + row) * n) + column], magnitude, k, false, $"{m}x{n}x{k} [{i},{row},{column}]");
                }
            }
        }
    }
}
