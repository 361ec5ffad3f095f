using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed class GemmU8S8Tests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 10, 64 }, { 7, 17, 33 }, { 13, 16, 4 }, { 50, 40, 71 }, { 2, 3, 1 }, { 49, 64, 128 }, { 5, 23, 2 },
        { 1, 64, 4 }, { 1, 128, 8 }, { 3, 192, 36 }, { 6, 64, 130 }, { 6, 128, 12 }, { 7, 64, 8 }, { 1, 1024, 1028 },
        { 40, 32, 20 }, { 29, 16, 8 }, { 17, 48, 12 }, { 31, 96, 64 }, { 6, 80, 16 }, { 5, 112, 24 }, { 30, 160, 300 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ToU8IsTheQdqExpression(int m, int n, int k)
    {
        const int XZero = 117;
        const int YZero = 90;
        using var data = new Operands(m, n, k);
        int[] wZero = data.WeightZeroPoints;
        foreach (bool withWeightZero in new[] { false, true })
        {
            foreach ((int min, int max) in new[] { (0, 255), (90, 200) })
            {
                using var y = new GuardedMemory<byte>(m * n);
                GemmU8S8.ToU8(
                    x: data.X.Span, w: data.Packed.Span, bias: data.Fold(XZero), scales: data.Scales.Span, weightZeroPoints: withWeightZero ? wZero : default, y: y.Span,
                    m: m, n: n, k: k, xZeroPoint: XZero, yZeroPoint: YZero, yMin: min, yMax: max);
                for (int i = 0; i < m * n; i++)
                {
                    long accumulator = data.Accumulator(i, XZero, withWeightZero) + data.Bias[i % n];
                    Assert.Equal(QuantizedReference.ToU8(accumulator, data.Scales.Span[i % n], YZero, min, max), y.Span[i]);
                }
            }
        }
    }

    [Fact]
    public void HugeScalesSaturate()
    {
        var y = new byte[2];
        var packed = new sbyte[GemmU8S8Packing.PackedLength(2, 1)];
        GemmU8S8Packing.Pack([127, -128], packed, 2, 1, transposed: false);
        GemmU8S8.ToU8([255], packed, default, [1e38f, 1e38f], default, y, m: 1, n: 2, k: 1, xZeroPoint: 0, yZeroPoint: 7, yMin: 3, yMax: 250);
        Assert.Equal(new byte[] { 250, 3 }, y);
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.25f)]
    public void TiesRoundToEven(float scale)
    {
        var y = new byte[20];
        var packed = new sbyte[GemmU8S8Packing.PackedLength(20, 1)];
        var scales = new float[20];
        var w = new sbyte[20];
        for (int i = 0; i < 20; i++)
        {
            w[i] = (sbyte)(i - 9);
            scales[i] = scale;
        }

        GemmU8S8Packing.Pack(w, packed, 20, 1, transposed: true);
        GemmU8S8.ToU8([1], packed, default, scales, default, y, m: 1, n: 20, k: 1, xZeroPoint: 0, yZeroPoint: 100, yMin: 0, yMax: 255);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(100 + (int)Math.Round(w[i] * scale, MidpointRounding.ToEven), y[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ToF32AndDynamicAreTheNodesOneByOne(int m, int n, int k)
    {
        const int XZero = 3;
        const float XScale = 0.037f;
        using var data = new Operands(m, n, k);
        foreach (bool withBias in new[] { false, true })
        {
            ReadOnlySpan<float> floatBias = withBias ? data.FloatBias : default;
            using var y = new GuardedMemory<float>(m * n);
            using var dynamic = new GuardedMemory<float>(m * n);
            GemmU8S8.ToF32(
                data.X.Span, data.Packed.Span, data.Fold(XZero), data.Scales.Span, floatBias, data.WeightZeroPoints, y.Span, m, n, k, XZero, Activation.Relu, 0f, 0f);
            GemmU8S8.ToF32Dynamic(
                data.X.Span, data.Packed.Span, data.Scales.Span, floatBias, data.Sums, default, [XScale], [XZero], dynamic.Span, m, n, k, Activation.Clip, -0.5f, 0.75f);
            for (int i = 0; i < m * n; i++)
            {
                float bias = withBias ? data.FloatBias[i % n] : 0f;
                float product = (data.Accumulator(i, XZero, true) + data.Bias[i % n]) * data.Scales.Span[i % n];
                Assert.Equal(MathF.Max(0f, product + bias), y.Span[i]);
                product = data.Accumulator(i, XZero, false) * (XScale * data.Scales.Span[i % n]);
                Assert.Equal(MathF.Max(-0.5f, MathF.Min(0.75f, product + bias)), dynamic.Span[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ToS32IsMatMulInteger(int m, int n, int k)
    {
        const byte XZero = 200;
        using var data = new Operands(m, n, k);
        using var y = new GuardedMemory<int>(m * n);
        using var dynamic = new GuardedMemory<int>(m * n);
        GemmU8S8.ToS32(data.X.Span, data.Packed.Span, data.Fold(XZero), data.WeightZeroPoints, y.Span, m, n, k, XZero);
        GemmU8S8.ToS32Dynamic(data.X.Span, data.Packed.Span, data.Sums, data.WeightZeroPoints, [XZero], dynamic.Span, m, n, k);
        for (int i = 0; i < m * n; i++)
        {
            Assert.Equal(data.Accumulator(i, XZero, true) + data.Bias[i % n], y.Span[i]);
            Assert.Equal(data.Accumulator(i, XZero, true), dynamic.Span[i]);
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        var packed = new sbyte[GemmU8S8Packing.PackedLength(3, 5)];
        Assert.Throws<ArgumentException>(() => GemmU8S8.ToS32(new byte[9], packed, default, default, new int[6], 2, 3, 5, 0));
        Assert.Throws<ArgumentException>(() => GemmU8S8.ToS32(new byte[10], packed.AsSpan(1), default, default, new int[6], 2, 3, 5, 0));
        Assert.Throws<ArgumentException>(() => GemmU8S8.ToS32(new byte[10], packed, default, default, new int[5], 2, 3, 5, 0));
        Assert.Throws<ArgumentException>(() => GemmU8S8.ToS32(new byte[10], packed, new int[2], default, new int[6], 2, 3, 5, 0));
    }

    private sealed class Operands : IDisposable
    {
        private readonly sbyte[] _w;
        private readonly int _m;
        private readonly int _n;
        private readonly int _k;

        public Operands(int m, int n, int k)
        {
            (_m, _n, _k) = (m, n, k);
            var random = new Random(m + (n * 31) + (k * 1009));
            var x = new byte[m * k];
            random.NextBytes(x);
            _w = new sbyte[k * n];
            for (int i = 0; i < _w.Length; i++)
            {
                _w[i] = (sbyte)random.Next(-128, 128);
            }

            var packed = new sbyte[GemmU8S8Packing.PackedLength(n, k)];
            GemmU8S8Packing.Pack(_w, packed, n, k, transposed: false);
            var scales = new float[n];
            for (int i = 0; i < n; i++)
            {
                scales[i] = (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(k));
            }

            X = new GuardedMemory<byte>(x);
            Packed = new GuardedMemory<sbyte>(packed);
            Scales = new GuardedMemory<float>(scales);
            Bias = new int[n];
            FloatBias = new float[n];
            WeightZeroPoints = new int[n];
            Sums = new int[n];
            for (int i = 0; i < n; i++)
            {
                Bias[i] = random.Next(-4000, 4000);
                FloatBias[i] = random.NextSingle() - 0.5f;
                WeightZeroPoints[i] = random.Next(-20, 20);
            }

            GemmU8S8Packing.ColumnSums(_w, Sums, n, k, transposed: false);
        }

        public GuardedMemory<byte> X { get; }

        public GuardedMemory<sbyte> Packed { get; }

        public GuardedMemory<float> Scales { get; }

        public int[] Bias { get; }

        public float[] FloatBias { get; }

        public int[] WeightZeroPoints { get; }

        public int[] Sums { get; }

        public int[] Fold(int xZero)
        {
            var folded = new int[_n];
            GemmU8S8Packing.FoldZeroPoint(Bias, Sums, folded, xZero);
            return folded;
        }

        public int Accumulator(int index, int xZero, bool withWeightZero) =>
            (int)QuantizedReference.Dot(X.Span, _w, _m, _n, _k, index / _n, index % _n, xZero, withWeightZero ? WeightZeroPoints[index % _n] : 0);

        public void Dispose()
        {
            X.Dispose();
            Packed.Dispose();
            Scales.Dispose();
        }
    }
}
