namespace ModelBuild.Kernels;

/// <summary>Makes the index and weight tables of <see cref="Resize"/> for one axis, when the plan is made.</summary>
public static class ResizeTables
{
    /// <summary>The position in the input of each output element, before clamping (computed in double precision).</summary>
    /// <param name="transformation">The rule.</param>
    /// <param name="input">The length of the input axis.</param>
    /// <param name="output">The length of the output axis.</param>
    /// <param name="scale">The scale attribute; output / input where sizes are given.</param>
    /// <param name="roiStart">The start of the region of interest; for tf_crop_and_resize only.</param>
    /// <param name="roiEnd">The end of the region of interest; for tf_crop_and_resize only.</param>
    public static double[] Positions(CoordinateTransformation transformation, int input, int output, double scale, double roiStart, double roiEnd)
    {
        var positions = new double[output];
        for (int x = 0; x < output; x++)
        {
            positions[x] = Position(transformation, x, input, output, scale, roiStart, roiEnd);
        }

        return positions;
    }

    /// <summary>The nearest element of each position, clamped to the input.</summary>
    public static int[] Nearest(ReadOnlySpan<double> positions, int input, NearestMode mode)
    {
        var index = new int[positions.Length];
        for (int i = 0; i < index.Length; i++)
        {
            index[i] = ResizeTable.Round(positions[i], input, mode);
        }

        return index;
    }

    /// <summary>
    /// The two elements around each position, clamped to the input, and their weights: [position][2]. With <paramref name="excludeOutside"/> an
    /// element outside of the input has weight 0 and the rest is scaled to sum 1.
    /// </summary>
    public static (int[] Index, float[] Weight) Linear(ReadOnlySpan<double> positions, int input, bool excludeOutside) => Taps(positions, input, 2, excludeOutside, 0);

    /// <summary>The four elements around each position and their weights by cubic convolution (Keys 1981): [position][4].</summary>
    public static (int[] Index, float[] Weight) Cubic(ReadOnlySpan<double> positions, int input, double cubicCoefficientA, bool excludeOutside) =>
        Taps(positions, input, 4, excludeOutside, cubicCoefficientA);

    /// <summary>
    /// The elements around each position that a filter widened by 1 / scale reaches where the axis shrinks (antialias), and their weights, scaled to sum 1:
    /// [position][taps].
    /// </summary>
    /// <param name="positions">Where each element of the result lies in the input.</param>
    /// <param name="input">The length of the input axis.</param>
    /// <param name="scale">The elements of the result per element of the input.</param>
    /// <param name="isCubic">Whether the filter is cubic convolution (Keys 1981), else linear.</param>
    /// <param name="cubicCoefficientA">The coefficient of the cubic convolution.</param>
    /// <param name="excludeOutside">Whether elements outside of the input have weight 0; else the outermost element stands for them.</param>
    public static (int[] Index, float[] Weight) Antialias(ReadOnlySpan<double> positions, int input, double scale, bool isCubic, double cubicCoefficientA, bool excludeOutside)
    {
        double stretch = Math.Min(scale, 1);
        double reach = (isCubic ? 2 : 1) / stretch;
        int taps = (int)Math.Ceiling(2 * reach);
        var index = new int[positions.Length * taps];
        var weight = new float[positions.Length * taps];
        var weights = new double[taps];
        for (int i = 0; i < positions.Length; i++)
        {
            double first = Math.Floor(positions[i] - reach) + 1;
            double sum = 0;
            for (int k = 0; k < taps; k++)
            {
                bool outside = first + k < 0 || first + k > input - 1;
                double distance = Math.Abs(positions[i] - (first + k)) * stretch;
                weights[k] = excludeOutside && outside ? 0 : isCubic ? Keys(distance, cubicCoefficientA) : Math.Max(0, 1 - distance);
                sum += weights[k];
                index[(i * taps) + k] = (int)Math.Clamp(first + k, 0, input - 1);
            }

            for (int k = 0; k < taps; k++)
            {
                weight[(i * taps) + k] = (float)(weights[k] / sum);
            }
        }

        return (index, weight);
    }

    private static double Keys(double d, double a) =>
        d <= 1 ? ((((a + 2) * d) - (a + 3)) * d * d) + 1 : d < 2 ? ((((a * d) - (5 * a)) * d) + (8 * a)) * d - (4 * a) : 0;

    private static double SymmetricOffset(int input, int output, double scale) => input / 2.0 * (1 - (output / (scale * input)));

    internal static double Position(CoordinateTransformation transformation, int x, int input, int output, double scale, double roiStart, double roiEnd) => transformation switch
    {
        CoordinateTransformation.HalfPixel => ((x + 0.5) / scale) - 0.5,
        CoordinateTransformation.HalfPixelSymmetric => SymmetricOffset(input, output, scale) + ((x + 0.5) / scale) - 0.5,
        CoordinateTransformation.PytorchHalfPixel => output > 1 ? ((x + 0.5) / scale) - 0.5 : 0,
        CoordinateTransformation.AlignCorners => output > 1 ? x * (input - 1.0) / (output - 1) : 0,
        CoordinateTransformation.Asymmetric => x / scale,
        CoordinateTransformation.TfCropAndResize => output > 1
            ? (roiStart * (input - 1)) + (x * (roiEnd - roiStart) * (input - 1) / (output - 1))
            : 0.5 * (roiStart + roiEnd) * (input - 1),
        _ => throw new ArgumentOutOfRangeException(nameof(transformation), transformation, "Unknown coordinate transformation."),
    };

    private static (int[] Index, float[] Weight) Taps(ReadOnlySpan<double> positions, int input, int count, bool excludeOutside, double cubicCoefficientA)
    {
        var index = new int[positions.Length * count];
        var weight = new float[positions.Length * count];
        for (int i = 0; i < positions.Length; i++)
        {
            ResizeTable.Taps(positions[i], input, excludeOutside, cubicCoefficientA, index.AsSpan(i * count, count), weight.AsSpan(i * count, count));
        }

        return (index, weight);
    }
}
