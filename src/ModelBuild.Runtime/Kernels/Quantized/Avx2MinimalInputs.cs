using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The inputs of <see cref="Avx2Minimal3x3"/>: d0 - d2, d1 + d2, d2 - d1, d1 - d3, of rows and of columns, in the order of <see cref="Avx2DotRows.EvenFirst"/>.</summary>
internal static unsafe class Avx2MinimalInputs
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
        Vector256<byte> order = Avx2DotRows.EvenFirst;
        for (nint channel = 0; channel < channels; channel += 16)
        {
            // Down first: a column of four pixels is read once and leaves four values of which each row of points needs one.
            byte* d = x + channel;
            short* y = target + channel;
            Column(d, line, order, out Vector256<short> a0, out Vector256<short> a1, out Vector256<short> a2, out Vector256<short> a3);
            Column(d + (2 * channels), line, order, out Vector256<short> c0, out Vector256<short> c1, out Vector256<short> c2, out Vector256<short> c3);
            (a0 - c0).Store(y);
            (a1 - c1).Store(y + (4 * point));
            (a2 - c2).Store(y + (8 * point));
            (a3 - c3).Store(y + (12 * point));
            Column(d + channels, line, order, out Vector256<short> b0, out Vector256<short> b1, out Vector256<short> b2, out Vector256<short> b3);
            Middle(b0, c0, y + point, point);
            Middle(b1, c1, y + (5 * point), point);
            Middle(b2, c2, y + (9 * point), point);
            Middle(b3, c3, y + (13 * point), point);
            Column(d + (3 * channels), line, order, out Vector256<short> d0, out Vector256<short> d1, out Vector256<short> d2, out Vector256<short> d3);
            (b0 - d0).Store(y + (3 * point));
            (b1 - d1).Store(y + (7 * point));
            (b2 - d2).Store(y + (11 * point));
            (b3 - d3).Store(y + (15 * point));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(byte* x, nint line, Vector256<byte> order, out Vector256<short> v0, out Vector256<short> v1, out Vector256<short> v2, out Vector256<short> v3)
    {
        Vector256<short> d0 = Load(x, order);
        Vector256<short> d1 = Load(x + line, order);
        Vector256<short> d2 = Load(x + (2 * line), order);
        Vector256<short> d3 = Load(x + (3 * line), order);
        v0 = d0 - d2;
        v1 = d1 + d2;
        v2 = d2 - d1;
        v3 = d1 - d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Middle(Vector256<short> b, Vector256<short> c, short* y, nint point)
    {
        (b + c).Store(y);
        (c - b).Store(y + point);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Load(byte* x, Vector256<byte> order) => Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(x), order).AsInt16();
}
