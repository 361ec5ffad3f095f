using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The functions over Vector256 (eight lanes).</content>
public static partial class VectorMath
{
    /// <summary>Computes e to the power x; at most <see cref="ExpMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Clamped so that 2^n below is in range; the order of the operands lets NaN through.
        Vector256<float> v = NativeMath.Min(Vector256.Create(ExpHighest), NativeMath.Max(Vector256.Create(ExpLowest), x));
        Vector256<float> shifted = NativeMath.MultiplyAdd(v, Vector256.Create(Log2E), Vector256.Create(RoundingShift));
        Vector256<float> n = shifted - Vector256.Create(RoundingShift);
        Vector256<float> r = NativeMath.MultiplyAdd(n, Vector256.Create(-Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        Vector256<float> p = Vector256.Create(Exp4);
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Exp3));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Exp2));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Exp1));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Exp0));
        p = NativeMath.MultiplyAdd(p, r * r, r) + Vector256<float>.One;

        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector256<int> exponent = shifted.AsInt32() - Vector256.Create(RoundingShiftBits);
        Vector256<int> half = Vector256.ShiftRightArithmetic(exponent, 1);
        Vector256<float> first = Vector256.ShiftLeft(half + Vector256.Create(127), 23).AsSingle();
        Vector256<float> second = Vector256.ShiftLeft(exponent - half + Vector256.Create(127), 23).AsSingle();
        return p * first * second;
    }

    /// <summary>Computes 1 / (1 + e^-x) without cancellation at either end; at most <see cref="SigmoidMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        Vector256<float> e = Exp(-Vector256.Abs(x));
        Vector256<float> numerator = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, Vector256<float>.One);
        return numerator / (Vector256<float>.One + e);
    }

    /// <summary>Computes the hyperbolic tangent; at most <see cref="TanhMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> magnitude = Vector256.Abs(x);
        Vector256<float> z = x * x;
        Vector256<float> p = Vector256.Create(Tanh4);
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Tanh3));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Tanh2));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Tanh1));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Tanh0));
        Vector256<float> small = NativeMath.MultiplyAdd(p * z, x, x);
        Vector256<float> large = Vector256<float>.One - (Vector256.Create(2f) / (Exp(magnitude + magnitude) + Vector256<float>.One));
        return Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(TanhSplit)), small, large) | (x & Vector256.Create(-0f));
    }

    /// <summary>Computes the error function; at most <see cref="ErfMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        Vector256<float> magnitude = Vector256.Abs(x);
        Vector256<float> z = x * x;
        Vector256<float> p = Vector256.Create(Erf6);
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf5));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf4));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf3));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf2));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf1));
        p = NativeMath.MultiplyAdd(p, z, Vector256.Create(Erf0));
        Vector256<float> small = NativeMath.MultiplyAdd(p, x, x);

        // 1 - erf(t) = exp(-q(t)); from t = 4 on erf(t) rounds to 1.
        Vector256<float> t = NativeMath.Min(Vector256.Create(ErfSaturation), magnitude);
        Vector256<float> q = Vector256.Create(Erfc8);
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc7));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc6));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc5));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc4));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc3));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc2));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc1));
        q = NativeMath.MultiplyAdd(q, t, Vector256.Create(Erfc0));
        Vector256<float> large = Vector256<float>.One - Exp(-q);
        return Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256<float>.One), small, large) | (x & Vector256.Create(-0f));
    }

    /// <summary>Computes x / (1 + e^-x); at most <see cref="SiluMaxUlp"/> where the result is above <see cref="SiluLost"/> in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Silu(Vector256<float> x)
    {
        // Beyond the bounds e^-x is infinite or rounds away. NaN need not get through here: x itself is divided.
        Vector256<float> v = NativeMath.Min(Vector256.Create(SiluBound), NativeMath.Max(Vector256.Create(-SiluBound), x));
        Vector256<float> n = Vector256.Round(v * Vector256.Create(-Log2E));
        Vector256<float> r = NativeMath.MultiplyAdd(n, Vector256.Create(Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector256.Create(Ln2Low), r);
        Vector256<float> p = Vector256.Create(Negated5);
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Negated4));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Negated3));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Negated2));
        p = NativeMath.MultiplyAdd(p, r, Vector256.Create(Negated1));
        p = NativeMath.MultiplyAdd(p, r, Vector256<float>.One);
        return x / (Vector256<float>.One + Scale(p, n));
    }

    /// <summary>Computes x / 2 * (1 + erf(x / sqrt(2))); its error is below <see cref="GeluMaxError"/> times the magnitude of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gelu(Vector256<float> x)
    {
        Vector256<float> z = Clamp(x * Vector256.Create(InverseSqrt2), Vector256.Create(-GeluBound), Vector256.Create(GeluBound));
        Vector256<float> s = z * z;
        Vector256<float> p = Vector256.Create(GeluP6);
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP5));
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP4));
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP3));
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP2));
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP1));
        p = NativeMath.MultiplyAdd(p, s, Vector256.Create(GeluP0));
        Vector256<float> q = Vector256.Create(GeluQ4);
        q = NativeMath.MultiplyAdd(q, s, Vector256.Create(GeluQ3));
        q = NativeMath.MultiplyAdd(q, s, Vector256.Create(GeluQ2));
        q = NativeMath.MultiplyAdd(q, s, Vector256.Create(GeluQ1));
        q = NativeMath.MultiplyAdd(q, s, Vector256<float>.One);
        Vector256<float> erf = Clamp(z * p / q, Vector256.Create(-1f), Vector256<float>.One);
        Vector256<float> half = x * Vector256.Create(0.5f);
        return half * (Vector256<float>.One + erf);
    }

    /// <summary>Computes min(max(x, low), high); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Clamp(Vector256<float> x, Vector256<float> low, Vector256<float> high) =>
        NativeMath.Min(high, NativeMath.Max(low, x));

    /// <summary>p * 2^n for whole n of at most 151 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale(Vector256<float> p, Vector256<float> n)
    {
        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector256<int> exponent = Vector256.ConvertToInt32Native(n);
        Vector256<int> half = Vector256.ShiftRightArithmetic(exponent, 1);
        Vector256<float> first = Vector256.ShiftLeft(half + Vector256.Create(127), 23).AsSingle();
        Vector256<float> second = Vector256.ShiftLeft(exponent - half + Vector256.Create(127), 23).AsSingle();
        return p * first * second;
    }
}
