using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The weights of <see cref="Avx2Minimal3x3"/>: the rows 2w0, w0 + w1 + w2, w0 - w1 + w2, 2w2, of rows and of columns.</summary>
internal static unsafe class Avx2MinimalWeights
{
    private const int Columns = DotPanel.Columns;

    /// <summary>Changes some channels of one panel.</summary>
    /// <param name="panel">Packed: [3][3 * channels / 4][16][4].</param>
    /// <param name="channels">Input channels, a multiple of 4.</param>
    /// <param name="first">The first of them to change.</param>
    /// <param name="count">The number to change, a multiple of 4.</param>
    /// <param name="target">Receives [16 points][count / 4][2][16][2], the even channels of four first.</param>
    /// <param name="point">Integers between points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Change(sbyte* panel, int channels, int first, int count, short* target, nint point)
    {
        nint tap = (nint)channels * Columns;
        sbyte* w = panel + ((nint)first * Columns);
        for (int channel = 0; channel < count; channel += 4)
        {
            Even(w, tap, target, point);
            Even(w + 32, tap, target + Columns, point);
            Odd(w, tap, target + (2 * Columns), point);
            Odd(w + 32, tap, target + (3 * Columns), point);
            w += 4 * Columns;
            target += 4 * Columns;
        }
    }

    /// <summary>The even two of four channels, of 8 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Even(sbyte* w, nint tap, short* target, nint point)
    {
        Row(LoadEven(w), LoadEven(w + tap), LoadEven(w + (2 * tap)), out Vector256<short> a0, out Vector256<short> a1, out Vector256<short> a2, out Vector256<short> a3);
        w += 3 * tap;
        Row(LoadEven(w), LoadEven(w + tap), LoadEven(w + (2 * tap)), out Vector256<short> b0, out Vector256<short> b1, out Vector256<short> b2, out Vector256<short> b3);
        w += 3 * tap;
        Row(LoadEven(w), LoadEven(w + tap), LoadEven(w + (2 * tap)), out Vector256<short> c0, out Vector256<short> c1, out Vector256<short> c2, out Vector256<short> c3);
        Column(a0, b0, c0, target, 4 * point);
        Column(a1, b1, c1, target + point, 4 * point);
        Column(a2, b2, c2, target + (2 * point), 4 * point);
        Column(a3, b3, c3, target + (3 * point), 4 * point);
    }

    /// <summary>The odd two of four channels, of 8 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Odd(sbyte* w, nint tap, short* target, nint point)
    {
        Row(LoadOdd(w), LoadOdd(w + tap), LoadOdd(w + (2 * tap)), out Vector256<short> a0, out Vector256<short> a1, out Vector256<short> a2, out Vector256<short> a3);
        w += 3 * tap;
        Row(LoadOdd(w), LoadOdd(w + tap), LoadOdd(w + (2 * tap)), out Vector256<short> b0, out Vector256<short> b1, out Vector256<short> b2, out Vector256<short> b3);
        w += 3 * tap;
        Row(LoadOdd(w), LoadOdd(w + tap), LoadOdd(w + (2 * tap)), out Vector256<short> c0, out Vector256<short> c1, out Vector256<short> c2, out Vector256<short> c3);
        Column(a0, b0, c0, target, 4 * point);
        Column(a1, b1, c1, target + point, 4 * point);
        Column(a2, b2, c2, target + (2 * point), 4 * point);
        Column(a3, b3, c3, target + (3 * point), 4 * point);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(
        Vector256<short> w0, Vector256<short> w1, Vector256<short> w2, out Vector256<short> v0, out Vector256<short> v1, out Vector256<short> v2, out Vector256<short> v3)
    {
        Vector256<short> ends = w0 + w2;
        v0 = w0 + w0;
        v1 = ends + w1;
        v2 = ends - w1;
        v3 = w2 + w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(Vector256<short> w0, Vector256<short> w1, Vector256<short> w2, short* target, nint step)
    {
        Vector256<short> ends = w0 + w2;
        (w0 + w0).Store(target);
        (ends + w1).Store(target + step);
        (ends - w1).Store(target + (2 * step));
        (w2 + w2).Store(target + (3 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> LoadEven(sbyte* w) => Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(Vector256.Load(w).AsInt16(), 8), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> LoadOdd(sbyte* w) => Avx2.ShiftRightArithmetic(Vector256.Load(w).AsInt16(), 8);
}
