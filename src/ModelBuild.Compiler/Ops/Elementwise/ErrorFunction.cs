namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Functions that the framework does not have, in binary64.</summary>
internal static class ErrorFunction
{
    // Beyond it 1 - erf(x) is below half a unit in the last place of 1.
    private const double Saturation = 6;

    /// <summary>erf(x) by its series with positive terms, 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6), which loses nothing by cancellation.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return x;
        }

        if (magnitude >= Saturation)
        {
            return Math.Sign(x);
        }

        double term = magnitude;
        double sum = magnitude;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * magnitude * magnitude / ((2 * n) + 1);
            sum += term;
        }

        return Math.CopySign(Math.Min(1, 2 / Math.Sqrt(Math.PI) * Math.Exp(-magnitude * magnitude) * sum), x);
    }

    /// <summary>log(1 + x) that keeps its precision for small <paramref name="x"/> (Goldberg, 1991, theorem 4).</summary>
    public static double LogOnePlus(double x)
    {
        double w = 1 + x;
        return w == 1 ? x : x * Math.Log(w) / (w - 1);
    }
}
