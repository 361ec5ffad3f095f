using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The float to byte conversion that every quantised kernel shares: clamp(rne(v) + zero), NaN maps to the zero point (real 0). The clamp is done in float, before the conversion:
/// conversions out of range differ between processors.
/// </summary>
internal static unsafe class QuantizedRounding
{
    /// <summary>rne(v), with the bounds less the zero point and without it added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Round(float value, float low, float high) =>
        float.IsNaN(value) ? 0 : (int)MathF.Max(low, MathF.Min(high, MathF.Round(value)));

    /// <summary>Four values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Round(Vector128<float> value, Vector128<float> low, Vector128<float> high)
    {
        value &= Vector128.Equals(value, value);
        return Vector128.ConvertToInt32(Vector128.Round(Vector128.Max(low, Vector128.Min(high, value))));
    }

    /// <summary>Sixteen values; needs <see cref="Avx512F"/>. The bounds are whole numbers, so clamping before rounding gives the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Round(Vector512<float> value, Vector512<float> low, Vector512<float> high)
    {
        value &= Vector512.Equals(value, value);
        return Avx512F.ConvertToVector512Int32(Avx512F.Max(low, Avx512F.Min(high, value)));
    }

    /// <summary>Eight values; needs <see cref="Avx2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Round(Vector256<float> value, Vector256<float> low, Vector256<float> high)
    {
        value &= Avx.CompareEqual(value, value);
        return Avx.ConvertToVector256Int32(Avx.Max(low, Avx.Min(high, value)));
    }

    /// <summary>Four bytes as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Load4(byte* x)
    {
        if (Sse41.IsSupported)
        {
            return Sse41.ConvertToVector128Int32(x);
        }

        Vector128<byte> bytes = Vector128.Create(x[0], x[1], x[2], x[3], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    /// <summary>Stores sixteen integers in 0..255, or -128..127, as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store16(Vector128<int> v0, Vector128<int> v1, Vector128<int> v2, Vector128<int> v3, byte* y) =>
        Vector128.Narrow(Vector128.Narrow(v0, v1).AsUInt16(), Vector128.Narrow(v2, v3).AsUInt16()).Store(y);

    /// <summary>Two vectors as one; needs <see cref="Avx512F"/>. <c>Vector512.Create</c> of two would wait for what its register held before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Join(Vector256<int> lower, Vector256<int> upper) => Avx512F.InsertVector256(lower.ToVector512Unsafe(), upper, 1);

    /// <summary>Sixty-four integers plus <paramref name="offset"/>, saturated to 0..255, in their order; needs <see cref="Avx512BW"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Pack64(Vector512<int> v0, Vector512<int> v1, Vector512<int> v2, Vector512<int> v3, Vector512<short> offset)
    {
        // Packing works within 128 bits: the groups of four bytes come out as the transpose of a 4x4 matrix.
        Vector512<short> lower = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(v0, v1), offset);
        Vector512<short> upper = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(v2, v3), offset);
        Vector512<int> packed = Avx512BW.PackUnsignedSaturate(lower, upper).AsInt32();
        return Avx512F.PermuteVar16x32(packed, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsByte();
    }

    /// <summary>Thirty-two integers plus <paramref name="offset"/>, saturated to 0..255, in their order; needs <see cref="Avx2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Pack32(Vector256<int> v0, Vector256<int> v1, Vector256<int> v2, Vector256<int> v3, Vector256<short> offset)
    {
        Vector256<short> lower = Avx2.AddSaturate(Avx2.PackSignedSaturate(v0, v1), offset);
        Vector256<short> upper = Avx2.AddSaturate(Avx2.PackSignedSaturate(v2, v3), offset);
        Vector256<int> packed = Avx2.PackUnsignedSaturate(lower, upper).AsInt32();
        return Avx2.PermuteVar8x32(packed, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsByte();
    }
}
