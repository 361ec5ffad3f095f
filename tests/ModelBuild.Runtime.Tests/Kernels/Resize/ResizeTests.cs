using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class ResizeTests
{
    // Two passes of at most four products each, of values below 3 with weights below 1.2.
    private const double Tolerance = 32 * Close.Ulp;

    [Fact]
    public void PositionsFollowTheRule()
    {
        Assert.Equal([-0.25, 0.25, 0.75, 1.25], ResizeTables.Positions(CoordinateTransformation.HalfPixel, 2, 4, 2, 0, 0));
        Assert.Equal([0, 0.5, 1, 1.5], ResizeTables.Positions(CoordinateTransformation.Asymmetric, 2, 4, 2, 0, 0));
        Assert.Equal([0, 1, 2, 3], ResizeTables.Positions(CoordinateTransformation.AlignCorners, 4, 4, 1, 0, 0));
        Assert.Equal([0], ResizeTables.Positions(CoordinateTransformation.PytorchHalfPixel, 4, 1, 0.25, 0, 0));
        Assert.Equal([1, 2], ResizeTables.Positions(CoordinateTransformation.TfCropAndResize, 5, 2, 0.4, 0.25, 0.5));
        Assert.Equal([0.5, 2.5], ResizeTables.Positions(CoordinateTransformation.HalfPixelSymmetric, 4, 2, 0.5, 0, 0));
    }

    [Fact]
    public void NearestRoundsByMode()
    {
        double[] positions = [-0.5, 0.5, 1.5, 1.6, 9];
        Assert.Equal([0, 0, 1, 2, 2], ResizeTables.Nearest(positions, 3, NearestMode.RoundPreferFloor));
        Assert.Equal([0, 1, 2, 2, 2], ResizeTables.Nearest(positions, 3, NearestMode.RoundPreferCeil));
        Assert.Equal([0, 0, 1, 1, 2], ResizeTables.Nearest(positions, 3, NearestMode.Floor));
        Assert.Equal([0, 1, 2, 2, 2], ResizeTables.Nearest(positions, 3, NearestMode.Ceil));
    }

    [Fact]
    public void CubicWeightsAreThoseOfTheOnnxExample()
    {
        // The weights at fraction 0.75 for a = -0.75 in the ONNX operator tests of Resize (upsampling by 2 at half pixel).
        (int[] index, float[] weight) = ResizeTables.Cubic([1.75], 4, -0.75, false);
        Assert.Equal([0, 1, 2, 3], index);
        double[] expected = [-0.03515625, 0.26171875, 0.87890625, -0.10546875];
        for (int k = 0; k < 4; k++)
        {
            Close.AssertEqual(expected[k], weight[k], 1e-7, 0, "weight");
        }
    }

    [Fact]
    public void AntialiasWidensTheFilterByTheScale()
    {
        (int[] index, float[] weight) = ResizeTables.Antialias([0.5, 2.5], 4, 0.5, false, 0, false);
        Assert.Equal([0, 0, 1, 2, 1, 2, 3, 3], index);
        Assert.Equal([0.125f, 0.375f, 0.375f, 0.125f, 0.125f, 0.375f, 0.375f, 0.125f], weight);

        (_, weight) = ResizeTables.Antialias([0.5], 4, 0.5, false, 0, true);
        Assert.Equal([0f, 3f / 7, 3f / 7, 1f / 7], weight);

        // An axis that grows keeps the plain filter.
        (_, float[] plain) = ResizeTables.Cubic([1.75], 4, -0.75, false);
        (_, weight) = ResizeTables.Antialias([1.75], 4, 2, true, -0.75, false);
        Assert.All(plain.Zip(weight), p => Close.AssertEqual(p.First, p.Second, Close.Ulp, 0, "weight"));
    }

    [Fact]
    public void ListedPositionsAreFilled()
    {
        int[] y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        Resize.Extrapolate<int>(y, [0, 2], [-1], 2, 3, 2);
        Assert.Equal([-1, -1, 3, 4, -1, -1, -1, -1, 9, 10, -1, -1], y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(21)]
    public void InterpolationEqualsTheDefinition(int channels)
    {
        foreach (int taps in new[] { 2, 4 })
        {
            foreach (bool exclude in new[] { false, true })
            {
                const int InH = 5;
                const int InW = 4;
                const int OutH = 9;
                const int OutW = 3;
                double[] rows = ResizeTables.Positions(CoordinateTransformation.HalfPixel, InH, OutH, (double)OutH / InH, 0, 0);
                double[] columns = ResizeTables.Positions(CoordinateTransformation.HalfPixel, InW, OutW, (double)OutW / InW, 0, 0);
                (int[] ri, float[] rw) = taps == 2 ? ResizeTables.Linear(rows, InH, exclude) : ResizeTables.Cubic(rows, InH, -0.75, exclude);
                (int[] ci, float[] cw) = taps == 2 ? ResizeTables.Linear(columns, InW, exclude) : ResizeTables.Cubic(columns, InW, -0.75, exclude);
                float[] values = Samples.Uniform(2 * InH * InW * channels, channels);
                using var x = new GuardedMemory<float>(values);
                using var y = new GuardedMemory<float>(2 * OutH * OutW * channels);
                using var scratch = new GuardedMemory<float>(Resize.ScratchLines(taps) * OutW * channels);
                Resize.InterpolateF32(x.Span, ri, rw, ci, cw, y.Span, scratch.Span, 2, InH, InW, channels, OutH, OutW, taps);
                for (int i = 0; i < y.Span.Length; i++)
                {
                    int c = i % channels;
                    int ox = i / channels % OutW;
                    int oy = i / (channels * OutW) % OutH;
                    int n = i / (channels * OutW * OutH);
                    double sum = 0;
                    for (int a = 0; a < taps; a++)
                    {
                        for (int b = 0; b < taps; b++)
                        {
                            double v = values[(((((n * InH) + ri[(oy * taps) + a]) * InW) + ci[(ox * taps) + b]) * channels) + c];
                            sum += v * rw[(oy * taps) + a] * cw[(ox * taps) + b];
                        }
                    }

                    Close.AssertEqual(sum, y.Span[i], Tolerance, 0, $"{taps} taps");
                }

                for (int k = 0; k < rw.Length; k += taps)
                {
                    Close.AssertEqual(1, rw.AsSpan(k, taps).ToArray().Sum(w => (double)w), 1e-6, 0, "sum of weights");
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(2, 4)]
    [InlineData(2, 15)]
    [InlineData(2, 16)]
    [InlineData(2, 31)]
    [InlineData(3, 5)]
    [InlineData(19, 1)]
    [InlineData(19, 6)]
    public void AnyTableIsAWeightedSum(int taps, int channels)
    {
        const int InH = 23;
        const int InW = 9;
        const int OutH = 14;
        const int OutW = 11;
        Random random = new(taps + channels);
        int[] rows = [.. Enumerable.Range(0, OutH * taps).Select(_ => random.Next(InH))];
        int[] columns = [.. Enumerable.Range(0, OutW * taps).Select(_ => random.Next(InW))];

        // Every other weight is 0, and what it stands for is not read.
        float[] rowWeights = [.. rows.Select((r, i) => r % 5 == 4 || i < taps ? 0f : random.NextSingle() / taps)];
        float[] columnWeights = [.. columns.Select((c, i) => c % 4 == 3 || i < taps ? 0f : random.NextSingle() / taps)];
        float[] values = Samples.Uniform(2 * InH * InW * channels, taps);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i / channels % InW % 4 == 3 || i / (channels * InW) % InH % 5 == 4 ? float.NaN : values[i];
        }

        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(2 * OutH * OutW * channels);
        using var scratch = new GuardedMemory<float>(Resize.ScratchLines(taps) * OutW * channels);
        Resize.InterpolateF32(x.Span, rows, rowWeights, columns, columnWeights, y.Span, scratch.Span, 2, InH, InW, channels, OutH, OutW, taps);
        for (int i = 0; i < y.Span.Length; i++)
        {
            (int c, int ox, int oy, int n) = (i % channels, i / channels % OutW, i / (channels * OutW) % OutH, i / (channels * OutW * OutH));
            double sum = 0;
            for (int a = 0; a < taps * taps; a++)
            {
                (int row, int column) = ((oy * taps) + (a / taps), (ox * taps) + (a % taps));
                if (rowWeights[row] != 0 && columnWeights[column] != 0)
                {
                    sum += (double)values[(((((n * InH) + rows[row]) * InW) + columns[column]) * channels) + c] * rowWeights[row] * columnWeights[column];
                }
            }

            Close.AssertEqual(sum, y.Span[i], Tolerance, 0, $"{taps} taps");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void NearestTakesPixels(int channels)
    {
        int[] rows = [0, 0, 1, 2, 2];
        int[] columns = [1, 0, 1];
        using var x = new GuardedMemory<int>(Enumerable.Range(0, 2 * 3 * 2 * channels).ToArray());
        using var y = new GuardedMemory<int>(2 * 5 * 3 * channels);
        Resize.Nearest<int>(x.Span, rows, columns, y.Span, 2, 3, 2, channels, 5, 3);
        for (int i = 0; i < y.Span.Length; i++)
        {
            int n = i / (channels * 15);
            Assert.Equal((((((n * 3) + rows[i / (channels * 3) % 5]) * 2) + columns[i / channels % 3]) * channels) + (i % channels), y.Span[i]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Resize.Nearest<int>(new int[4], [2], [0], new int[1], 1, 2, 2, 1, 1, 1));
    }
}
