using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The functions over Vector128 (four lanes).</content>
public static partial class VectorMath
{
    /// <summary>Computes e to the power x; at most <see cref="ExpMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x)
    {
        // Clamped so that 2^n below is in range; the order of the operands lets NaN through.
        Vector128<float> v = NativeMath.Min(Vector128.Create(ExpHighest), NativeMath.Max(Vector128.Create(ExpLowest), x));
        Vector128<float> shifted = NativeMath.MultiplyAdd(v, Vector128.Create(Log2E), Vector128.Create(RoundingShift));
        Vector128<float> n = shifted - Vector128.Create(RoundingShift);
        Vector128<float> r = NativeMath.MultiplyAdd(n, Vector128.Create(-Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector128.Create(-Ln2Low), r);
        Vector128<float> p = Vector128.Create(Exp4);
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Exp3));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Exp2));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Exp1));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Exp0));
        p = NativeMath.MultiplyAdd(p, r * r, r) + Vector128<float>.One;

        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector128<int> exponent = shifted.AsInt32() - Vector128.Create(RoundingShiftBits);
        Vector128<int> half = Vector128.ShiftRightArithmetic(exponent, 1);
        Vector128<float> first = Vector128.ShiftLeft(half + Vector128.Create(127), 23).AsSingle();
        Vector128<float> second = Vector128.ShiftLeft(exponent - half + Vector128.Create(127), 23).AsSingle();
        return p * first * second;
    }

    /// <summary>Computes 1 / (1 + e^-x) without cancellation at either end; at most <see cref="SigmoidMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid(Vector128<float> x)
    {
        Vector128<float> e = Exp(-Vector128.Abs(x));
        Vector128<float> numerator = Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), e, Vector128<float>.One);
        return numerator / (Vector128<float>.One + e);
    }

    /// <summary>Computes the hyperbolic tangent; at most <see cref="TanhMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x)
    {
        Vector128<float> magnitude = Vector128.Abs(x);
        Vector128<float> z = x * x;
        Vector128<float> p = Vector128.Create(Tanh4);
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Tanh3));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Tanh2));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Tanh1));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Tanh0));
        Vector128<float> small = NativeMath.MultiplyAdd(p * z, x, x);
        Vector128<float> large = Vector128<float>.One - (Vector128.Create(2f) / (Exp(magnitude + magnitude) + Vector128<float>.One));
        return Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(TanhSplit)), small, large) | (x & Vector128.Create(-0f));
    }

    /// <summary>Computes the error function; at most <see cref="ErfMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Erf(Vector128<float> x)
    {
        Vector128<float> magnitude = Vector128.Abs(x);
        Vector128<float> z = x * x;
        Vector128<float> p = Vector128.Create(Erf6);
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf5));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf4));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf3));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf2));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf1));
        p = NativeMath.MultiplyAdd(p, z, Vector128.Create(Erf0));
        Vector128<float> small = NativeMath.MultiplyAdd(p, x, x);

        // 1 - erf(t) = exp(-q(t)); from t = 4 on erf(t) rounds to 1.
        Vector128<float> t = NativeMath.Min(Vector128.Create(ErfSaturation), magnitude);
        Vector128<float> q = Vector128.Create(Erfc8);
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc7));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc6));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc5));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc4));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc3));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc2));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc1));
        q = NativeMath.MultiplyAdd(q, t, Vector128.Create(Erfc0));
        Vector128<float> large = Vector128<float>.One - Exp(-q);
        return Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128<float>.One), small, large) | (x & Vector128.Create(-0f));
    }

    /// <summary>Computes x / (1 + e^-x); at most <see cref="SiluMaxUlp"/> where the result is above <see cref="SiluLost"/> in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Silu(Vector128<float> x)
    {
        // Beyond the bounds e^-x is infinite or rounds away. NaN need not get through here: x itself is divided.
        Vector128<float> v = NativeMath.Min(Vector128.Create(SiluBound), NativeMath.Max(Vector128.Create(-SiluBound), x));
        Vector128<float> n = Vector128.Round(v * Vector128.Create(-Log2E));
        Vector128<float> r = NativeMath.MultiplyAdd(n, Vector128.Create(Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector128.Create(Ln2Low), r);
        Vector128<float> p = Vector128.Create(Negated5);
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Negated4));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Negated3));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Negated2));
        p = NativeMath.MultiplyAdd(p, r, Vector128.Create(Negated1));
        p = NativeMath.MultiplyAdd(p, r, Vector128<float>.One);
        return x / (Vector128<float>.One + Scale(p, n));
    }

    /// <summary>Computes x / 2 * (1 + erf(x / sqrt(2))); its error is below <see cref="GeluMaxError"/> times the magnitude of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gelu(Vector128<float> x)
    {
        Vector128<float> z = Clamp(x * Vector128.Create(InverseSqrt2), Vector128.Create(-GeluBound), Vector128.Create(GeluBound));
        Vector128<float> s = z * z;
        Vector128<float> p = Vector128.Create(GeluP6);
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP5));
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP4));
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP3));
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP2));
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP1));
        p = NativeMath.MultiplyAdd(p, s, Vector128.Create(GeluP0));
        Vector128<float> q = Vector128.Create(GeluQ4);
        q = NativeMath.MultiplyAdd(q, s, Vector128.Create(GeluQ3));
        q = NativeMath.MultiplyAdd(q, s, Vector128.Create(GeluQ2));
        q = NativeMath.MultiplyAdd(q, s, Vector128.Create(GeluQ1));
        q = NativeMath.MultiplyAdd(q, s, Vector128<float>.One);
        Vector128<float> erf = Clamp(z * p / q, Vector128.Create(-1f), Vector128<float>.One);
        Vector128<float> half = x * Vector128.Create(0.5f);
        return half * (Vector128<float>.One + erf);
    }

    /// <summary>Computes min(max(x, low), high); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> Clamp(Vector128<float> x, Vector128<float> low, Vector128<float> high) =>
        NativeMath.Min(high, NativeMath.Max(low, x));

    /// <summary>p * 2^n for whole n of at most 151 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Scale(Vector128<float> p, Vector128<float> n)
    {
        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector128<int> exponent = Vector128.ConvertToInt32Native(n);
        Vector128<int> half = Vector128.ShiftRightArithmetic(exponent, 1);
        Vector128<float> first = Vector128.ShiftLeft(half + Vector128.Create(127), 23).AsSingle();
        Vector128<float> second = Vector128.ShiftLeft(exponent - half + Vector128.Create(127), 23).AsSingle();
        return p * first * second;
    }
}
