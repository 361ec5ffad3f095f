namespace ModelBuild.Kernels;

/// <summary>Fills the index and weight tables of <see cref="Resize"/> for one axis whose length is only known when the model is called; <see cref="ResizeTables"/> makes the same ones ahead.</summary>
public static class ResizeTable
{
    private const int MaxTaps = 4;

    /// <summary>The nearest element of each output element, clamped to the input.</summary>
    /// <param name="index">Receives <paramref name="output"/> elements.</param>
    /// <param name="input">The length of the input axis; 1 or more.</param>
    /// <param name="output">The length of the output axis.</param>
    /// <param name="scale">The scale attribute; 0 for output / input, where sizes are given.</param>
    /// <param name="transformation">Where an output element lies; not tf_crop_and_resize.</param>
    /// <param name="nearest">How a position between two elements is rounded.</param>
    /// <exception cref="ArgumentException"><paramref name="index"/> is too short.</exception>
    public static void Nearest(Span<int> index, int input, int output, double scale, CoordinateTransformation transformation, NearestMode nearest)
    {
        Throw.IfShorter(index.Length, output, nameof(index));
        scale = scale == 0 ? (double)output / input : scale;
        for (int x = 0; x < output; x++)
        {
            index[x] = Round(ResizeTables.Position(transformation, x, input, output, scale, 0, 1), input, nearest);
        }
    }

    /// <summary>The elements around each output element, clamped to the input, and their weights.</summary>
    /// <param name="index">Receives [output][taps] elements.</param>
    /// <param name="weight">Receives [output][taps] elements.</param>
    /// <param name="input">The length of the input axis; 1 or more.</param>
    /// <param name="output">The length of the output axis.</param>
    /// <param name="scale">The scale attribute; 0 for output / input, where sizes are given.</param>
    /// <param name="transformation">Where an output element lies; not tf_crop_and_resize.</param>
    /// <param name="taps">2 for linear, 4 for cubic interpolation.</param>
    /// <param name="cubicCoefficientA">The coefficient of cubic convolution.</param>
    /// <param name="excludeOutside">Whether elements outside of the input have weight 0.</param>
    /// <exception cref="ArgumentException">A table is too short.</exception>
    public static void Interpolate(
        Span<int> index, Span<float> weight, int input, int output, double scale, CoordinateTransformation transformation, int taps, double cubicCoefficientA, bool excludeOutside)
    {
        Throw.IfShorter(index.Length, (long)output * taps, nameof(index));
        Throw.IfShorter(weight.Length, (long)output * taps, nameof(weight));
        scale = scale == 0 ? (double)output / input : scale;
        for (int x = 0; x < output; x++)
        {
            double position = ResizeTables.Position(transformation, x, input, output, scale, 0, 1);
            Taps(position, input, excludeOutside, cubicCoefficientA, index.Slice(x * taps, taps), weight.Slice(x * taps, taps));
        }
    }

    internal static int Round(double position, int input, NearestMode nearest)
    {
        double rounded = nearest switch
        {
            NearestMode.RoundPreferFloor => Math.Ceiling(position - 0.5),
            NearestMode.RoundPreferCeil => Math.Floor(position + 0.5),
            NearestMode.Floor => Math.Floor(position),
            NearestMode.Ceil => Math.Ceiling(position),
            _ => throw new ArgumentOutOfRangeException(nameof(nearest), nearest, "Unknown rounding."),
        };
        return (int)Math.Clamp(rounded, 0, input - 1);
    }

    /// <summary>The table entries of one position: two taps are linear, four cubic convolution (Keys 1981).</summary>
    internal static void Taps(double position, int input, bool excludeOutside, double a, Span<int> index, Span<float> weight)
    {
        int count = index.Length;
        double floor = Math.Floor(position);
        Span<double> taps = stackalloc double[MaxTaps];
        Weigh(position - floor, a, taps[..count]);
        double first = floor - ((count / 2) - 1);
        double sum = 0;
        for (int k = 0; k < count; k++)
        {
            bool outside = first + k < 0 || first + k > input - 1;
            taps[k] = excludeOutside && outside ? 0 : taps[k];
            sum += taps[k];
            index[k] = (int)Math.Clamp(first + k, 0, input - 1);
        }

        for (int k = 0; k < count; k++)
        {
            weight[k] = (float)(excludeOutside && sum != 0 ? taps[k] / sum : taps[k]);
        }
    }

    private static void Weigh(double s, double a, Span<double> w)
    {
        if (w.Length == 2)
        {
            w[0] = 1 - s;
            w[1] = s;
            return;
        }

        w[0] = ((((a * (s + 1)) - (5 * a)) * (s + 1)) + (8 * a)) * (s + 1) - (4 * a);
        w[1] = (((((a + 2) * s) - (a + 3)) * s) * s) + 1;
        double t = 1 - s;
        w[2] = (((((a + 2) * t) - (a + 3)) * t) * t) + 1;
        w[3] = ((((a * (t + 1)) - (5 * a)) * (t + 1)) + (8 * a)) * (t + 1) - (4 * a);
    }
}
