namespace ModelBuild.Kernels;

/// <summary>Functions and reductions of binary64. Models of it are rare, and mostly small: the functions are those of the framework, one element after another.</summary>
public static class DoubleMath
{
    // Half an unit of binary64 at 1 is beyond it.
    private const double ErfSaturation = 6;
    private const double ErfPrecision = 1e-17;
    private const double GeluCubic = 0.044715;

    /// <summary>A function of each element.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The result.</param>
    /// <param name="function">The function.</param>
    /// <param name="alpha">Its first attribute, where it has one.</param>
    /// <param name="beta">Its second attribute.</param>
    public static void Map(ReadOnlySpan<double> x, Span<double> y, DoubleFunction function, float alpha, float beta)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Invoke(x[i], function, alpha, beta);
        }
    }

    /// <summary>The root of the sum of squares over the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result [outer, inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axis">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    public static void L2(ReadOnlySpan<double> x, Span<double> y, int outer, int axis, int inner)
    {
        Check(x, y, outer, axis, inner);
        for (int r = 0; r < outer * inner; r++)
        {
            double sum = 0;
            for (int a = 0; a < axis; a++)
            {
                double value = x[(r / inner * axis * inner) + (r % inner) + (a * inner)];
                sum += value * value;
            }

            y[r] = Math.Sqrt(sum);
        }
    }

    /// <summary>The logarithm of the sum over the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result [outer, inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axis">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    public static void LogSum(ReadOnlySpan<double> x, Span<double> y, int outer, int axis, int inner)
    {
        Check(x, y, outer, axis, inner);
        for (int r = 0; r < outer * inner; r++)
        {
            double sum = 0;
            for (int a = 0; a < axis; a++)
            {
                sum += x[(r / inner * axis * inner) + (r % inner) + (a * inner)];
            }

            y[r] = Math.Log(sum);
        }
    }

    /// <summary>The logarithm of the sum of exponentials, without overflow, over the middle axis of [outer, axis, inner].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result [outer, inner].</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axis">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    public static void LogSumExp(ReadOnlySpan<double> x, Span<double> y, int outer, int axis, int inner)
    {
        Check(x, y, outer, axis, inner);
        for (int r = 0; r < outer * inner; r++)
        {
            (double max, double sum) = SumOfExponentials(x, (r / inner * axis * inner) + (r % inner), axis, inner);
            y[r] = Math.Log(sum) + max;
        }
    }

    private static void Check(ReadOnlySpan<double> x, Span<double> y, int outer, int axis, int inner)
    {
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * inner, nameof(y));
    }

    // The exponentials are taken relative to the largest element, where it is finite.
    private static (double Shift, double Sum) SumOfExponentials(ReadOnlySpan<double> x, int start, int length, int stride)
    {
        double max = double.NegativeInfinity;
        for (int a = 0; a < length; a++)
        {
            max = Math.Max(max, x[start + (a * stride)]);
        }

        double shift = double.IsFinite(max) ? max : 0;
        double sum = 0;
        for (int a = 0; a < length; a++)
        {
            sum += Math.Exp(x[start + (a * stride)] - shift);
        }

        return (shift, sum);
    }

    private static double Invoke(double x, DoubleFunction function, float alpha, float beta) => function switch
    {
        DoubleFunction.Acos => Math.Acos(x),
        DoubleFunction.Acosh => Math.Acosh(x),
        DoubleFunction.Asin => Math.Asin(x),
        DoubleFunction.Asinh => Math.Asinh(x),
        DoubleFunction.Atan => Math.Atan(x),
        DoubleFunction.Atanh => Math.Atanh(x),
        DoubleFunction.Ceil => Math.Ceiling(x),
        DoubleFunction.Celu => Math.Max(0, x) + Math.Min(0, alpha * (Math.Exp(x / alpha) - 1)),
        DoubleFunction.Cos => Math.Cos(x),
        DoubleFunction.Cosh => Math.Cosh(x),
        DoubleFunction.Elu => x < 0 ? alpha * (Math.Exp(x) - 1) : x,
        DoubleFunction.Erf => Erf(x),
        DoubleFunction.Exp => Math.Exp(x),
        DoubleFunction.Floor => Math.Floor(x),
        DoubleFunction.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        DoubleFunction.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (GeluCubic * x * x * x)))),
        DoubleFunction.HardSigmoid => Math.Clamp((alpha * x) + beta, 0, 1),
        DoubleFunction.HardSwish => x * Math.Clamp((x / 6) + 0.5, 0, 1),
        DoubleFunction.LeakyRelu => x < 0 ? alpha * x : x,
        DoubleFunction.Log => Math.Log(x),
        DoubleFunction.Mish => x * Math.Tanh(Softplus(x)),
        DoubleFunction.Reciprocal => 1 / x,
        DoubleFunction.Round => Math.Round(x, MidpointRounding.ToEven),
        DoubleFunction.Selu => beta * (x > 0 ? x : alpha * (Math.Exp(x) - 1)),
        DoubleFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        DoubleFunction.Silu => x / (1 + Math.Exp(-x)),
        DoubleFunction.Sin => Math.Sin(x),
        DoubleFunction.Sinh => Math.Sinh(x),
        DoubleFunction.Softplus => Softplus(x),
        DoubleFunction.Softsign => x / (1 + Math.Abs(x)),
        DoubleFunction.Sqrt => Math.Sqrt(x),
        DoubleFunction.Tan => Math.Tan(x),
        DoubleFunction.Tanh => Math.Tanh(x),
        _ => x > alpha ? x : 0,
    };

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    // The series with positive terms (Abramowitz and Stegun 7.1.6), which loses nothing by cancellation.
    private static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude < ErfSaturation))
        {
            return double.IsNaN(x) ? x : Math.CopySign(1, x);
        }

        double term = magnitude;
        double sum = magnitude;
        for (int n = 1; term > sum * ErfPrecision; n++)
        {
            term *= 2 * magnitude * magnitude / ((2 * n) + 1);
            sum += term;
        }

        return Math.CopySign(Math.Min(1, 2 / Math.Sqrt(Math.PI) * Math.Exp(-magnitude * magnitude) * sum), x);
    }
}
