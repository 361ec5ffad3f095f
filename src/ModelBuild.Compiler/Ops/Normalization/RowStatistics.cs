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
