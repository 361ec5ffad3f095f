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
            "Tanh" => (VectorMath.Tanh(Vector128.Create(x)), VectorMath.Tanh(Vector256.Create(x)), VectorMath.Tanh(Vector512.Create(x))),
            _ => (VectorMath.Erf(Vector128.Create(x)), VectorMath.Erf(Vector256.Create(x)), VectorMath.Erf(Vector512.Create(x))),
        };
        Assert.True(a.ToScalar().Equals(b.ToScalar()) && b.ToScalar().Equals(c.ToScalar()), $"{function}({x}) differs between widths.");
        return a.ToScalar();
    }
}
