using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>From luma and two colour differences to red, green and blue (JFIF), in integers of 16 bits behind the point.</summary>
internal static class JpegColours
{
    private const int Bits = 16;
    private const int Half = 1 << (Bits - 1);
    private const int Centre = 128;
    private const int RedOfCr = 91881;
    private const int GreenOfCr = 46802;
    private const int GreenOfCb = 22554;
    private const int BlueOfCb = 116130;

    /// <summary>Writes the pixels of a row.</summary>
    /// <param name="luma">The luma of each pixel.</param>
    /// <param name="cb">How blue it is.</param>
    /// <param name="cr">How red it is.</param>
    /// <param name="pixels">Receives 3 bytes for each pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> pixels)
    {
        int count = pixels.Length / PixelJoin.Channels;
        ref byte y = ref MemoryMarshal.GetReference(luma[..count]);
        ref byte b = ref MemoryMarshal.GetReference(cb[..count]);
        ref byte r = ref MemoryMarshal.GetReference(cr[..count]);
        ref byte to = ref MemoryMarshal.GetReference(pixels);
        int i = 0;
        for (; Vector128.IsHardwareAccelerated && i <= count - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector256<int> y0, Vector256<int> y1) = Widened(Vector128.LoadUnsafe(ref y, (nuint)i));
            (Vector256<int> b0, Vector256<int> b1) = Widened(Vector128.LoadUnsafe(ref b, (nuint)i));
            (Vector256<int> r0, Vector256<int> r1) = Widened(Vector128.LoadUnsafe(ref r, (nuint)i));
            Vector256<int> centre = Vector256.Create(Centre);
            (b0, b1, r0, r1) = (b0 - centre, b1 - centre, r0 - centre, r1 - centre);
            PixelJoin.Store(Narrowed(y0 + Red(r0), y1 + Red(r1)), Narrowed(y0 + Green(b0, r0), y1 + Green(b1, r1)), Narrowed(y0 + Blue(b0), y1 + Blue(b1)), ref Unsafe.Add(ref to, PixelJoin.Channels * i));
        }

        for (; i < count; i++)
        {
            (int light, int blue, int red) = (luma[i], cb[i] - Centre, cr[i] - Centre);
            pixels[3 * i] = Limit(light + (((red * RedOfCr) + Half) >> Bits));
            pixels[(3 * i) + 1] = Limit(light + (((blue * -GreenOfCb) - (red * GreenOfCr) + Half) >> Bits));
            pixels[(3 * i) + 2] = Limit(light + (((blue * BlueOfCb) + Half) >> Bits));
        }
    }

    private static byte Limit(int value) => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Red(Vector256<int> cr) => ((cr * RedOfCr) + Vector256.Create(Half)) >> Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Green(Vector256<int> cb, Vector256<int> cr) => ((cb * -GreenOfCb) - (cr * GreenOfCr) + Vector256.Create(Half)) >> Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Blue(Vector256<int> cb) => ((cb * BlueOfCb) + Vector256.Create(Half)) >> Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> First, Vector256<int> Second) Widened(Vector128<byte> bytes)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(bytes);
        return (Vector256.Create(Vector128.WidenLower(low), Vector128.WidenUpper(low)).AsInt32(), Vector256.Create(Vector128.WidenLower(high), Vector128.WidenUpper(high)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrowed(Vector256<int> first, Vector256<int> second)
    {
        Vector256<int> most = Vector256.Create((int)byte.MaxValue);
        first = Vector256.Min(Vector256.Max(first, Vector256<int>.Zero), most);
        second = Vector256.Min(Vector256.Max(second, Vector256<int>.Zero), most);
        Vector256<ushort> both = Vector256.Narrow(first, second).AsUInt16();
        return Vector128.Narrow(both.GetLower(), both.GetUpper());
    }
}
