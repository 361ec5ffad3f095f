using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Normalization;

public sealed class NormalizationTests
{
    // Results are of magnitude 3 times scale 3; the statistics carry a few ulp each.
    private const double Absolute = 64 * Close.Ulp;
    private const float Epsilon = 1e-5f;

    public static TheoryData<int> Lengths => [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 100, 255, 768];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNormEqualsTheDefinition(int length)
    {
        float[] values = Samples.Uniform(3 * length, length);
        float[] factors = Samples.Uniform(length, 1);
        float[] shifts = Samples.Uniform(length, 2);
        using var x = new GuardedMemory<float>(values);
        using var scale = new GuardedMemory<float>(factors);
        using var bias = new GuardedMemory<float>(shifts);
        using var y = new GuardedMemory<float>(3 * length);
        var expected = new double[3 * length];
        foreach ((bool hasScale, bool hasBias) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            LayerNorm.F32(x.Span, hasScale ? scale.Span : default, hasBias ? bias.Span : default, y.Span, 3, length, Epsilon);
            for (int i = 0; i < expected.Length; i++)
            {
                double[] row = [.. values.Skip(i / length * length).Take(length).Select(v => (double)v)];
                double mean = row.Average();
                double variance = row.Average(v => (v - mean) * (v - mean));
                int c = i % length;
                expected[i] = ((values[i] - mean) / Math.Sqrt(variance + Epsilon) * (hasScale ? factors[c] : 1)) + (hasBias ? shifts[c] : 0);
            }

            Close.AssertEqual(expected, y.Span, Absolute, Absolute, $"layer {length}");
        }

        LayerNorm.RmsF32(x.Span, scale.Span, x.Span, 3, length, Epsilon);
        for (int i = 0; i < expected.Length; i++)
        {
            double square = values.Skip(i / length * length).Take(length).Average(v => (double)v * v);
            expected[i] = values[i] / Math.Sqrt(square + Epsilon) * factors[i % length];
        }

        Close.AssertEqual(expected, x.Span, Absolute, Absolute, $"rms {length}");
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void StatisticsEqualTheDefinition(int length)
    {
        float[] values = Samples.Uniform(3 * length, length);
        using var x = new GuardedMemory<float>(values);
        using var mean = new GuardedMemory<float>(3);
        using var factor = new GuardedMemory<float>(3);
        LayerNorm.StatisticsF32(x.Span, mean.Span, factor.Span, 3, length, 0.5f);
        double[] means = [.. Enumerable.Range(0, 3).Select(r => values.Skip(r * length).Take(length).Average(v => (double)v))];
        double[] factors = [.. Enumerable.Range(0, 3).Select(r => 1 / Math.Sqrt(values.Skip(r * length).Take(length).Average(v => (v - means[r]) * (v - means[r])) + 0.5))];
        Close.AssertEqual(means, mean.Span, Absolute, Absolute, $"mean {length}");
        Close.AssertEqual(factors, factor.Span, Absolute, Absolute, $"factor {length}");
        mean.Span.Clear();
        LayerNorm.StatisticsF32(x.Span, mean.Span, default, 3, length, 0.5f);
        Close.AssertEqual(means, mean.Span, Absolute, Absolute, $"mean alone {length}");
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void BatchNormEqualsTheDefinition(int channels)
    {
        const int Spatial = 5;
        float[] values = Samples.Uniform(2 * Spatial * channels, channels);
        float[] factors = Samples.Uniform(channels, 1);
        float[] shifts = Samples.Uniform(channels, 2);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(values.Length);
        using var scale = new GuardedMemory<float>(factors);
        using var shift = new GuardedMemory<float>(shifts);
        BatchNorm.NhwcF32(x.Span, scale.Span, shift.Span, y.Span, 2 * Spatial, channels);
        Assert.Equal(values.Select((v, i) => MathF.FusedMultiplyAdd(v, factors[i % channels], shifts[i % channels])), y.Span.ToArray());
        BatchNorm.NchwF32(x.Span, scale.Span, shift.Span, y.Span, 2, channels, Spatial);
        Assert.Equal(
            values.Select((v, i) => MathF.FusedMultiplyAdd(v, factors[i / Spatial % channels], shifts[i / Spatial % channels])), y.Span.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 1)]
    [InlineData(6, 3)]
    [InlineData(6, 6)]
    [InlineData(32, 8)]
    [InlineData(19, 19)]
    [InlineData(130, 26)]
    [InlineData(300, 300)]
    [InlineData(516, 2)]
    [InlineData(1030, 515)]
    public void GroupNormEqualsTheDefinition(int channels, int groups)
    {
        const int Spatial = 11;
        float[] values = Samples.Uniform(2 * Spatial * channels, channels);
        float[] factors = Samples.Uniform(channels, 1);
        float[] shifts = Samples.Uniform(channels, 2);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(values.Length);
        GroupNorm.NhwcF32(x.Span, factors, shifts, y.Span, 2, Spatial, channels, groups, Epsilon);
        int width = channels / groups;
        for (int i = 0; i < values.Length; i++)
        {
            int c = i % channels;
            int image = i / (Spatial * channels);
            double[] group = [.. values.Where((_, k) => k / (Spatial * channels) == image && k % channels / width == c / width).Select(v => (double)v)];
            double mean = group.Average();
            double variance = group.Average(v => (v - mean) * (v - mean));
            double expected = ((values[i] - mean) / Math.Sqrt(variance + Epsilon) * factors[c]) + shifts[c];
            Close.AssertEqual(expected, y.Span[i], Absolute, Absolute, $"group {channels}/{groups}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => GroupNorm.NhwcF32(values, factors, shifts, new float[values.Length], 2, Spatial, channels, channels + 1, Epsilon));
    }

    /// <summary>Deviations of a ten thousandth of the mean: the operand itself has 24 bits.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void GroupNormKeepsSmallDeviationsFromALargeMean(int groups)
    {
        const int Channels = 8;
        const int Spatial = 999;
        float[] values = [.. Samples.Uniform(Spatial * Channels, 3).Select(v => 10_000f + v)];
        float[] y = new float[values.Length];
        GroupNorm.NhwcF32(values, default, default, y, 1, Spatial, Channels, groups, 0f);
        double[] group = [.. values.Where((_, i) => groups == 1 || i % Channels == 0).Select(v => (double)v)];
        double mean = group.Average();
        double deviation = Math.Sqrt(group.Average(v => (v - mean) * (v - mean)));

        // The mean is subtracted in binary32.
        double rounding = 10_000 * Math.Pow(2, -24) / deviation;
        Close.AssertEqual((values[0] - mean) / deviation, y[0], rounding + Absolute, Absolute, "first");
        Close.AssertEqual((values[Channels * 500] - mean) / deviation, y[Channels * 500], rounding + Absolute, Absolute, "middle");
    }

    [Theory]
    [InlineData(5, 0.75f)]
    [InlineData(2, 0.5f)]
    [InlineData(3, 1.25f)]
    public void LocalResponseNormEqualsTheDefinition(int size, float beta)
    {
        float[] values = Samples.Uniform(4 * 13, size);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(values.Length);
        LocalResponseNorm.F32(x.Span, y.Span, 4, 13, size, 0.5f, beta, 1f);
        for (int i = 0; i < values.Length; i++)
        {
            int c = i % 13;
            int first = Math.Max(0, c - ((size - 1) / 2));
            int last = Math.Min(12, c + (size / 2));
            double sum = Enumerable.Range(first, last - first + 1).Sum(k => (double)values[i - c + k] * values[i - c + k]);
            Close.AssertEqual(values[i] / Math.Pow(1 + (0.5 / size * sum), beta), y.Span[i], 0, 16 * Close.Ulp, "lrn");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LpNormEqualsTheDefinition(int p)
    {
        float[] values = Samples.Uniform(2 * 7 * 3, p);
        using var x = new GuardedMemory<float>(values);
        LayerNorm.LpF32(x.Span, x.Span, 2, 7, 3, p);
        for (int i = 0; i < values.Length; i++)
        {
            double norm = Math.Pow(Enumerable.Range(0, 7).Sum(k => Math.Pow(Math.Abs((double)values[(i / 21 * 21) + (k * 3) + (i % 3)]), p)), 1.0 / p);
            Close.AssertEqual(values[i] / norm, x.Span[i], 0, Close.Ulp, $"L{p}");
        }
    }
}
