namespace ModelBuild.Kernels;

/// <summary>
/// Elementary functions over vectors, from polynomials interpolated at Chebyshev nodes. Infinities, NaN, signed zeros and saturation are those of
/// <see cref="Math"/>; the errors below, in units in the last place, hold for every finite argument whose result is a normal number.
/// </summary>
public static partial class VectorMath
{
    /// <summary>The largest error of <c>Exp</c>.</summary>
    public const int ExpMaxUlp = 2;

    /// <summary>The largest error of <c>Sigmoid</c>.</summary>
    public const int SigmoidMaxUlp = 4;

    /// <summary>The largest error of <c>Tanh</c>.</summary>
    public const int TanhMaxUlp = 3;

    /// <summary>The largest error of <c>Erf</c>.</summary>
    public const int ErfMaxUlp = 3;

    /// <summary>The largest error of <c>Silu</c> above <see cref="SiluLost"/>.</summary>
    public const int SiluMaxUlp = 4;

    /// <summary>What <c>Silu</c> gives 0 for may be as large: the e^-x of its quotient is infinite from the largest number on.</summary>
    public const float SiluLost = 3e-37f;

    /// <summary>The largest error of <c>Gelu</c> over the magnitude of x: that of a quotient of polynomials, 4e-8, and two roundings.</summary>
    public const float GeluMaxError = 2e-7f;

    // exp(x) = 2^n * exp(r), r = x - n * ln 2 with ln 2 in two parts: n * Ln2High is exact without a fused multiply-add.
    private const float ExpLowest = -104f;
    private const float ExpHighest = 89f;
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
    private const float RoundingShift = 12582912f;
    private const int RoundingShiftBits = 0x4B400000;

    // As above, but the low bits are those of the exponent of 2^(n - 1), and of 2^(n + 63) for n up to 0. Both summands are even, so that halves round as above.
    private const float ScalingShift = RoundingShift + 126f;
    private const float NegativeScalingShift = RoundingShift + 190f;
    private const float NegativeScaling = 1f / 9223372036854775808f;

    // (exp(r) - 1 - r) / r^2 on [-ln(2) / 2, ln(2) / 2].
    private const float Exp0 = 0.5f;
    private const float Exp1 = 0.16666573286056519f;
    private const float Exp2 = 0.04166654869914055f;
    private const float Exp3 = 0.008363774046301842f;
    private const float Exp4 = 0.0013926926767453551f;

    // (tanh(x) / x - 1) / x^2 as a polynomial in x^2 below TanhSplit; above it tanh(x) = 1 - 2 / (exp(2x) + 1).
    private const float TanhSplit = 0.625f;
    private const float TanhSaturation = 40f;
    private const float Tanh0 = -0.333333283662796f;
    private const float Tanh1 = 0.1333276927471161f;
    private const float Tanh2 = -0.05385090783238411f;
    private const float Tanh3 = 0.020997179672122f;
    private const float Tanh4 = -0.006096714176237583f;

    // erf(x) / x - 1 as a polynomial in x^2 below 1.
    private const float Erf0 = 0.12837916612625122f;
    private const float Erf1 = -0.3761262595653534f;
    private const float Erf2 = 0.11283594369888306f;
    private const float Erf3 = -0.02685421146452427f;
    private const float Erf4 = 0.005189087241888046f;
    private const float Erf5 = -0.000801686430349946f;
    private const float Erf6 = 7.875874871388078e-05f;

    // -ln(1 - erf(x)) on [1, ErfSaturation].
    private const float ErfSaturation = 4f;
    private const float Erfc0 = -0.0003178573679178953f;
    private const float Erfc1 = 1.1302239894866943f;
    private const float Erfc2 = 0.631842851638794f;
    private const float Erfc3 = 0.11006348580121994f;
    private const float Erfc4 = -0.026411183178424835f;
    private const float Erfc5 = 0.0047558872029185295f;
    private const float Erfc6 = -0.0005959665286354721f;
    private const float Erfc7 = 4.5952612708788365e-05f;
    private const float Erfc8 = -1.631512304811622e-06f;

    // e^-r = 1 + r * (Negated1 + r * ...) on [-ln(2) / 2, ln(2) / 2] with the least relative error, for r = x + n * ln 2 with n the nearest to -x / ln 2.
    private const float SiluBound = 104f;

    // Tighter bounds with the same results: at one e^-x is infinite already, at the other it is lost beside 1.
    private const float SiluLowest = -89f;
    private const float SiluHighest = 80f;
    private const float Negated1 = -0.99999970541f;
    private const float Negated2 = 0.499991461256f;
    private const float Negated3 = -0.166676401368f;
    private const float Negated4 = 0.0418983922761f;
    private const float Negated5 = -0.00829022485235f;

    // The smaller magnitude, with the sign of the first operand.
    private const byte SmallerMagnitude = 2;

    // erf(z) / z as a quotient of polynomials in z^2 with the least error of erf up to 3.925; from there on erf is 1 within 3e-8 and the quotient above 1, by 1e-6 at GeluBound.
    private const float InverseSqrt2 = 0.70710678118654752f;
    private const float GeluBound = 4.1f;
    private const float GeluP0 = 1.12837877534f;
    private const float GeluP1 = 0.20653484415f;
    private const float GeluP2 = 0.0514525726732f;
    private const float GeluP3 = 0.00398978623365f;
    private const float GeluP4 = 0.000149305933935f;
    private const float GeluP5 = -1.99337207725e-6f;
    private const float GeluP6 = 1.98728657265e-8f;
    private const float GeluQ1 = 0.516365470818f;
    private const float GeluQ2 = 0.117737950691f;
    private const float GeluQ3 = 0.0149244555751f;
    private const float GeluQ4 = 0.00102793786116f;
}
