using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Pool;

public sealed class PoolTests
{
    // Sums of at most 25 values below 3 in magnitude; one rounding of half an ulp of the running sum each.
    private const double MeanTolerance = 25 * 75 * Close.Ulp / 2;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void MaxEqualsTheDefinition(int seed)
    {
        var g = new Geometry(seed);
        float[] values = Samples.WithSpecial(g.InputLength, seed);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(g.OutputLength);
        MaxPool.Run<float>(
            x.Span, y.Span, g.Batch, g.InH, g.InW, g.Channels, g.OutH, g.OutW, g.KernelH, g.KernelW, g.StrideH, g.StrideW, g.PadTop, g.PadLeft, g.DilationH, g.DilationW);
        Assert.Equal(g.Windows(values).Select(w => w.Aggregate(float.NegativeInfinity, MathF.Max)), y.Span.ToArray());

        byte[] bytes = [.. Samples.Integers(g.InputLength, seed, 0, 256).Select(i => (byte)i)];
        using var x8 = new GuardedMemory<byte>(bytes);
        using var y8 = new GuardedMemory<byte>(g.OutputLength);
        MaxPool.Run<byte>(
            x8.Span, y8.Span, g.Batch, g.InH, g.InW, g.Channels, g.OutH, g.OutW, g.KernelH, g.KernelW, g.StrideH, g.StrideW, g.PadTop, g.PadLeft, g.DilationH, g.DilationW);
        Assert.Equal(g.Windows(bytes).Select(w => w.Aggregate((byte)0, Math.Max)), y8.Span.ToArray());
    }

    [Theory]
    [InlineData(16, 2, 1)]
    [InlineData(32, 2, 1)]
    [InlineData(48, 1, 1)]
    [InlineData(64, 2, 2)]
    [InlineData(192, 2, 1)]
    [InlineData(20, 2, 1)]
    public void MaxOfBytesInPairsOfRowsAndColumns(int channels, int stride, int dilation)
    {
        const int Size = 7;
        int outSize = ((Size - dilation - 1 + stride - 1) / stride) + 1;
        byte[] values = [.. Samples.Integers(Size * Size * channels, channels, 0, 256).Select(i => (byte)i)];
        using var x = new GuardedMemory<byte>(values);
        using var y = new GuardedMemory<byte>(outSize * outSize * channels);
        MaxPool.Run<byte>(x.Span, y.Span, 1, Size, Size, channels, outSize, outSize, 2, 2, stride, stride, 0, 0, dilation, dilation);
        for (int i = 0; i < y.Span.Length; i++)
        {
            (int oy, int ox, int c) = (i / channels / outSize, i / channels % outSize, i % channels);
            byte expected = 0;
            for (int k = 0; k < 4; k++)
            {
                int row = (oy * stride) + (k / 2 * dilation);
                int column = (ox * stride) + (k % 2 * dilation);
                if (row < Size && column < Size)
                {
                    expected = Math.Max(expected, values[(((row * Size) + column) * channels) + c]);
                }
            }

            Assert.Equal(expected, y.Span[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AverageEqualsTheDefinition(int seed)
    {
        var g = new Geometry(seed);
        float[] values = Samples.Uniform(g.InputLength, seed);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(g.OutputLength);
        foreach (bool includePad in new[] { false, true })
        {
            AveragePool.F32(
                x.Span, y.Span, g.Batch, g.InH, g.InW, g.Channels, g.OutH, g.OutW, g.KernelH, g.KernelW, g.StrideH, g.StrideW,
                g.PadTop, g.PadLeft, g.PadBottom, g.PadRight, g.DilationH, g.DilationW, includePad);
            int i = 0;
            foreach ((List<float> window, int padded) in g.Windows(values).Zip(g.PaddedCounts()))
            {
                int count = includePad ? padded : window.Count;
                double expected = count == 0 ? 0 : window.Sum(v => (double)v) / count;
                Close.AssertEqual(expected, y.Span[i++], MeanTolerance, Close.Ulp, $"seed {seed}, {includePad}");
            }
        }

        foreach (int p in new[] { 1, 2, 3 })
        {
            LpPool.F32(
                x.Span, y.Span, g.Batch, g.InH, g.InW, g.Channels, g.OutH, g.OutW, g.KernelH, g.KernelW, g.StrideH, g.StrideW,
                g.PadTop, g.PadLeft, g.DilationH, g.DilationW, p);
            int i = 0;
            foreach (List<float> window in g.Windows(values))
            {
                Close.AssertEqual(Math.Pow(window.Sum(v => Math.Pow(Math.Abs((double)v), p)), 1.0 / p), y.Span[i++], 0, Close.Ulp, $"L{p}");
            }
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(63)]
    [InlineData(155)]
    public void AverageOfManyChannelsEqualsTheDefinition(int channels)
    {
        const int Spatial = 21;
        float[] values = Samples.Uniform(Spatial * channels, channels);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(channels);
        AveragePool.GlobalF32(x.Span, y.Span, 1, Spatial, channels);
        for (int c = 0; c < channels; c++)
        {
            Close.AssertEqual(Enumerable.Range(0, Spatial).Average(p => (double)values[(p * channels) + c]), y.Span[c], MeanTolerance, Close.Ulp, $"channel {c}");
        }
    }

    [Fact]
    public void GlobalPoolsReduceAllPositions()
    {
        float[] values = Samples.Uniform(2 * 49 * 19, 5);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(2 * 19);
        AveragePool.GlobalF32(x.Span, y.Span, 2, 49, 19);
        for (int i = 0; i < 38; i++)
        {
            double mean = Enumerable.Range(0, 49).Average(s => (double)values[(((i / 19 * 49) + s) * 19) + (i % 19)]);
            Close.AssertEqual(mean, y.Span[i], MeanTolerance, 0, "mean");
        }

        MaxPool.Global<float>(x.Span, y.Span, 2, 49, 19);
        for (int i = 0; i < 38; i++)
        {
            Assert.Equal(Enumerable.Range(0, 49).Max(s => values[(((i / 19 * 49) + s) * 19) + (i % 19)]), y.Span[i]);
        }
    }

    /// <summary>Windows of binary32 that overlap, whose columns are reduced once, with NaN and infinities of both signs in some.</summary>
    [Theory]
    [InlineData(16, 13, 1)]
    [InlineData(32, 5, 1)]
    [InlineData(48, 3, 1)]
    [InlineData(20, 4, 2)]
    [InlineData(3, 5, 1)]
    [InlineData(44, 2, 1)]
    [InlineData(32, 2, 1)]
    [InlineData(8, 2, 2)]
    [InlineData(8, 9, 1)]
    [InlineData(40, 5, 1)]
    [InlineData(24, 5, 2)]
    public void MaxOfOverlappingWindowsKeepsNaN(int channels, int kernel, int dilation)
    {
        const int Size = 14;
        int pad = kernel == 2 ? 0 : kernel / 2;
        int extent = (dilation * (kernel - 1)) + 1;
        int outSize = Size + (2 * pad) - extent + 1;
        foreach (float special in (float[])[0f, float.NaN, float.PositiveInfinity])
        {
            float[] values = Samples.Uniform(Size * Size * channels, kernel + channels, -4f, 4f);
            if (special != 0f)
            {
                values[(((6 * Size) + 7) * channels) + (channels / 2)] = special;
                values[(((6 * Size) + 8) * channels) + (channels / 2)] = float.NegativeInfinity;
            }

            using var x = new GuardedMemory<float>(values);
            using var y = new GuardedMemory<float>(outSize * outSize * channels);
            MaxPool.Run<float>(x.Span, y.Span, 1, Size, Size, channels, outSize, outSize, kernel, kernel, 1, 1, pad, pad, dilation, dilation);
            for (int i = 0; i < y.Span.Length; i++)
            {
                int c = i % channels;
                int ox = i / channels % outSize;
                int oy = i / channels / outSize;
                float expected = float.NegativeInfinity;
                for (int k = 0; k < kernel * kernel; k++)
                {
                    int row = oy - pad + (k / kernel * dilation);
                    int column = ox - pad + (k % kernel * dilation);
                    if (row >= 0 && row < Size && column >= 0 && column < Size)
                    {
                        expected = MathF.Max(expected, values[(((row * Size) + column) * channels) + c]);
                    }
                }

                Assert.Equal(expected, y.Span[i]);
            }
        }
    }

    [Fact]
    public void RefusesSpansThatAreTooShort()
    {
        Assert.Throws<ArgumentException>(() => MaxPool.Global<float>(new float[11], new float[4], 1, 3, 4));
        Assert.Throws<ArgumentException>(() => AveragePool.GlobalF32(new float[12], new float[3], 1, 3, 4));
    }

    private sealed class Geometry
    {
        internal Geometry(int seed)
        {
            var r = new Random(seed);
            Batch = r.Next(1, 3);
            Channels = r.Next(1, 16) + (r.Next(3) * 16);
            (KernelH, KernelW) = (r.Next(1, 5), r.Next(1, 5));
            (StrideH, StrideW) = (r.Next(1, 4), r.Next(1, 4));
            (DilationH, DilationW) = (r.Next(1, 3), r.Next(1, 3));
            (PadTop, PadLeft, PadBottom, PadRight) = (r.Next(KernelH), r.Next(KernelW), r.Next(KernelH), r.Next(KernelW));
            (InH, InW) = (r.Next(1, 8) + (KernelH * DilationH), r.Next(1, 8) + (KernelW * DilationW));
            int ceil = r.Next(2);
            OutH = ((InH + PadTop + PadBottom - (DilationH * (KernelH - 1)) - 1 + (ceil * (StrideH - 1))) / StrideH) + 1;
            OutW = ((InW + PadLeft + PadRight - (DilationW * (KernelW - 1)) - 1 + (ceil * (StrideW - 1))) / StrideW) + 1;
        }

        internal int Batch { get; }

        internal int Channels { get; }

        internal int KernelH { get; }

        internal int KernelW { get; }

        internal int StrideH { get; }

        internal int StrideW { get; }

        internal int DilationH { get; }

        internal int DilationW { get; }

        internal int PadTop { get; }

        internal int PadLeft { get; }

        internal int PadBottom { get; }

        internal int PadRight { get; }

        internal int InH { get; }

        internal int InW { get; }

        internal int OutH { get; }

        internal int OutW { get; }

        internal int InputLength => Batch * InH * InW * Channels;

        internal int OutputLength => Batch * OutH * OutW * Channels;

        internal IEnumerable<List<T>> Windows<T>(T[] x) =>
            Positions().Select(p => p.Elements
                .Where(e => e.Y >= 0 && e.Y < InH && e.X >= 0 && e.X < InW)
                .Select(e => x[(((((p.N * InH) + e.Y) * InW) + e.X) * Channels) + p.C]).ToList());

        internal IEnumerable<int> PaddedCounts() =>
            Positions().Select(p => p.Elements.Count(e => e.Y < InH + PadBottom && e.X < InW + PadRight));

        private IEnumerable<(int N, int C, List<(int Y, int X)> Elements)> Positions() =>
            from n in Enumerable.Range(0, Batch)
            from oy in Enumerable.Range(0, OutH)
            from ox in Enumerable.Range(0, OutW)
            from c in Enumerable.Range(0, Channels)
            select (n, c, (from ky in Enumerable.Range(0, KernelH)
                           from kx in Enumerable.Range(0, KernelW)
                           select ((oy * StrideH) - PadTop + (ky * DilationH), (ox * StrideW) - PadLeft + (kx * DilationW))).ToList());
    }
}
