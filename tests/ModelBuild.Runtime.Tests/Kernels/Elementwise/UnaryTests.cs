using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Elementwise;

public sealed class UnaryTests
{
    private const int LongestLength = 256;

    // The gate rounds to a multiple of the smallest subnormal, 1.4e-45, and is multiplied by x, at most 104 where it is not 0.
    private const double SubnormalGate = 104 * 1.4e-45;

    private delegate void Kernel(ReadOnlySpan<float> x, Span<float> y);

    public static TheoryData<string> Names => [.. Cases().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EqualsTheDefinition(string name)
    {
        Case test = Cases().Single(c => c.Name == name);
        for (int length = 0; length <= LongestLength; length++)
        {
            float[] values = Samples.WithSpecial(length, length, test.Low, test.High);
            using var x = new GuardedMemory<float>(values);
            using var y = new GuardedMemory<float>(length, (length & 1) == 0 ? GuardSide.End : GuardSide.Start);
            test.Run(x.Span, y.Span);
            for (int i = 0; i < length; i++)
            {
                Close.AssertEqual(test.Expected(values[i]), y.Span[i], test.Absolute, test.Ulps * Close.Ulp, $"{name}({values[i]:R}) at {i} of {length}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GivesTheSameBitsInPlaceAndAtEveryPosition(string name)
    {
        Case test = Cases().Single(c => c.Name == name);
        float[] values = Samples.WithSpecial(LongestLength, 7, test.Low, test.High);
        var one = new float[1];
        var whole = new float[LongestLength];
        test.Run(values, whole);
        for (int length = 0; length <= LongestLength; length++)
        {
            using var x = new GuardedMemory<float>(values.AsSpan(0, length));
            test.Run(x.Span, x.Span);
            Assert.Equal(whole.AsSpan(0, length).ToArray(), x.Span.ToArray());
        }

        for (int i = 0; i < values.Length; i++)
        {
            test.Run(values.AsSpan(i, 1), one);
            Assert.Equal(whole[i], one[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RefusesAnOperandThatIsTooShort(string name)
    {
        Case test = Cases().Single(c => c.Name == name);
        Assert.Throws<ArgumentException>(() => test.Run(new float[3], new float[4]));
    }

    [Fact]
    public void PredicatesAndBitsFollowTheirDefinition()
    {
        float[] x = [0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var y = new bool[4];
        Unary.IsNaN<float>(x, y);
        Assert.Equal([false, true, false, false], y);
        Unary.IsInf<float>(x, y, detectNegative: true, detectPositive: false);
        Assert.Equal([false, false, false, true], y);
        Unary.IsInf<float>(x, y, detectNegative: false, detectPositive: true);
        Assert.Equal([false, false, true, false], y);
        Unary.Not(y, y);
        Assert.Equal([true, true, false, true], y);
        var bits = new byte[2];
        Unary.BitwiseNot<byte>([0x0F, 0xFF], bits);
        Assert.Equal([0xF0, 0x00], bits);
    }

    [Fact]
    public void IntegerSignsNeverThrow()
    {
        for (int length = 1; length < 70; length++)
        {
            int[] x = Samples.Integers(length, length, -9, 10);
            x[0] = int.MinValue;
            var y = new int[length];
            Unary.Neg<int>(x, y);
            Assert.Equal(x.Select(v => unchecked(-v)), y);
            Unary.Abs<int>(x, y);
            Assert.Equal(x.Select(v => v < 0 ? unchecked(-v) : v), y);
            Unary.Sign<int>(x, y);
            Assert.Equal(x.Select(Math.Sign), y);
        }
    }

    private static double Select(bool condition, double a, double b) => condition ? a : b;

    private static double Clamp(double x, double low, double high) => Math.Min(Math.Max(x, low), high);

    private static IEnumerable<Case> Cases() => Rectifiers().Concat(Scalars()).Concat(Exponentials());

    private static IEnumerable<Case> Rectifiers()
    {
        yield return new("Relu", Unary.ReluF32, x => Select(x < 0, 0, x));
        yield return new("LeakyRelu", (x, y) => Unary.LeakyReluF32(x, y, 0.01f), x => Select(x < 0, 0.01f * x, x), 1);
        yield return new("ThresholdedRelu", (x, y) => Unary.ThresholdedReluF32(x, y, 1f), x => Select(x > 1, x, 0));
        yield return new("Clip", (x, y) => Unary.ClipF32(x, y, -1f, 2f), x => Clamp(x, -1, 2));
        yield return new("ClipReversed", (x, y) => Unary.ClipF32(x, y, 2f, -1f), x => double.IsNaN(x) ? x : -1);
        yield return new("HardSigmoid", (x, y) => Unary.HardSigmoidF32(x, y, 0.2f, 0.5f), x => Clamp((0.2f * x) + 0.5, 0, 1), 1, Absolute: 1e-7);
        yield return new("HardSwish", Unary.HardSwishF32, x => x * Clamp((x / 6) + 0.5, 0, 1), 2, Absolute: 4e-7);
    }

    private static IEnumerable<Case> Scalars()
    {
        yield return new("Floor", Unary.FloorF32, Math.Floor);
        yield return new("Ceil", Unary.CeilF32, Math.Ceiling);
        yield return new("Round", Unary.RoundF32, x => Math.Round(x, MidpointRounding.ToEven));
        yield return new("Neg", Unary.NegF32, x => -x);
        yield return new("Abs", Unary.AbsF32, Math.Abs);
        yield return new("Sign", Unary.SignF32, x => double.IsNaN(x) ? x : Math.Sign(x));
        yield return new("Sqrt", Unary.SqrtF32, Math.Sqrt);
        yield return new("Reciprocal", Unary.ReciprocalF32, x => 1 / x);
        yield return new("Softsign", Unary.SoftsignF32, x => (float)x / (1f + MathF.Abs((float)x)), 1);
        yield return new("Sin", Unary.SinF32, Math.Sin, 4, Absolute: 1e-7);
        yield return new("Cos", Unary.CosF32, Math.Cos, 4, Absolute: 1e-7);
        yield return new("Tan", Unary.TanF32, Math.Tan, 4);
        yield return new("Asin", Unary.AsinF32, Math.Asin, 4, -1.1f, 1.1f);
        yield return new("Acos", Unary.AcosF32, Math.Acos, 4, -1.1f, 1.1f);
        yield return new("Atan", Unary.AtanF32, Math.Atan, 4);
        yield return new("Sinh", Unary.SinhF32, Math.Sinh, 4);
        yield return new("Cosh", Unary.CoshF32, Math.Cosh, 4);
        yield return new("Asinh", Unary.AsinhF32, Math.Asinh, 4);
        yield return new("Acosh", Unary.AcoshF32, Math.Acosh, 4, 0.5f, 10f);
        yield return new("Atanh", Unary.AtanhF32, Math.Atanh, 4, -1.1f, 1.1f);
    }

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Softplus(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        double log = e < 1e-5 ? e - (e * e / 2) : Math.Log(1 + e);
        return Math.Max(x, 0) + log;
    }

    /// <summary>2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (2n+1)!!: all terms have one sign, so nothing cancels.</summary>
    private static double Erf(double x)
    {
        if (double.IsNaN(x) || Math.Abs(x) > 6)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Gated(double x, double gate) => double.IsInfinity(x) && gate == 0 ? double.NaN : x * gate;

    private static IEnumerable<Case> Exponentials()
    {
        yield return new("Exp", Unary.ExpF32, Math.Exp, 4, Absolute: 3e-45);
        yield return new("Log", Unary.LogF32, Math.Log, 4, 0f, 10f);
        yield return new("Sigmoid", Unary.SigmoidF32, Sigmoid, 8, Absolute: 3e-45);
        yield return new("Tanh", Unary.TanhF32, Math.Tanh, 8);
        yield return new("Erf", Unary.ErfF32, Erf, 8);
        yield return new("Gelu", Unary.GeluF32, x => 0.5 * Gated(x, 1 + Erf(x / Math.Sqrt(2))), 8, Absolute: 6 * VectorMath.GeluMaxError);
        yield return new("Softplus", Unary.SoftplusF32, Softplus, 8, Absolute: 3e-45);
        yield return new("Elu", (x, y) => Unary.EluF32(x, y, 1.5f), x => Select(x < 0, 1.5 * (Math.Exp(x) - 1), x), 8, Absolute: 3e-7);
        yield return new(
            "Selu", (x, y) => Unary.SeluF32(x, y, 1.6732632f, 1.050701f),
            x => 1.050701f * Select(x < 0, 1.6732632f * (Math.Exp(x) - 1), x), 8, Absolute: 3e-7);
        yield return new("Celu", (x, y) => Unary.CeluF32(x, y, 2f), x => Select(x < 0, 2 * (Math.Exp(x / 2) - 1), x), 8, Absolute: 5e-7);
        yield return new(
            "GeluTanh", Unary.GeluTanhF32,
            x => 0.5 * Gated(x, 1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), 8, Absolute: 5e-7);
        yield return new("Silu", Unary.SiluF32, x => Gated(x, Sigmoid(x)), VectorMath.SiluMaxUlp, Absolute: VectorMath.SiluLost);
        yield return new("Mish", Unary.MishF32, x => Gated(x, Math.Tanh(Softplus(x))), 8, Absolute: SubnormalGate);
    }

    private sealed record Case(
        string Name, Kernel Run, Func<double, double> Expected, double Ulps = 0, float Low = -6f, float High = 6f, double Absolute = 0);
}
