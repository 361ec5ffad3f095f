using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Windows of a length that a call gives (ONNX HannWindow, HammingWindow, BlackmanWindow and MelWeightMatrix 17).</summary>
public static class Windows
{
    /// <summary>A sum of three cosines over a window.</summary>
    /// <param name="y">The window.</param>
    /// <param name="constant">The factor of 1.</param>
    /// <param name="first">The factor of cos(2 pi n / N).</param>
    /// <param name="second">The factor of cos(4 pi n / N).</param>
    /// <param name="isPeriodic">Whether N is the length of the window, else one less.</param>
    public static void Cosines<T>(Span<T> y, double constant, double first, double second, bool isPeriodic)
        where T : unmanaged, INumber<T>
    {
        double period = isPeriodic ? y.Length : y.Length - 1;
        for (int n = 0; n < y.Length; n++)
        {
            double angle = 2 * Math.PI * n / period;
            y[n] = T.CreateTruncating(constant + (first * Math.Cos(angle)) + (second * Math.Cos(2 * angle)));
        }
    }

    /// <summary>The number of bins of a spectrum.</summary>
    /// <param name="length">The length of the transform, one element.</param>
    /// <exception cref="ArgumentException">It is not positive.</exception>
    public static long Bins<T>(ReadOnlySpan<T> length)
        where T : unmanaged, INumber<T> => (Positive(length, nameof(length)) / 2) + 1;

    /// <summary>Triangles of height 1 that sum the bins of a spectrum to bands of equal width on the mel scale.</summary>
    /// <param name="bands">The number of bands, one element.</param>
    /// <param name="length">The length of the transform, one element.</param>
    /// <param name="rate">Samples of a second, one element.</param>
    /// <param name="low">The lowest frequency, one element.</param>
    /// <param name="high">The highest frequency, one element.</param>
    /// <param name="y">The result [<paramref name="bins"/>, <paramref name="columns"/>].</param>
    /// <param name="bins">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <exception cref="ArgumentException">The bands do not lie within the spectrum.</exception>
    public static void Mel<TBands, TLength, TRate, TFrequency, T>(
        ReadOnlySpan<TBands> bands, ReadOnlySpan<TLength> length, ReadOnlySpan<TRate> rate, ReadOnlySpan<TFrequency> low, ReadOnlySpan<TFrequency> high, Span<T> y, int bins, int columns)
        where TBands : unmanaged, INumber<TBands>
        where TLength : unmanaged, INumber<TLength>
        where TRate : unmanaged, INumber<TRate>
        where TFrequency : unmanaged, INumber<TFrequency>
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(y.Length, (long)bins * columns, nameof(y));
        y.Clear();
        long count = Positive(bands, nameof(bands));
        long size = Positive(length, nameof(length));
        long samples = Positive(rate, nameof(rate));
        double from = MelOf(double.CreateChecked(low[0]));
        double step = (MelOf(double.CreateChecked(high[0])) - from) / (count + 2);
        for (int band = 0; band < Math.Min(columns, count); band++)
        {
            long left = Edge(band);
            long centre = Edge(band + 1);
            long right = Edge(band + 2);
            if (left < 0 || left > centre || centre > right || right >= bins)
            {
                Throw.Argument($"The edges of the bands do not lie within a spectrum of {bins} bins; the upper one may be at most half the sample rate.", nameof(high));
            }

            for (long bin = left; bin < right; bin++)
            {
                y[(int)((bin * columns) + band)] = T.CreateTruncating(bin < centre ? (double)(bin - left) / (centre - left) : (double)(right - bin) / (right - centre));
            }

            y[(int)((centre * columns) + band)] = T.One;
        }

        long Edge(int i) => (long)Math.Floor((size + 1) * (700 * (Math.Pow(10, (from + (i * step)) / 2595) - 1)) / samples);
    }

    private static double MelOf(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static long Positive<T>(ReadOnlySpan<T> x, string name)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, 1, name);
        long value = long.CreateSaturating(x[0]);
        if (value is <= 0 or > int.MaxValue)
        {
            Throw.Argument($"A length is {value}; it must be positive.", name);
        }

        return value;
    }
}
