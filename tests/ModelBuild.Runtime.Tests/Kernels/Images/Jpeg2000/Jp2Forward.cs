namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>The wavelet transforms (T.800 F.4), one sample at a time; low samples first, then high ones.</summary>
internal static class Jp2Forward
{
    /// <summary>Transforms rows and columns of a part of a plane that starts at a place of the grid.</summary>
    public static void Transform(double[] plane, int stride, int width, int height, int x0, int y0, bool isReversible)
    {
        for (int x = 0; x < width; x++)
        {
            Put(plane, x, stride, Line(Get(plane, x, stride, height), y0, isReversible));
        }

        for (int y = 0; y < height; y++)
        {
            Put(plane, y * stride, 1, Line(Get(plane, y * stride, 1, width), x0, isReversible));
        }
    }

    private static double[] Get(double[] plane, int start, int step, int count) => [.. Enumerable.Range(0, count).Select(i => plane[start + (i * step)])];

    private static void Put(double[] plane, int start, int step, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            plane[start + (i * step)] = values[i];
        }
    }

    private static double[] Line(double[] line, int start, bool isReversible)
    {
        int high = 1 - (start & 1);
        if (line.Length == 1)
        {
            return [high == 0 ? 2 * line[0] : line[0]];
        }

        double Sum(int i) => line[i == 0 ? 1 : i - 1] + line[i == line.Length - 1 ? i - 1 : i + 1];
        void Lift(int first, Func<double, double> by)
        {
            for (int i = first; i < line.Length; i += 2)
            {
                line[i] += by(Sum(i));
            }
        }

        if (isReversible)
        {
            Lift(high, s => -Math.Floor(s / 2));
            Lift(1 - high, s => Math.Floor((s + 2) / 4));
        }
        else
        {
            Lift(high, s => -1.586134342059924 * s);
            Lift(1 - high, s => -0.052980118572961 * s);
            Lift(high, s => 0.882911075530934 * s);
            Lift(1 - high, s => 0.443506852043971 * s);
        }

        double k = isReversible ? 1 : 1.230174104914001;
        return [.. line.Where((_, i) => i % 2 != high).Select(v => v / k), .. line.Where((_, i) => i % 2 == high).Select(v => v * k)];
    }
}
