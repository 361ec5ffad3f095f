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
        Vector512<float> v = Vector512.MinNative(Vector512.Create(ExpHighest), Vector512.MaxNative(Vector512.Create(ExpLowest), x));
        Vector512<float> shifted = Vector512.MultiplyAddEstimate(v, Vector512.Create(Log2E), Vector512.Create(RoundingShift));
        Vector512<float> n = shifted - Vector512.Create(RoundingShift);
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2High), v);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2Low), r);
        Vector512<float> p = Vector512.Create(Exp4);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Exp3));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Exp2));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Exp1));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Exp0));
        p = Vector512.MultiplyAddEstimate(p, r * r, r) + Vector512<float>.One;

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
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Tanh3));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Tanh2));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Tanh1));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Tanh0));
        Vector512<float> small = Vector512.MultiplyAddEstimate(p * z, x, x);
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
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf5));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf4));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf3));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf2));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf1));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Erf0));
        Vector512<float> small = Vector512.MultiplyAddEstimate(p, x, x);

        // 1 - erf(t) = exp(-q(t)); from t = 4 on erf(t) rounds to 1.
        Vector512<float> t = Vector512.MinNative(Vector512.Create(ErfSaturation), magnitude);
        Vector512<float> q = Vector512.Create(Erfc8);
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc7));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc6));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc5));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc4));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc3));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc2));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc1));
        q = Vector512.MultiplyAddEstimate(q, t, Vector512.Create(Erfc0));
        Vector512<float> large = Vector512<float>.One - Exp(-q);
        return Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512<float>.One), small, large) | (x & Vector512.Create(-0f));
    }

    /// <summary>Computes min(max(x, low), high); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Clamp(Vector512<float> x, Vector512<float> low, Vector512<float> high) =>
        Vector512.MinNative(high, Vector512.MaxNative(low, x));
}
