using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Activations;

/// <summary>Double-precision references.</summary>
internal static class ReferenceMath
{
    internal static double Erf(double x)
    {
        double t = Math.Abs(x);
        if (double.IsNaN(x) || t == 0)
        {
            return x;
        }

        if (t > 6)
        {
            return Math.Sign(x);
        }

        // Abramowitz and Stegun 7.1.6, whose terms are all positive.
        double term = t;
        double sum = t;
        for (int n = 1; n < 200; n++)
        {
            term *= 2 * t * t / ((2 * n) + 1);
            sum += term;
        }

        return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * Math.Exp(-t * t) * sum;
    }

    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    internal static double Apply(Activation activation, double x, double alpha, double beta) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Math.Max(x, 0),
        Activation.Clip => Math.Min(Math.Max(x, alpha), beta),
        Activation.LeakyRelu => x < 0 ? alpha * x : x,
        Activation.Sigmoid => Sigmoid(x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Silu => x * Sigmoid(x),
        Activation.HardSwish => x * Math.Max(0, Math.Min(1, (x / 6) + 0.5)),
        Activation.HardSigmoid => Math.Max(0, Math.Min(1, (alpha * x) + beta)),
        Activation.Elu => x < 0 ? alpha * (Math.Exp(x) - 1) : x,
        Activation.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    /// <summary>The distance of a result from the true value in units in the last place of the true value.</summary>
    internal static double Ulp(float actual, double expected)
    {
        float rounded = (float)expected;
        if (actual.Equals(rounded))
        {
            return 0;
        }

        double unit = Math.Abs((double)MathF.BitIncrement(MathF.Abs(rounded)) - Math.Abs(rounded));
        return Math.Abs(actual - expected) / unit;
    }
}
