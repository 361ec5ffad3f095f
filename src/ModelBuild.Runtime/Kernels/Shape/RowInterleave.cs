using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Two or three rows, such as the planes of a picture, whose columns become neighbours.</summary>
internal static unsafe class RowInterleave
{
    /// <summary>Whether bytes are interleaved too.</summary>
    internal static bool TakesBytes => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>
    /// Two or three rows, such as the planes of a picture, whose columns become neighbours: each is stored with four elements, and the next one overwrites what is too much.
    /// Returns the columns done; one at least is left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(float* x, nint xStride, float* y, int rows, int columns)
    {
        int c = 0;
        if (Avx512F.IsSupported && rows == InterleavedPlanes.Count)
        {
            c = InterleavedPlanes.Run(x, xStride, y, columns - 1);
            y += c * rows;
        }

        for (; c + 4 < columns; c += 4)
        {
            Vector128<float> r0 = Vector128.Load(x + c);
            Vector128<float> r1 = Vector128.Load(x + xStride + c);
            Vector128<float> r2 = Vector128.Load(x + ((rows - 1) * xStride) + c);
            Vector128<float> low = Unpack.Low(r0, r2);
            Vector128<float> high = Unpack.High(r0, r2);
            Vector128<float> lowOthers = Unpack.Low(r1, r2);
            Vector128<float> highOthers = Unpack.High(r1, r2);
            Unpack.Low(low, lowOthers).Store(y);
            Unpack.High(low, lowOthers).Store(y + rows);
            Unpack.Low(high, highOthers).Store(y + (2 * rows));
            Unpack.High(high, highOthers).Store(y + (3 * rows));
            y += 4 * rows;
        }

        return c;
    }

    /// <summary>
    /// Three rows of bytes, the planes of a picture, whose columns become neighbours: four columns are stored with 16 bytes, and the next four overwrite what is too much.
    /// Returns the columns done; two at least are left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(byte* x, nint xStride, byte* y, int columns)
    {
        // Of four bytes the last is dropped.
        Vector128<byte> threes = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
        int c = 0;
        if (Avx512Vbmi.IsSupported)
        {
            c = InterleavedPlanes.Run(x, xStride, y, columns - 2);
            y += 3 * c;
        }

        for (; c + 18 <= columns; c += 16)
        {
            Vector128<byte> r0 = Vector128.Load(x + c);
            Vector128<byte> r1 = Vector128.Load(x + xStride + c);
            Vector128<byte> r2 = Vector128.Load(x + (2 * xStride) + c);
            (Vector128<ushort> low, Vector128<ushort> high) = (ZipLow(r0, r1).AsUInt16(), ZipHigh(r0, r1).AsUInt16());
            (Vector128<ushort> lowOthers, Vector128<ushort> highOthers) = (ZipLow(r2, r2).AsUInt16(), ZipHigh(r2, r2).AsUInt16());
            Vector128.Shuffle(ZipLow(low, lowOthers).AsByte(), threes).Store(y);
            Vector128.Shuffle(ZipHigh(low, lowOthers).AsByte(), threes).Store(y + 12);
            Vector128.Shuffle(ZipLow(high, highOthers).AsByte(), threes).Store(y + 24);
            Vector128.Shuffle(ZipHigh(high, highOthers).AsByte(), threes).Store(y + 36);
            y += 48;
        }

        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipLow(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipHigh(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipLow(Vector128<ushort> a, Vector128<ushort> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipHigh(Vector128<ushort> a, Vector128<ushort> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
