using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>Normalisation of runs of elements in binary64.</summary>
internal static class RowStatistics
{
    /// <summary>Gives every run of <paramref name="length"/> elements the mean 0 and, up to epsilon, the variance 1.</summary>
    public static void Normalize(Span<double> values, int length, double epsilon)
    {
        for (; values.Length > 0; values = values[length..])
        {
            Span<double> row = values[..length];
            double mean = Mean(row);
            foreach (ref double value in row)
            {
                value -= mean;
            }

            Scale(row, 1 / Math.Sqrt(MeanSquare(row) + epsilon));
        }
    }

    /// <summary>Gives every run of <paramref name="length"/> elements, up to epsilon, the mean square 1.</summary>
    public static void NormalizeSquares(Span<double> values, int length, double epsilon)
    {
        for (; values.Length > 0; values = values[length..])
        {
            Span<double> row = values[..length];
            Scale(row, 1 / Math.Sqrt(MeanSquare(row) + epsilon));
        }
    }

    /// <summary>The mean of every run and the factor that <see cref="Normalize"/> scales it by, as binary32.</summary>
    public static Tensor[] Of(ReadOnlySpan<double> values, ReadOnlySpan<long> dims, int length, double epsilon)
    {
        Tensor means = new(DType.F32, dims);
        Tensor factors = new(DType.F32, dims);
        for (int row = 0; row < means.Count; row++)
        {
            double[] centered = values.Slice(row * length, length).ToArray();
            double mean = Mean(centered);
            for (int i = 0; i < centered.Length; i++)
            {
                centered[i] -= mean;
            }

            means.MutableSpan<float>()[row] = (float)mean;
            factors.MutableSpan<float>()[row] = (float)(1 / Math.Sqrt(MeanSquare(centered) + epsilon));
        }

        return [means, factors];
    }

    private static double Mean(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double value in row)
        {
            sum += value;
        }

        return sum / row.Length;
    }

    private static double MeanSquare(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double value in row)
        {
            sum += value * value;
        }

        return sum / row.Length;
    }

    private static void Scale(Span<double> row, double factor)
    {
        foreach (ref double value in row)
        {
            value *= factor;
        }
    }
}
