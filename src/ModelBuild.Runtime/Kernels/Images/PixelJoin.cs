using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Pixels of three bytes from three rows of samples.</summary>
internal static class PixelJoin
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Channels = 3;

    /// <summary>Writes the pixels of a row.</summary>
    /// <param name="first">The first byte of each pixel.</param>
    /// <param name="second">Its second one.</param>
    /// <param name="third">Its third one.</param>
    /// <param name="pixels">Receives 3 bytes for each pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, Span<byte> pixels)
    {
        int count = pixels.Length / Channels;
        ref byte a = ref MemoryMarshal.GetReference(first[..count]);
        ref byte b = ref MemoryMarshal.GetReference(second[..count]);
        ref byte c = ref MemoryMarshal.GetReference(third[..count]);
        ref byte to = ref MemoryMarshal.GetReference(pixels);
        int i = 0;
        for (; Vector128.IsHardwareAccelerated && i <= count - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            Store(Vector128.LoadUnsafe(ref a, (nuint)i), Vector128.LoadUnsafe(ref b, (nuint)i), Vector128.LoadUnsafe(ref c, (nuint)i), ref Unsafe.Add(ref to, Channels * i));
        }

        for (; i < count; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (first[i], second[i], third[i]);
        }
    }

    /// <summary>Writes pixels whose bytes are in the opposite order.</summary>
    /// <param name="pixels">3 bytes for each pixel.</param>
    /// <param name="reversed">Receives as many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reverse(ReadOnlySpan<byte> pixels, Span<byte> reversed)
    {
        ref byte from = ref MemoryMarshal.GetReference(pixels);
        ref byte to = ref MemoryMarshal.GetReference(reversed[..pixels.Length]);
        int i = 0;

        // Five pixels; the byte behind them is written again by the next ones.
        for (; Vector128.IsHardwareAccelerated && i <= pixels.Length - Vector128<byte>.Count; i += 5 * Channels)
        {
            Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)i), Vector128.Create((byte)2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 15)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < pixels.Length; i += Channels)
        {
            (reversed[i], reversed[i + 1], reversed[i + 2]) = (pixels[i + 2], pixels[i + 1], pixels[i]);
        }
    }

    /// <summary>Writes 16 pixels.</summary>
    /// <param name="first">Their first bytes.</param>
    /// <param name="second">Their second ones.</param>
    /// <param name="third">Their third ones.</param>
    /// <param name="to">Receives 48 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, ref byte to)
    {
        // A place beyond the 16 takes a 0.
        const byte None = 0xFF;
        Vector128<byte> one = Vector128.Shuffle(first, Vector128.Create((byte)0, None, None, 1, None, None, 2, None, None, 3, None, None, 4, None, None, 5))
            | Vector128.Shuffle(second, Vector128.Create(None, 0, None, None, 1, None, None, 2, None, None, 3, None, None, 4, None, None))
            | Vector128.Shuffle(third, Vector128.Create(None, None, 0, None, None, 1, None, None, 2, None, None, 3, None, None, 4, None));
        Vector128<byte> two = Vector128.Shuffle(first, Vector128.Create(None, None, 6, None, None, 7, None, None, 8, None, None, 9, None, None, 10, None))
            | Vector128.Shuffle(second, Vector128.Create((byte)5, None, None, 6, None, None, 7, None, None, 8, None, None, 9, None, None, 10))
            | Vector128.Shuffle(third, Vector128.Create(None, 5, None, None, 6, None, None, 7, None, None, 8, None, None, 9, None, None));
        Vector128<byte> three = Vector128.Shuffle(first, Vector128.Create(None, 11, None, None, 12, None, None, 13, None, None, 14, None, None, 15, None, None))
            | Vector128.Shuffle(second, Vector128.Create(None, None, 11, None, None, 12, None, None, 13, None, None, 14, None, None, 15, None))
            | Vector128.Shuffle(third, Vector128.Create((byte)10, None, None, 11, None, None, 12, None, None, 13, None, None, 14, None, None, 15));
        one.StoreUnsafe(ref to);
        two.StoreUnsafe(ref to, 16);
        three.StoreUnsafe(ref to, 32);
    }
}
