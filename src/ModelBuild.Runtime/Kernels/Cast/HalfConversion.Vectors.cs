using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The arithmetic at three widths, a binary16 in the low half of each lane.</content>
internal static unsafe partial class HalfConversion
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToSingle(Vector128<uint> half)
    {
        Vector128<uint> magnitude = half & Vector128.Create(Magnitude);
        Vector128<uint> exponent = half & Vector128.Create(Exponent);
        Vector128<uint> shifted = Vector128.ShiftLeft(magnitude, FractionShift);
        Vector128<uint> special = Vector128.Equals(exponent, Vector128.Create(Exponent)) & Vector128.Create(Rebias);
        Vector128<uint> quiet = Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create((int)Exponent)).AsUInt32() & Vector128.Create(QuietSingle);
        Vector128<uint> normal = (shifted + Vector128.Create(Rebias) + special) | quiet;
        Vector128<uint> subnormal = (Vector128.ConvertToSingle(magnitude.AsInt32()) * Vector128.Create(SubnormalUnit)).AsUInt32();
        Vector128<uint> result = Vector128.ConditionalSelect(Vector128.Equals(exponent, Vector128<uint>.Zero), subnormal, normal);
        return (result | Vector128.ShiftLeft(half ^ magnitude, 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> FromSingle(Vector128<float> value)
    {
        Vector128<uint> bits = value.AsUInt32();
        Vector128<uint> magnitude = bits & Vector128.Create(0x7FFF_FFFFu);
        Vector128<uint> odd = Vector128.ShiftRightLogical(magnitude, FractionShift) & Vector128<uint>.One;
        Vector128<uint> normal = Vector128.ShiftRightLogical(magnitude - Vector128.Create(Rebias - HalfUnitBelow) + odd, FractionShift);
        Vector128<uint> subnormal = (magnitude.AsSingle() + Vector128.Create(0.5f)).AsUInt32() - Vector128.Create(0.5f).AsUInt32();
        Vector128<uint> nan = (Vector128.ShiftRightLogical(magnitude, FractionShift) & Vector128.Create(HalfFraction)) | Vector128.Create(QuietHalf);
        Vector128<uint> result = Vector128.ConditionalSelect(Vector128.LessThan(magnitude.AsInt32(), Vector128.Create(SmallestNormal)).AsUInt32(), subnormal, normal);
        result = Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(magnitude.AsInt32(), Vector128.Create(TooLarge)).AsUInt32(), Vector128.Create(Exponent), result);
        result = Vector128.ConditionalSelect(Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create(InfinityBits)).AsUInt32(), nan, result);
        return result | Vector128.ShiftRightLogical(bits ^ magnitude, 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ToSingle(Vector256<uint> half)
    {
        Vector256<uint> magnitude = half & Vector256.Create(Magnitude);
        Vector256<uint> exponent = half & Vector256.Create(Exponent);
        Vector256<uint> shifted = Vector256.ShiftLeft(magnitude, FractionShift);
        Vector256<uint> special = Vector256.Equals(exponent, Vector256.Create(Exponent)) & Vector256.Create(Rebias);
        Vector256<uint> quiet = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)Exponent)).AsUInt32() & Vector256.Create(QuietSingle);
        Vector256<uint> normal = (shifted + Vector256.Create(Rebias) + special) | quiet;
        Vector256<uint> subnormal = (Vector256.ConvertToSingle(magnitude.AsInt32()) * Vector256.Create(SubnormalUnit)).AsUInt32();
        Vector256<uint> result = Vector256.ConditionalSelect(Vector256.Equals(exponent, Vector256<uint>.Zero), subnormal, normal);
        return (result | Vector256.ShiftLeft(half ^ magnitude, 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> FromSingle(Vector256<float> value)
    {
        Vector256<uint> bits = value.AsUInt32();
        Vector256<uint> magnitude = bits & Vector256.Create(0x7FFF_FFFFu);
        Vector256<uint> odd = Vector256.ShiftRightLogical(magnitude, FractionShift) & Vector256<uint>.One;
        Vector256<uint> normal = Vector256.ShiftRightLogical(magnitude - Vector256.Create(Rebias - HalfUnitBelow) + odd, FractionShift);
        Vector256<uint> subnormal = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0.5f).AsUInt32();
        Vector256<uint> nan = (Vector256.ShiftRightLogical(magnitude, FractionShift) & Vector256.Create(HalfFraction)) | Vector256.Create(QuietHalf);
        Vector256<uint> result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(SmallestNormal)).AsUInt32(), subnormal, normal);
        result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude.AsInt32(), Vector256.Create(TooLarge)).AsUInt32(), Vector256.Create(Exponent), result);
        result = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(InfinityBits)).AsUInt32(), nan, result);
        return result | Vector256.ShiftRightLogical(bits ^ magnitude, 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ToSingle(Vector512<uint> half)
    {
        Vector512<uint> magnitude = half & Vector512.Create(Magnitude);
        Vector512<uint> exponent = half & Vector512.Create(Exponent);
        Vector512<uint> shifted = Vector512.ShiftLeft(magnitude, FractionShift);
        Vector512<uint> special = Vector512.Equals(exponent, Vector512.Create(Exponent)) & Vector512.Create(Rebias);
        Vector512<uint> quiet = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create((int)Exponent)).AsUInt32() & Vector512.Create(QuietSingle);
        Vector512<uint> normal = (shifted + Vector512.Create(Rebias) + special) | quiet;
        Vector512<uint> subnormal = (Vector512.ConvertToSingle(magnitude.AsInt32()) * Vector512.Create(SubnormalUnit)).AsUInt32();
        Vector512<uint> result = Vector512.ConditionalSelect(Vector512.Equals(exponent, Vector512<uint>.Zero), subnormal, normal);
        return (result | Vector512.ShiftLeft(half ^ magnitude, 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> FromSingle(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> magnitude = bits & Vector512.Create(0x7FFF_FFFFu);
        Vector512<uint> odd = Vector512.ShiftRightLogical(magnitude, FractionShift) & Vector512<uint>.One;
        Vector512<uint> normal = Vector512.ShiftRightLogical(magnitude - Vector512.Create(Rebias - HalfUnitBelow) + odd, FractionShift);
        Vector512<uint> subnormal = (magnitude.AsSingle() + Vector512.Create(0.5f)).AsUInt32() - Vector512.Create(0.5f).AsUInt32();
        Vector512<uint> nan = (Vector512.ShiftRightLogical(magnitude, FractionShift) & Vector512.Create(HalfFraction)) | Vector512.Create(QuietHalf);
        Vector512<uint> result = Vector512.ConditionalSelect(Vector512.LessThan(magnitude.AsInt32(), Vector512.Create(SmallestNormal)).AsUInt32(), subnormal, normal);
        result = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(magnitude.AsInt32(), Vector512.Create(TooLarge)).AsUInt32(), Vector512.Create(Exponent), result);
        result = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(InfinityBits)).AsUInt32(), nan, result);
        return result | Vector512.ShiftRightLogical(bits ^ magnitude, 16);
    }
}
