using System.Runtime.Intrinsics;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Activations;

public sealed class VectorMathTests
{
    private static readonly float[] s_special =
    [
        0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon,
        1e-30f, -1e-30f, 88.7f, 88.8f, -87.4f, -103.9f, -104.1f, 9.1f, -9.1f, 0.625f, -0.625f, 1f, -1f, 3.99f, 4f, 4.01f, -4f, 200f, -200f,
    ];

    public static TheoryData<string> Functions => ["Exp", "Sigmoid", "Tanh", "Erf"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void ErrorStaysBelowTheStatedOne(string function)
    {
        double limit = Limit(function);
        double largest = 0;
        float worst = 0;
        for (int i = -40_000; i <= 40_000; i++)
        {
            // Dense near 0, and out to the ends of the range of exp.
            float x = MathF.CopySign(MathF.Pow(Math.Abs(i) / 40_000f, 3) * 105f, i);
            double expected = Expected(function, x);
            float actual = Evaluate(function, x);
            if (!float.IsNormal((float)expected))
            {
                // A subnormal or infinite result: to the resolution of subnormal numbers.
                Assert.True(Math.Abs(actual - expected) <= 2 * float.Epsilon || actual.Equals((float)expected), $"{function}({x}) = {actual}, expected {expected}");
                continue;
            }

            double error = ReferenceMath.Ulp(actual, expected);
            if (error > largest)
            {
                largest = error;
                worst = x;
            }
        }

        Assert.True(largest <= limit, $"{function}: {largest} ULP at {worst:R}");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void SpecialValuesAreThoseOfMath(string function)
    {
        foreach (float x in s_special)
        {
            float expected = (float)Expected(function, x);
            float actual = Evaluate(function, x);
            if (float.IsFinite(expected) && expected != 0)
            {
                Assert.True(ReferenceMath.Ulp(actual, Expected(function, x)) <= Limit(function), $"{function}({x}) = {actual}, expected {expected}");
            }
            else
            {
                Assert.Equal(expected, actual);
            }
        }

        if (function is "Tanh" or "Erf")
        {
            Assert.True(float.IsNegative(Evaluate(function, -0f)));
        }
    }

    [Fact]
    public void SiluErrsByNoMoreThanStated()
    {
        for (int i = -40_000; i <= 40_000; i++)
        {
            float x = MathF.CopySign(MathF.Pow(Math.Abs(i) / 40_000f, 3) * 105f, i);
            double expected = x * ReferenceMath.Sigmoid(x);
            float actual = Evaluate("Silu", x);
            double allowed = Math.Abs(expected) > VectorMath.SiluLost ? VectorMath.SiluMaxUlp * (double)UnitInLastPlace(expected) : VectorMath.SiluLost;
            Assert.True(Math.Abs(actual - expected) <= allowed, $"Silu({x:R}) = {actual:R}, expected {expected:R}");
        }
    }

    [Fact]
    public void GeluErrsByNoMoreThanStated()
    {
        for (int i = -40_000; i <= 40_000; i++)
        {
            float x = MathF.CopySign(MathF.Pow(Math.Abs(i) / 40_000f, 3) * 20f, i);
            double expected = 0.5 * x * (1 + ReferenceMath.Erf(x / Math.Sqrt(2)));
            float actual = Evaluate("Gelu", x);
            Assert.True(Math.Abs(actual - expected) <= VectorMath.GeluMaxError * Math.Abs(x), $"Gelu({x:R}) = {actual:R}, expected {expected:R}");
        }
    }

    [Theory]
    [InlineData("Silu")]
    [InlineData("Gelu")]
    public void GatesAreOpenOrClosedFarFromZero(string function)
    {
        foreach (float x in (float[])[105f, 1e6f, 1e30f, float.MaxValue])
        {
            Assert.Equal(x, Evaluate(function, x));
            Assert.Equal(0f, Evaluate(function, -x));
        }

        Assert.Equal(float.PositiveInfinity, Evaluate(function, float.PositiveInfinity));
        Assert.Equal(float.NaN, Evaluate(function, float.NegativeInfinity));
        Assert.Equal(float.NaN, Evaluate(function, float.NaN));
        Assert.True(float.IsNegative(Evaluate(function, -0f)));
    }

    private static float UnitInLastPlace(double value)
    {
        float rounded = MathF.Abs((float)value);
        return MathF.BitIncrement(rounded) - rounded;
    }

    private static int Limit(string function) => function switch
    {
        "Exp" => VectorMath.ExpMaxUlp,
        "Sigmoid" => VectorMath.SigmoidMaxUlp,
        "Tanh" => VectorMath.TanhMaxUlp,
        _ => VectorMath.ErfMaxUlp,
    };

    private static double Expected(string function, double x) => function switch
    {
        "Exp" => Math.Exp(x),
        "Sigmoid" => ReferenceMath.Sigmoid(x),
        "Tanh" => Math.Tanh(x),
        _ => ReferenceMath.Erf(x),
    };

    private static float Evaluate(string function, float x)
    {
        (Vector128<float> a, Vector256<float> b, Vector512<float> c) = function switch
        {
            "Exp" => (VectorMath.Exp(Vector128.Create(x)), VectorMath.Exp(Vector256.Create(x)), VectorMath.Exp(Vector512.Create(x))),
            "Sigmoid" => (VectorMath.Sigmoid(Vector128.Create(x)), VectorMath.Sigmoid(Vector256.Create(x)), VectorMath.Sigmoid(Vector512.Create(x))),
            "Silu" => (VectorMath.Silu(Vector128.Create(x)), VectorMath.Silu(Vector256.Create(x)), VectorMath.Silu(Vector512.Create(x))),
            "Gelu" => (VectorMath.Gelu(Vector128.Create(x)), VectorMath.Gelu(Vector256.Create(x)), VectorMath.Gelu(Vector512.Create(x))),
            "Tanh" => (VectorMath.Tanh(Vector128.Create(x)), VectorMath.Tanh(Vector256.Create(x)), VectorMath.Tanh(Vector512.Create(x))),
            _ => (VectorMath.Erf(Vector128.Create(x)), VectorMath.Erf(Vector256.Create(x)), VectorMath.Erf(Vector512.Create(x))),
        };
        Assert.True(a.ToScalar().Equals(b.ToScalar()) && b.ToScalar().Equals(c.ToScalar()), $"{function}({x}) differs between widths.");
        return a.ToScalar();
    }
}
