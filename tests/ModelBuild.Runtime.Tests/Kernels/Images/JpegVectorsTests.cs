using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>What JPEG files are decoded with in vectors, beside the same numbers one by one.</summary>
public sealed class JpegVectorsTests
{
    // More than two vectors, and every remainder.
    private const int MostPixels = 70;

    [Fact]
    public void TheTransformIsThatOfSingleNumbers()
    {
        Random random = new(1);
        int[] factors = [.. Enumerable.Range(0, 64).Select(_ => random.Next(1, 256))];
        foreach (int most in (int[])[1, 8, 100, short.MaxValue])
        {
            for (int kept = 0; kept <= 64; kept++)
            {
                short[] block = [.. Enumerable.Range(0, 64).Select(i => i < kept ? (short)random.Next(-most, most + 1) : (short)0)];
                byte[] actual = Guarded(8 * 11);
                JpegTransform.Run(block, factors, actual, 11);
                Assert.Equal(Transformed(block, factors, 11), actual);
            }
        }
    }

    [Fact]
    public void ColoursAreThoseOfSinglePixels()
    {
        for (int count = 0; count <= MostPixels; count++)
        {
            (byte[] y, byte[] cb, byte[] cr) = (ImageFiles.Noise(1, count), ImageFiles.Noise(2, count), ImageFiles.Noise(3, count));
            byte[] expected = [.. Enumerable.Range(0, count).SelectMany(i =>
            {
                (int light, int blue, int red) = (y[i], cb[i] - 128, cr[i] - 128);
                return (byte[])
                [
                    Limit(light + (((red * 91881) + 32768) >> 16)),
                    Limit(light + (((blue * -22554) - (red * 46802) + 32768) >> 16)),
                    Limit(light + (((blue * 116130) + 32768) >> 16)),
                ];
            })];
            byte[] actual = new byte[3 * count];
            JpegColours.Convert(y, cb, cr, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void SamplesBecomePixelsInBothOrders()
    {
        for (int count = 0; count <= MostPixels; count++)
        {
            (byte[] red, byte[] green, byte[] blue) = (ImageFiles.Noise(1, count), ImageFiles.Noise(2, count), ImageFiles.Noise(3, count));
            byte[] actual = new byte[3 * count];
            PixelJoin.Run(red, green, blue, actual);
            Assert.Equal(Enumerable.Range(0, count).SelectMany(i => (byte[])[red[i], green[i], blue[i]]), actual);
            byte[] reversed = new byte[3 * count];
            PixelJoin.Reverse(actual, reversed);
            Assert.Equal(Enumerable.Range(0, count).SelectMany(i => (byte[])[blue[i], green[i], red[i]]), reversed);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void RowsAreThoseOfSingleSamples(int stepX, int stepY)
    {
        const int Height = 3;
        for (int width = 3; width <= MostPixels; width++)
        {
            int columns = (width + 7) / 8;
            JpegComponent component = new() { StepX = stepX, StepY = stepY, Width = width, Height = Height, Columns = columns, Rows = 1 };
            byte[] plane = ImageFiles.Noise(width, 64 * columns);
            byte[] room = new byte[(stepX * width) + 64];
            for (int y = 0; y < Height * stepY; y++)
            {
                byte[] actual = JpegUpsampling.Row(component, plane, y, room)[..(stepX * width)].ToArray();
                Assert.Equal(Enumerable.Range(0, actual.Length).Select(x => Sample(component, plane, x, y)), actual);
            }
        }
    }

    // Nine sixteenths of the nearest sample, three of each of two beside it, one of the fourth; of two samples three quarters and one.
    private static byte Sample(JpegComponent component, byte[] plane, int x, int y)
    {
        int at(int column, int row) => plane[(Math.Clamp(row, 0, component.Height - 1) * component.Stride) + Math.Clamp(column, 0, component.Width - 1)];
        (int column, int row) = (x / component.StepX, y / component.StepY);
        (int otherColumn, int otherRow) = (x % 2 == 0 ? column - 1 : column + 1, y % 2 == 0 ? row - 1 : row + 1);
        return (component.StepX, component.StepY) switch
        {
            (1, 2) => (byte)(((3 * at(x, row)) + at(x, otherRow) + 1 + (y % 2)) >> 2),
            (2, 1) => (byte)(((3 * at(column, row)) + at(otherColumn, row) + 1 + (x % 2)) >> 2),
            _ => (byte)(((9 * at(column, row)) + (3 * at(column, otherRow)) + (3 * at(otherColumn, row)) + at(otherColumn, otherRow) + (x % 2 == 0 ? 8 : 7)) >> 4),
        };
    }

    private static byte[] Transformed(short[] block, int[] factors, int stride)
    {
        int[] values = [.. block.Select((v, i) => v * factors[i])];
        for (int i = 0; i < 8; i++)
        {
            Line(values.AsSpan(i), 8, 11);
        }

        byte[] samples = Guarded(8 * stride);
        for (int i = 0; i < 8; i++)
        {
            Line(values.AsSpan(8 * i), 1, 18);
            for (int j = 0; j < 8; j++)
            {
                samples[(i * stride) + j] = Limit(values[(8 * i) + j] + 128);
            }
        }

        return samples;
    }

    // The published factorisation, number by number.
    private static void Line(Span<int> v, int step, int shift)
    {
        (int v0, int v1, int v2, int v3, int v4, int v5, int v6, int v7) = (v[0], v[step], v[2 * step], v[3 * step], v[4 * step], v[5 * step], v[6 * step], v[7 * step]);
        int turned = (v2 + v6) * 4433;
        (int low, int high) = (turned - (v6 * 15137), turned + (v2 * 6270));
        (int sum, int difference) = ((v0 + v4) << 13, (v0 - v4) << 13);
        (int e0, int e3, int e1, int e2) = (sum + high, sum - high, difference + low, difference - low);
        int shared = (v7 + v3 + v5 + v1) * 9633;
        (int a, int b) = (-(v7 + v1) * 7373, -(v5 + v3) * 20995);
        (int c, int d) = (shared - ((v7 + v3) * 16069), shared - ((v5 + v1) * 3196));
        (int o0, int o1, int o2, int o3) = ((v1 * 12299) + a + d, (v3 * 25172) + b + c, (v5 * 16819) + b + d, (v7 * 2446) + a + c);
        int half = 1 << (shift - 1);
        (v[0], v[7 * step]) = ((e0 + o0 + half) >> shift, (e0 - o0 + half) >> shift);
        (v[step], v[6 * step]) = ((e1 + o1 + half) >> shift, (e1 - o1 + half) >> shift);
        (v[2 * step], v[5 * step]) = ((e2 + o2 + half) >> shift, (e2 - o2 + half) >> shift);
        (v[3 * step], v[4 * step]) = ((e3 + o3 + half) >> shift, (e3 - o3 + half) >> shift);
    }

    // What no sample is written to keeps its value.
    private static byte[] Guarded(int count) => [.. Enumerable.Repeat((byte)77, count)];

    private static byte Limit(int value) => (byte)Math.Clamp(value, 0, 255);
}
