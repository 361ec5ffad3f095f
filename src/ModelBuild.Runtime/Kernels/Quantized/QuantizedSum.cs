using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The sum of two quantised values in fixed point: <c>(a * ka + b * kb + c) >> fraction</c>, where ka and kb are the quotients of the scales. It has the bits of the chain of fp32
/// operations wherever the result is farther from the middle of two integers than both can be from the real sum; elsewhere it says so.
/// </summary>
/// <remarks>
/// With weights of less than 2^15 for a, b to 255: the chain rounds four times, which moves it by at most 3 * 2^-24 of 255 * (ka + kb), less than 3 units of the fraction. The weights' last
/// 15 bits add less than 0.01, their shift less than 1, the constant at most 0.5. The sum lies between 3.51 units below and 4.51 above the chain's: it is surely on the
/// same side of all multiples that it is 4 units or more from.
/// </remarks>
internal readonly struct QuantizedSum
{
    /// <summary>The least and most bits of the fraction.</summary>
    private const int LeastFraction = 12;
    private const int MostFraction = 18;

    /// <summary>Bits of the weights' lower parts.</summary>
    private const int LowerBits = 15;
    private const int Margin = 4;

    private readonly int _upper;
    private readonly int _lower;
    private readonly int _constant;
    private readonly int _fraction;

    /// <summary>Finds the weights.</summary>
    internal QuantizedSum(float aScale, int aZero, float bScale, int bZero, float yScale, int yZero)
    {
        double a = (double)aScale / yScale;
        double b = (double)bScale / yScale;
        _fraction = Math.Min(MostFraction, (int)Math.Floor(Math.Log2(short.MaxValue / Math.Max(a, b))));
        double unit = Math.ScaleB(1, _fraction);
        int aWeight = Weight(a * unit);
        int bWeight = Weight(b * unit);
        _upper = (aWeight >> LowerBits) | (bWeight >> LowerBits << 16);
        _lower = (aWeight & short.MaxValue) | ((bWeight & short.MaxValue) << 16);
        _constant = (int)Math.Round(unit * (yZero + 0.5 - (aZero * a) - (bZero * b))) + Margin;
    }

    /// <summary>Whether the scales are those of sums that fixed point holds; each is one of <see cref="ExactDivisor"/>.</summary>
    internal static bool Serves(float aScale, float bScale, float yScale) =>
        (double)Math.Max(aScale, bScale) / yScale <= (double)short.MaxValue / (1 << LeastFraction);

    /// <summary>64 sums; needs <see cref="Avx512BW"/>.</summary>
    /// <param name="a">The first operands.</param>
    /// <param name="b">The second operands.</param>
    /// <param name="isSure">Whether all of them have the bits of the chain.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<byte> Add(Vector512<byte> a, Vector512<byte> b, out bool isSure)
    {
        // Taking bytes apart and packing integers are each other's reverse within 128 bits.
        Vector512<short> lowerA = Avx512BW.UnpackLow(a, Vector512<byte>.Zero).AsInt16();
        Vector512<short> upperA = Avx512BW.UnpackHigh(a, Vector512<byte>.Zero).AsInt16();
        Vector512<short> lowerB = Avx512BW.UnpackLow(b, Vector512<byte>.Zero).AsInt16();
        Vector512<short> upperB = Avx512BW.UnpackHigh(b, Vector512<byte>.Zero).AsInt16();
        Vector512<int> s0 = Sum(Avx512BW.UnpackLow(lowerA, lowerB));
        Vector512<int> s1 = Sum(Avx512BW.UnpackHigh(lowerA, lowerB));
        Vector512<int> s2 = Sum(Avx512BW.UnpackLow(upperA, upperB));
        Vector512<int> s3 = Sum(Avx512BW.UnpackHigh(upperA, upperB));
        Vector512<uint> near = Vector512.Create(NearMask);
        Vector512<uint> least = Vector512.Min(
            Vector512.Min(s0.AsUInt32() & near, s1.AsUInt32() & near), Vector512.Min(s2.AsUInt32() & near, s3.AsUInt32() & near));
        isSure = !Vector512.EqualsAny(least, Vector512<uint>.Zero);
        return Avx512BW.PackUnsignedSaturate(Avx512BW.PackSignedSaturate(s0 >> _fraction, s1 >> _fraction), Avx512BW.PackSignedSaturate(s2 >> _fraction, s3 >> _fraction));
    }

    /// <summary>32 sums; needs <see cref="Avx2"/>.</summary>
    /// <param name="a">The first operands.</param>
    /// <param name="b">The second operands.</param>
    /// <param name="isSure">Whether all of them have the bits of the chain.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<byte> Add(Vector256<byte> a, Vector256<byte> b, out bool isSure)
    {
        Vector256<short> lowerA = Avx2.UnpackLow(a, Vector256<byte>.Zero).AsInt16();
        Vector256<short> upperA = Avx2.UnpackHigh(a, Vector256<byte>.Zero).AsInt16();
        Vector256<short> lowerB = Avx2.UnpackLow(b, Vector256<byte>.Zero).AsInt16();
        Vector256<short> upperB = Avx2.UnpackHigh(b, Vector256<byte>.Zero).AsInt16();
        Vector256<int> s0 = Sum(Avx2.UnpackLow(lowerA, lowerB));
        Vector256<int> s1 = Sum(Avx2.UnpackHigh(lowerA, lowerB));
        Vector256<int> s2 = Sum(Avx2.UnpackLow(upperA, upperB));
        Vector256<int> s3 = Sum(Avx2.UnpackHigh(upperA, upperB));
        Vector256<uint> near = Vector256.Create(NearMask);
        Vector256<uint> least = Avx2.Min(Avx2.Min(s0.AsUInt32() & near, s1.AsUInt32() & near), Avx2.Min(s2.AsUInt32() & near, s3.AsUInt32() & near));
        isSure = !Vector256.EqualsAny(least, Vector256<uint>.Zero);
        return Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(s0 >> _fraction, s1 >> _fraction), Avx2.PackSignedSaturate(s2 >> _fraction, s3 >> _fraction));
    }

    /// <summary>The bits of the fraction that are all zero within the margin of a multiple.</summary>
    private uint NearMask => ((1u << _fraction) - 1) & ~((2u * Margin) - 1);

    private static int Weight(double value) => (int)Math.Round(value * (1 << LowerBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<int> Sum(Vector512<short> pairs) =>
        Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(_upper).AsInt16()) + Vector512.Create(_constant)
        + (Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(_lower).AsInt16()) >> LowerBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Sum(Vector256<short> pairs) =>
        Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(_upper).AsInt16()) + Vector256.Create(_constant)
        + (Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(_lower).AsInt16()) >> LowerBits);
}
