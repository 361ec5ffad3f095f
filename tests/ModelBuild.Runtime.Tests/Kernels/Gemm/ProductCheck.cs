namespace ModelBuild.Runtime.Tests.Kernels.Gemm;

/// <summary>Random operands, and the comparison of a sum of products with its double-precision value.</summary>
internal static class ProductCheck
{
    /// <summary>The unit roundoff of binary32; N. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1: |error| is at most k * u * sum |a b|.</summary>
    private const double UnitRoundoff = 5.9604644775390625e-8;

    /// <summary>Roundings after the products: bias, residual, activation function.</summary>
    private const int ExtraRoundings = 6;

    /// <summary>The largest slope of the activation functions (Gelu: 1.13).</summary>
    private const double LargestSlope = 1.2;

    /// <summary>The stated errors of the vectorised functions, absolute for results around 1.</summary>
    private const double FunctionError = 1e-6;

    internal static float[] RandomValues(Random random, long count)
    {
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() * 2f) - 1f;
        }

        return values;
    }

    internal static void Near(double expected, float actual, double magnitude, int depth, bool function, string what)
    {
        double tolerance = ((depth + ExtraRoundings) * UnitRoundoff * magnitude * LargestSlope) + (function ? FunctionError * (1 + Math.Abs(expected)) : 0);
        if (!(Math.Abs(expected - actual) <= tolerance))
        {
            Assert.Fail($"{what}: {actual:R}, expected {expected:R} +- {tolerance:R}");
        }
    }
}
