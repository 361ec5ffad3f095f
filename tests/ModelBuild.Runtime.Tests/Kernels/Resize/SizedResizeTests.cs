using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>Resampling whose weights are found out in the call, against the tables that are made ahead, and at sizes of the result that are not those of the values.</summary>
public sealed class SizedResizeTests
{
    /// <summary>Weights of binary32, and sums of as many products as a filter has.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void TheWeightsAreThoseOfTheTables(bool isCubic, bool excludeOutside, bool antialias)
    {
        Random random = new(1);
        for (int round = 0; round < 60; round++)
        {
            (int outer, int input, int output, int inner) = (random.Next(1, 70), random.Next(1, 20), round % 10 == 0 ? random.Next(250, 600) : random.Next(1, 30), round % 3 == 0 ? 1 : random.Next(1, 70));
            float[] x = [.. Enumerable.Range(0, outer * input * inner).Select(_ => random.NextSingle() - 0.5f)];
            double scale = (double)output / input;
            double[] positions = ResizeTables.Positions(CoordinateTransformation.HalfPixel, input, output, scale, 0, 1);
            (int[] index, float[] weight) = antialias ? ResizeTables.Antialias(positions, input, scale, isCubic, -0.75, excludeOutside)
                : isCubic ? ResizeTables.Cubic(positions, input, -0.75, excludeOutside) : ResizeTables.Linear(positions, input, excludeOutside);
            int taps = index.Length / output;
            float[] y = new float[outer * output * inner];
            SizedResize.InterpolateF32(
                x, default, default, [outer, output, inner], y, new float[round % 2 == 0 ? input : 20 * input], new float[SizedResize.Lines(input)], [0, 1, 2], [outer, input, inner], 1, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, isCubic, -0.75,
                excludeOutside, antialias, outer, output, inner);
            for (int i = 0; i < y.Length; i++)
            {
                (int o, int p, int c) = (i / inner / output, i / inner % output, i % inner);
                double expected = Enumerable.Range(0, taps).Sum(k => (double)weight[(p * taps) + k] * x[(((o * input) + index[(p * taps) + k]) * inner) + c]);
                Assert.Equal(expected, y[i], Tolerance);
            }
        }
    }

    [Fact]
    public void TheNearestElementIsThatOfTheTable()
    {
        Random random = new(2);
        foreach (NearestMode mode in Enum.GetValues<NearestMode>())
        {
            for (int round = 0; round < 20; round++)
            {
                (int outer, int input, int inner) = (random.Next(1, 70), random.Next(1, 20), random.Next(1, 4));
                float scale = (random.NextSingle() * 3) + 0.1f;
                int output = (int)SizedResize.Count(default, [scale], default, [1], [outer, input, inner], 0, AspectRatioPolicy.Stretch, CoordinateTransformation.Asymmetric);
                Assert.Equal((int)MathF.Floor(input * scale), output);
                short[] x = [.. Enumerable.Range(0, outer * input * inner).Select(i => (short)i)];
                short[] y = new short[outer * output * inner];
                SizedResize.Nearest<short>(x, default, [scale], default, y, [1], [outer, input, inner], 0, AspectRatioPolicy.Stretch, CoordinateTransformation.Asymmetric, mode, outer, output, inner);
                double ratio = (double)output / input;
                int[] index = ResizeTables.Nearest(ResizeTables.Positions(CoordinateTransformation.Asymmetric, input, output, scale == (float)ratio ? ratio : scale, 0, 1), input, mode);
                Assert.Equal(Enumerable.Range(0, y.Length).Select(i => x[(((i / inner / output * input) + index[i / inner % output]) * inner) + (i % inner)]), y);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    public void AnySizeOfTheResultStaysWithinIt(int output)
    {
        float[] x = [.. Enumerable.Repeat(2f, 12)];
        float[] y = new float[3 * output];
        foreach (float scale in (float[])[-1, 0, float.NaN, 1e-9f, 1, 1e30f])
        {
            SizedResize.InterpolateF32(
                x, default, [scale], default, y, new float[4], new float[SizedResize.Lines(4)], [1], [3, 4], 0, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel, true, -0.75, false, true, 3, output, 1);
            Assert.All(y, v => Assert.Equal(2, v, Tolerance));
            SizedResize.Nearest<float>(x, [float.NaN, float.PositiveInfinity], [scale], default, y, [1], [3, 4], 0, AspectRatioPolicy.Stretch, CoordinateTransformation.TfCropAndResize, NearestMode.Ceil, 3, output, 1);
            Assert.All(y, v => Assert.Equal(2, v));
        }
    }

    [Fact]
    public void ValuesThatAreNoSizesAreRefused()
    {
        Assert.Contains("Resize: a scale is -1", Refused([-1], default), StringComparison.Ordinal);
        Assert.Contains("Resize: an axis of 4 elements cannot be resized to", Refused([1e30f], default), StringComparison.Ordinal);
        Assert.Contains("Resize: a size is -2", Refused(default, [-2]), StringComparison.Ordinal);
        Assert.Contains("Resize: an axis of 4 elements cannot be resized to", Refused(default, [long.MaxValue]), StringComparison.Ordinal);
        Assert.Contains("too few", Refused(default, default), StringComparison.Ordinal);

        static string Refused(float[]? scales, long[]? sizes) => Assert.Throws<ArgumentException>(
            () => SizedResize.Count(default, scales, sizes, [1], [3, 4], 0, AspectRatioPolicy.Stretch, CoordinateTransformation.HalfPixel)).Message;
    }
}
