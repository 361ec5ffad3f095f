using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// A divisor whose quotients are made of multiplications, four times as fast as a division and with the same bits: a quotient that is off by less than one ulp is corrected by its
/// exact remainder (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990). Needs fused multiply-adds.
/// </summary>
internal readonly struct ExactDivisor
{
    /// <summary>Divisors and dividends whose remainders neither overflow nor become subnormal where they count.</summary>
    private const float Least = 1f / (1 << 30);
    private const float Most = 1 << 30;

    private readonly float _value;
    private readonly float _reciprocal;
    private readonly float _rest;

    /// <summary>Creates a divisor.</summary>
    /// <param name="value">The divisor; see <see cref="Serves"/>.</param>
    internal ExactDivisor(float value)
    {
        _value = value;
        _reciprocal = 1f / value;
        _rest = (float)((1.0 / value) - _reciprocal);
    }

    /// <summary>Whether a scale is one that quotients are exact with: from 2^-30 to 2^30, which those of quantised tensors are.</summary>
    internal static bool Serves(float scale) => scale is >= Least and <= Most;

    /// <summary>The correctly rounded quotients of dividends that are 0 or from 2^-84 to 2^90 in magnitude; of smaller ones numbers below 2^-50, of NaN NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<float> Divide(Vector512<float> dividend)
    {
        Vector512<float> reciprocal = Vector512.Create(_reciprocal);
        Vector512<float> quotient = Vector512.FusedMultiplyAdd(dividend, reciprocal, dividend * _rest);
        Vector512<float> remainder = Avx512F.IsSupported
            ? Avx512F.FusedMultiplyAddNegated(quotient, Vector512.Create(_value), dividend)
            : Vector512.FusedMultiplyAdd(-quotient, Vector512.Create(_value), dividend);
        return Vector512.FusedMultiplyAdd(remainder, reciprocal, quotient);
    }

    /// <summary>Eight of them; needs <see cref="Fma"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<float> Divide(Vector256<float> dividend)
    {
        Vector256<float> reciprocal = Vector256.Create(_reciprocal);
        Vector256<float> quotient = Fma.MultiplyAdd(dividend, reciprocal, dividend * _rest);
        Vector256<float> remainder = Fma.MultiplyAddNegated(quotient, Vector256.Create(_value), dividend);
        return Fma.MultiplyAdd(remainder, reciprocal, quotient);
    }
}
