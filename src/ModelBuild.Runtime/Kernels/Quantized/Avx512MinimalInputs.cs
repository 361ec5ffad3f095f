using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The inputs of <see cref="Avx512Minimal3x3"/>: d0 - d2, d1 + d2, d2 - d1, d1 - d3, of rows and of columns.</summary>
internal static unsafe class Avx512MinimalInputs
{
    /// <summary>Changes one tile of 4 x 4.</summary>
    /// <param name="x">The first pixel.</param>
    /// <param name="line">Bytes between lines.</param>
    /// <param name="channels">Bytes between pixels, a multiple of 16.</param>
    /// <param name="target">Receives the channels of the first point.</param>
    /// <param name="point">Integers between points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Change(byte* x, nint line, nint channels, short* target, nint point)
    {
        nint channel = 0;
        for (; channel + 32 <= channels; channel += 32)
        {
            byte* d = x + channel;
            Row(d, channels, out Vector512<short> a0, out Vector512<short> a1, out Vector512<short> a2, out Vector512<short> a3);
            Row(d + line, channels, out Vector512<short> b0, out Vector512<short> b1, out Vector512<short> b2, out Vector512<short> b3);
            Row(d + (2 * line), channels, out Vector512<short> c0, out Vector512<short> c1, out Vector512<short> c2, out Vector512<short> c3);
            Row(d + (3 * line), channels, out Vector512<short> d0, out Vector512<short> d1, out Vector512<short> d2, out Vector512<short> d3);
            short* y = target + channel;
            Column(a0, b0, c0, d0, y, 4 * point);
            Column(a1, b1, c1, d1, y + point, 4 * point);
            Column(a2, b2, c2, d2, y + (2 * point), 4 * point);
            Column(a3, b3, c3, d3, y + (3 * point), 4 * point);
        }

        if (channel < channels)
        {
            byte* d = x + channel;
            Row(d, channels, out Vector256<short> a0, out Vector256<short> a1, out Vector256<short> a2, out Vector256<short> a3);
            Row(d + line, channels, out Vector256<short> b0, out Vector256<short> b1, out Vector256<short> b2, out Vector256<short> b3);
            Row(d + (2 * line), channels, out Vector256<short> c0, out Vector256<short> c1, out Vector256<short> c2, out Vector256<short> c3);
            Row(d + (3 * line), channels, out Vector256<short> d0, out Vector256<short> d1, out Vector256<short> d2, out Vector256<short> d3);
            short* y = target + channel;
            Column(a0, b0, c0, d0, y, 4 * point);
            Column(a1, b1, c1, d1, y + point, 4 * point);
            Column(a2, b2, c2, d2, y + (2 * point), 4 * point);
            Column(a3, b3, c3, d3, y + (3 * point), 4 * point);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(byte* x, nint step, out Vector512<short> v0, out Vector512<short> v1, out Vector512<short> v2, out Vector512<short> v3)
    {
        Vector512<short> d0 = Avx512BW.ConvertToVector512Int16(Vector256.Load(x));
        Vector512<short> d1 = Avx512BW.ConvertToVector512Int16(Vector256.Load(x + step));
        Vector512<short> d2 = Avx512BW.ConvertToVector512Int16(Vector256.Load(x + (2 * step)));
        Vector512<short> d3 = Avx512BW.ConvertToVector512Int16(Vector256.Load(x + (3 * step)));
        v0 = d0 - d2;
        v1 = d1 + d2;
        v2 = d2 - d1;
        v3 = d1 - d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(byte* x, nint step, out Vector256<short> v0, out Vector256<short> v1, out Vector256<short> v2, out Vector256<short> v3)
    {
        Vector256<short> d0 = Avx2.ConvertToVector256Int16(Vector128.Load(x));
        Vector256<short> d1 = Avx2.ConvertToVector256Int16(Vector128.Load(x + step));
        Vector256<short> d2 = Avx2.ConvertToVector256Int16(Vector128.Load(x + (2 * step)));
        Vector256<short> d3 = Avx2.ConvertToVector256Int16(Vector128.Load(x + (3 * step)));
        v0 = d0 - d2;
        v1 = d1 + d2;
        v2 = d2 - d1;
        v3 = d1 - d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(Vector512<short> d0, Vector512<short> d1, Vector512<short> d2, Vector512<short> d3, short* y, nint step)
    {
        (d0 - d2).Store(y);
        (d1 + d2).Store(y + step);
        (d2 - d1).Store(y + (2 * step));
        (d1 - d3).Store(y + (3 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(Vector256<short> d0, Vector256<short> d1, Vector256<short> d2, Vector256<short> d3, short* y, nint step)
    {
        (d0 - d2).Store(y);
        (d1 + d2).Store(y + step);
        (d2 - d1).Store(y + (2 * step));
        (d1 - d3).Store(y + (3 * step));
    }
}
