using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Gemm;

namespace ModelBuild.Runtime.Tests.Threads;

/// <summary>Kernels that compute elements, rows or windows apart compute the same bits on any number of threads.</summary>
public sealed class SharedElementKernelsTests
{
    // Neither is a multiple of any vector.
    private const int Length = 300_007;
    private const int Odd = 611;

    private static readonly float[] s_x = ProductCheck.RandomValues(new Random(3), Length);
    private static readonly float[] s_b = ProductCheck.RandomValues(new Random(5), Length);

    [Fact]
    public void Functions()
    {
        Shared.Check<float>(Length, y => Unary.GeluF32(s_x, y));
        Shared.Check<float>(Length, y => Unary.MishF32(s_x, y));
        Shared.Check<float>(Length, y => Binary.Add<float>(s_x, s_b, y));
        Shared.Check<float>(Length, y => Binary.Mul<float>(s_x, y, y));
        Shared.Check<float>(Length, y => Binary.DivScalar<float>(s_x, s_b, y));
    }

    [Fact]
    public void Activations() => Shared.Check<float>(Length, y =>
    {
        s_x.CopyTo(y, 0);
        ActivationKernels.Apply(y, Activation.Sigmoid, 0f, 0f);
    });

    [Theory]
    [InlineData(Odd, 1)]
    [InlineData(37, 13)]
    [InlineData(2, 1)]
    [InlineData(7, 1)]
    [InlineData(2, Length / 2)]
    public void Softmaxes(int axis, int inner)
    {
        int outer = Length / axis / inner;
        Shared.Check<float>(Length, y => Softmax.F32(s_x, y, outer, axis, inner));
        Shared.Check<float>(Length, y => Softmax.LogF32(s_x, y, outer, axis, inner));
    }

    [Fact]
    public void Normalizations()
    {
        const int Rows = Length / Odd;
        Shared.Check<float>(Length, y => LayerNorm.F32(s_x, s_b, s_b, y, Rows, Odd, 1e-5f));
        Shared.Check<float>(Length, y => LayerNorm.RmsF32(s_x, s_b, y, Rows, Odd, 1e-5f));
        Shared.Check<float>(Length, y => BatchNorm.NhwcF32(s_x, s_b, s_x, y, Rows, Odd));
    }

    [Theory]
    [InlineData(new[] { 1, 3, 301, 211 }, new[] { 0, 2, 3, 1 })]
    [InlineData(new[] { 1, 211, 301, 3 }, new[] { 0, 3, 1, 2 })]
    [InlineData(new[] { 2, 31, 40, 97 }, new[] { 0, 2, 1, 3 })]
    [InlineData(new[] { 7, 31, 12, 97 }, new[] { 2, 0, 3, 1 })]
    [InlineData(new[] { 509, 501 }, new[] { 1, 0 })]
    public void Transposes(int[] shape, int[] permutation)
    {
        Shared.Check<float>(Length, y => Transpose.Run<float>(s_x, y, shape, permutation));
        short[] x = [.. Enumerable.Range(0, Length).Select(i => unchecked((short)i))];
        Shared.Check<short>(Length, y => Transpose.Run<short>(x, y, shape, permutation));
    }

    [Fact]
    public void Pools()
    {
        byte[] bytes = [.. Enumerable.Range(0, 2 * 61 * 63 * 37).Select(i => unchecked((byte)(i * 37)))];
        Shared.Check<float>(Length, y => MaxPool.Run<float>(s_x, y, 2, 61, 63, 37, 31, 32, 3, 3, 2, 2, 1, 1, 1, 1));
        Shared.Check<byte>(Length, y => MaxPool.Run<byte>(bytes, y, 2, 61, 63, 37, 61, 63, 3, 3, 1, 1, 1, 1, 1, 1));
        Shared.Check<float>(Length, y => AveragePool.F32(s_x, y, 2, 61, 63, 37, 31, 32, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, countIncludePad: false));
    }

    [Fact]
    public void Quantizations()
    {
        byte[] a = [.. s_x.Select(v => unchecked((byte)(v * 1000)))];
        byte[] b = [.. s_b.Select(v => unchecked((byte)(v * 1000)))];
        Shared.Check<byte>(Length, y => Quantize.F32ToU8(s_x, y, Length, 0.01f, 128));
        Shared.Check<byte>(Length, y => DynamicQuantize.F32(s_x, y, new float[1], new byte[1], Length));
        Shared.Check<byte>(Length, y => QuantizedAdd.Run(a, b, y, Length, Length, 0.1f, 3, 0.2f, 5, 0.25f, 7));
        Shared.Check<byte>(Length, y => QuantizedAdd.Run(a, b, y, Length, 1, 0.1f, 3, 0.2f, 5, 0.25f, 7));
    }

    [Theory]
    [InlineData(12, 40, 50, 64, true)]
    [InlineData(9, 10, 70, 129, false)]
    public void BatchesOfProducts(int batch, int m, int n, int k, bool transposeB)
    {
        float[] scratch = new float[MatMul.ScratchLength(n, k)];
        Shared.Check<float>(batch * m * n, y => MatMul.F32(s_x, s_b, y, scratch, batch, m, n, k, m * k, n * k, false, transposeB));

        // Left operands with gaps, so that one right operand for all does not make them one product.
        Shared.Check<float>(batch * m * n, y => MatMul.F32(s_x, s_b, y, scratch, batch, m, n, k, (m * k) + 3, 0, false, transposeB));
    }

    [Theory]
    [InlineData(new[] { 1, 9, 311, 37 }, new[] { 0, 11507, 37, 1 }, new[] { 0, 0, 0, 1 })]
    [InlineData(new[] { 7, 11, 13, 99 }, new[] { 0, 0, 99, 1 }, new[] { 14157, 1287, 99, 1 })]
    [InlineData(new[] { 301, 211 }, new[] { 1, 0 }, new[] { 0, 1 })]
    public void Broadcasts(int[] shape, int[] aStrides, int[] bStrides) =>
        Shared.Check<float>(Length, y => Binary.MulBroadcast<float>(s_x, s_b, y, shape, aStrides, bStrides));

    [Theory]
    [InlineData(new[] { Length }, new[] { 1 }, new[] { 1 })]
    [InlineData(new[] { 1, 9, 311, 37 }, new[] { 0, 11507, 37, 1 }, new[] { 0, 0, 0, 1 })]
    [InlineData(new[] { 7, 11, 13, 99 }, new[] { 0, 0, 99, 1 }, new[] { 14157, 1287, 99, 1 })]
    public void Selections(int[] shape, int[] conditionStrides, int[] aStrides)
    {
        bool[] condition = [.. s_b.Select(v => v > 0)];
        Shared.Check<float>(Length, y => Where.Run<float>(condition, s_x, [float.NegativeInfinity], y, shape, conditionStrides, aStrides, new int[shape.Length]));
    }

    [Theory]
    [InlineData(491, Odd, 1)]
    [InlineData(1, 7, 42_001)]
    [InlineData(13, 37, 611)]
    public void Reductions(int outer, int axis, int inner)
    {
        Shared.Check<float>(outer * inner, y => Reduce.Sum<float>(s_x, y, outer, axis, inner));
        Shared.Check<float>(outer * inner, y => Reduce.Max<float>(s_x, y, outer, axis, inner));
    }

    [Theory]
    [InlineData(new[] { 31, 97, 28 }, new[] { 0, 0, 1 }, new[] { 31, 97, 32 })]
    [InlineData(new[] { 3, 97, 280 }, new[] { 0, 5, 0 }, new[] { 3, 104, 280 })]
    public void Paddings(int[] shape, int[] before, int[] outShape) =>
        Shared.Check<float>(outShape.Aggregate(1, (p, q) => p * q), y => Pad.Run<float>(s_x, [2.5f], y, PadMode.Constant, shape, before, outShape));

    [Fact]
    public void Lookups()
    {
        long[] indices = [.. Enumerable.Range(0, 701).Select(i => ((long)i * 37 % 200) - 100)];
        Shared.Check<float>(3 * 701 * 97, y => Gather.Run<float, long>(s_x, indices, y, 3, 100, 97));
    }

    [Fact]
    public void Blocks() => Shared.Check<float>(2 * 3 * 4 * 101 * 123, y => PlanarBlocks.F32(s_x, y, 2, 3, 101, 123, 2, columnsFirst: true));

    [Fact]
    public void Conversions()
    {
        Half[] halves = [.. s_x.Select(v => (Half)v)];
        Shared.Check<float>(Length, y => Cast.Run<Half, float>(halves, y));
        Shared.Check<Half>(Length, y => Cast.Run<float, Half>(s_x, y));
        Shared.Check<int>(Length, y => Cast.Run<float, int>(s_x, y));
        Shared.Check<float>(Length, y => Unary.SinF32(s_x, y));
    }

    [Theory]
    [InlineData(new[] { 1, 61, 67, 73 }, new[] { 0, 3, 60, 0 }, new[] { 1, 2, -1, 1 }, new[] { 1, 29, 61, 73 })]
    [InlineData(new[] { 3, 300, 300 }, new[] { 0, 1, 0 }, new[] { 1, 1, 2 }, new[] { 3, 299, 150 })]
    public void Slices(int[] shape, int[] starts, int[] steps, int[] outShape) =>
        Shared.Check<float>(Length, y => Slice.Run<float>(s_x, y, shape, starts, steps, outShape));

    [Fact]
    public void Expansions() => Shared.Check<float>(Length, y => Slice.Expand<float>(s_x, y, [1, 91, 40, 81], [0, 81, 0, 1]));

    [Fact]
    public void Copies()
    {
        int[] index = [.. Enumerable.Range(0, 90).Select(i => i / 2)];
        Shared.Check<float>(2 * 90 * 90 * 37, y => Resize.Nearest<float>(s_x, index, index, y, 2, 45, 45, 37, 90, 90));
        Shared.Check<float>(400_000, y => Concat.Copy2D<float>(s_x, y, 300, 999, 999, 1301, 7, 11));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(64, 8)]
    [InlineData(37, 37)]
    [InlineData(600, 2)]
    [InlineData(600, 1)]
    public void GroupNormalizations(int channels, int groups)
    {
        int spatial = Length / channels / 2;
        Shared.Check<float>(Length, y => GroupNorm.NhwcF32(s_x, s_b, s_b, y, 2, spatial, channels, groups, 1e-5f));
    }

    [Fact]
    public void Interpolation()
    {
        const int In = 40;
        const int Out = 77;
        const int Channels = 37;
        int[] index = [.. Enumerable.Range(0, Out).SelectMany(i => new[] { i / 2, Math.Min(In - 1, (i / 2) + 1) })];
        float[] weight = [.. Enumerable.Range(0, Out).SelectMany(i => new[] { 1f - (i % 2 * 0.5f), i % 2 * 0.5f })];
        float[] scratch = new float[Resize.ScratchLines(2) * Out * Channels];
        Shared.Check<float>(2 * Out * Out * Channels, y => Resize.InterpolateF32(s_x, index, weight, index, weight, y, scratch, 2, In, In, Channels, Out, Out, 2));
    }

    [Theory]
    [InlineData(3000, 45, 90, 1)]
    [InlineData(330, 300, 700, 1)]
    [InlineData(130, 60, 25, 37)]
    [InlineData(3, 45, 600, 960)]
    public void SizedResizeOfAnAxis(int outer, int input, int output, int inner)
    {
        float[] lines = new float[SizedResize.Lines(input)];

        float[] weights = new float[(4 * input) + 1024];
        Shared.Check<float>(outer * output * inner, y => SizedResize.InterpolateF32(
            s_x, default, default, [outer, output, inner], y, weights, lines, [0, 1, 2], [outer, input, inner], 1, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, true, -0.75, false, true,
            outer, output, inner));
        Shared.Check<float>(outer * output * inner, y => SizedResize.Nearest<float>(
            s_x, default, default, [outer, output, inner], y, [0, 1, 2], [outer, input, inner], 1, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, NearestMode.Floor, outer, output, inner));
    }
}
