using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The conversion of sums to bytes and their store, with the bits of <see cref="DotToU8.Store"/>; needs <see cref="Avx2"/>.</summary>
internal static unsafe class Avx2DepthwisePairOutput
{
    /// <summary>The bytes of eight channels of four columns. What is below all bytes saturates on the way to them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Bytes(
        Vector256<int> sum0, Vector256<int> sum1, Vector256<int> sum2, Vector256<int> sum3, float* scales, Vector256<float> high, Vector256<short> zero, Vector256<byte> least)
    {
        Vector256<float> scale = Vector256.Load(scales);
        Vector256<byte> bytes = QuantizedRounding.Pack32(Rounded(sum0, scale, high), Rounded(sum1, scale, high), Rounded(sum2, scale, high), Rounded(sum3, scale, high), zero);
        return Vector256.Max(bytes, least);
    }

    /// <summary>The same of one column; the upper half is no result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Bytes(Vector256<int> sum, float* scales, Vector256<float> high, Vector256<short> zero, Vector256<byte> least)
    {
        Vector256<int> rounded = Rounded(sum, Vector256.Load(scales), high);
        Vector128<short> shorts = Sse2.AddSaturate(Sse2.PackSignedSaturate(rounded.GetLower(), rounded.GetUpper()), zero.GetLower());
        return Vector128.Max(Sse2.PackUnsignedSaturate(shorts, shorts), least.GetLower());
    }

    /// <summary>Stores eight channels of two columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector128<byte> bytes, byte* y, nint stride)
    {
        Sse.StoreLow((float*)y, bytes.AsSingle());
        Sse.StoreHigh((float*)(y + stride), bytes.AsSingle());
    }

    /// <summary>The same of <paramref name="count"/> columns; of two where there are more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void StoreUpTo2(Vector128<byte> bytes, int count, byte* y, nint stride)
    {
        Sse.StoreLow((float*)y, bytes.AsSingle());
        if (count > 1)
        {
            Sse.StoreHigh((float*)(y + stride), bytes.AsSingle());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(Vector256<int> sum, Vector256<float> scale, Vector256<float> high) =>
        Avx.ConvertToVector256Int32(Avx.Min(high, Vector256.ConvertToSingle(sum) * scale));
}
