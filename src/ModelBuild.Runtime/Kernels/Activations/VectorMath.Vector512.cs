using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>The functions over Vector512 (sixteen lanes).</content>
public static partial class VectorMath
{
    /// <summary>Computes e to the power x; at most <see cref="ExpMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Clamped so that 2^n below is in range; the order of the operands lets NaN through.
        Vector512<float> v = NativeMath.Min(Vector512.Create(ExpHighest), NativeMath.Max(Vector512.Create(ExpLowest), x));
        Vector512<float> shifted = NativeMath.MultiplyAdd(v, Vector512.Create(Log2E), Vector512.Create(RoundingShift));
        Vector512<float> n = shifted - Vector512.Create(RoundingShift);
        Vector512<float> r = NativeMath.MultiplyAdd(n, Vector512.Create(-Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        Vector512<float> p = Vector512.Create(Exp4);
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Exp3));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Exp2));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Exp1));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Exp0));
        p = NativeMath.MultiplyAdd(p, r * r, r) + Vector512<float>.One;

        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(p, n);
        }

        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector512<int> exponent = shifted.AsInt32() - Vector512.Create(RoundingShiftBits);
        Vector512<int> half = Vector512.ShiftRightArithmetic(exponent, 1);
        Vector512<float> first = Vector512.ShiftLeft(half + Vector512.Create(127), 23).AsSingle();
        Vector512<float> second = Vector512.ShiftLeft(exponent - half + Vector512.Create(127), 23).AsSingle();
        return p * first * second;
    }

    /// <summary>Computes 1 / (1 + e^-x) without cancellation at either end; at most <see cref="SigmoidMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        Vector512<float> e = Exp(-Vector512.Abs(x));
        Vector512<float> numerator = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, Vector512<float>.One);
        return numerator / (Vector512<float>.One + e);
    }

    /// <summary>Computes the hyperbolic tangent; at most <see cref="TanhMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        Vector512<float> magnitude = Vector512.Abs(x);
        Vector512<float> z = x * x;
        Vector512<float> p = Vector512.Create(Tanh4);
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Tanh3));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Tanh2));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Tanh1));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Tanh0));
        Vector512<float> small = NativeMath.MultiplyAdd(p * z, x, x);
        Vector512<float> large = Vector512<float>.One - (Vector512.Create(2f) / (Exp(magnitude + magnitude) + Vector512<float>.One));
        return Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(TanhSplit)), small, large) | (x & Vector512.Create(-0f));
    }

    /// <summary>Computes the error function; at most <see cref="ErfMaxUlp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        Vector512<float> magnitude = Vector512.Abs(x);
        Vector512<float> z = x * x;
        Vector512<float> p = Vector512.Create(Erf6);
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf5));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf4));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf3));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf2));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf1));
        p = NativeMath.MultiplyAdd(p, z, Vector512.Create(Erf0));
        Vector512<float> small = NativeMath.MultiplyAdd(p, x, x);

        // 1 - erf(t) = exp(-q(t)); from t = 4 on erf(t) rounds to 1.
        Vector512<float> t = NativeMath.Min(Vector512.Create(ErfSaturation), magnitude);
        Vector512<float> q = Vector512.Create(Erfc8);
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc7));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc6));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc5));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc4));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc3));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc2));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc1));
        q = NativeMath.MultiplyAdd(q, t, Vector512.Create(Erfc0));
        Vector512<float> large = Vector512<float>.One - Exp(-q);
        return Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512<float>.One), small, large) | (x & Vector512.Create(-0f));
    }

    /// <summary>Computes x / (1 + e^-x); at most <see cref="SiluMaxUlp"/> where the result is above <see cref="SiluLost"/> in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x)
    {
        // Beyond the bounds e^-x is infinite or rounds away. NaN need not get through here: x itself is divided.
        Vector512<float> bound = Vector512.Create(SiluBound);
        Vector512<float> v = Avx512DQ.IsSupported ? Avx512DQ.Range(x, bound, SmallerMagnitude) : NativeMath.Min(bound, NativeMath.Max(-bound, x));
        Vector512<float> n = Vector512.Round(v * Vector512.Create(-Log2E));
        Vector512<float> r = NativeMath.MultiplyAdd(n, Vector512.Create(Ln2High), v);
        r = NativeMath.MultiplyAdd(n, Vector512.Create(Ln2Low), r);
        Vector512<float> p = Vector512.Create(Negated5);
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Negated4));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Negated3));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Negated2));
        p = NativeMath.MultiplyAdd(p, r, Vector512.Create(Negated1));
        p = NativeMath.MultiplyAdd(p, r, Vector512<float>.One);
        return x / (Vector512<float>.One + Scale(p, n));
    }

    /// <summary>Computes x / 2 * (1 + erf(x / sqrt(2))); its error is below <see cref="GeluMaxError"/> times the magnitude of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        Vector512<float> z = Clamp(x * Vector512.Create(InverseSqrt2), Vector512.Create(-GeluBound), Vector512.Create(GeluBound));
        Vector512<float> s = z * z;
        Vector512<float> p = Vector512.Create(GeluP6);
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP5));
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP4));
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP3));
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP2));
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP1));
        p = NativeMath.MultiplyAdd(p, s, Vector512.Create(GeluP0));
        Vector512<float> q = Vector512.Create(GeluQ4);
        q = NativeMath.MultiplyAdd(q, s, Vector512.Create(GeluQ3));
        q = NativeMath.MultiplyAdd(q, s, Vector512.Create(GeluQ2));
        q = NativeMath.MultiplyAdd(q, s, Vector512.Create(GeluQ1));
        q = NativeMath.MultiplyAdd(q, s, Vector512<float>.One);
        Vector512<float> erf = Clamp(z * p / q, Vector512.Create(-1f), Vector512<float>.One);
        Vector512<float> half = x * Vector512.Create(0.5f);
        return half * (Vector512<float>.One + erf);
    }

    /// <summary>Computes min(max(x, low), high); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Clamp(Vector512<float> x, Vector512<float> low, Vector512<float> high) =>
        NativeMath.Min(high, NativeMath.Max(low, x));

    /// <summary>p * 2^n for whole n of at most 151 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> p, Vector512<float> n)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(p, n);
        }

        // Two factors: 2^n itself is not a normal number at both ends of the range.
        Vector512<int> exponent = Vector512.ConvertToInt32Native(n);
        Vector512<int> half = Vector512.ShiftRightArithmetic(exponent, 1);
        Vector512<float> first = Vector512.ShiftLeft(half + Vector512.Create(127), 23).AsSingle();
        Vector512<float> second = Vector512.ShiftLeft(exponent - half + Vector512.Create(127), 23).AsSingle();
        return p * first * second;
    }
}
