using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The weights of <see cref="Avx512Minimal3x3"/>: the rows 2w0, w0 + w1 + w2, w0 - w1 + w2, 2w2, of rows and of columns.</summary>
internal static unsafe class Avx512MinimalWeights
{
    private const int Columns = DotPanel.Columns;

    /// <summary>Changes one panel.</summary>
    /// <param name="panel">Packed: [3][3 * channels / 4][16][4].</param>
    /// <param name="channels">Input channels, a multiple of 4.</param>
    /// <param name="target">Receives [16 points][channels / 2][16][2].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Change(sbyte* panel, int channels, short* target)
    {
        nint tap = (nint)channels * Columns;
        nint point = (nint)channels * Columns;
        for (int channel = 0; channel < channels; channel += 4)
        {
            Two(panel, tap, 0, target, point);
            Two(panel, tap, 16, target + (2 * Columns), point);
            panel += 4 * Columns;
            target += 4 * Columns;
        }
    }

    /// <summary>Two of four channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(sbyte* w, nint tap, byte shift, short* target, nint point)
    {
        Row(w, tap, shift, out Vector512<short> a0, out Vector512<short> a1, out Vector512<short> a2, out Vector512<short> a3);
        Row(w + (3 * tap), tap, shift, out Vector512<short> b0, out Vector512<short> b1, out Vector512<short> b2, out Vector512<short> b3);
        Row(w + (6 * tap), tap, shift, out Vector512<short> c0, out Vector512<short> c1, out Vector512<short> c2, out Vector512<short> c3);
        Column(a0, b0, c0, target, 4 * point);
        Column(a1, b1, c1, target + point, 4 * point);
        Column(a2, b2, c2, target + (2 * point), 4 * point);
        Column(a3, b3, c3, target + (3 * point), 4 * point);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(sbyte* w, nint tap, byte shift, out Vector512<short> v0, out Vector512<short> v1, out Vector512<short> v2, out Vector512<short> v3)
    {
        Vector512<short> w0 = Load(w, shift);
        Vector512<short> w1 = Load(w + tap, shift);
        Vector512<short> w2 = Load(w + (2 * tap), shift);
        Vector512<short> ends = w0 + w2;
        v0 = w0 + w0;
        v1 = ends + w1;
        v2 = ends - w1;
        v3 = w2 + w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(Vector512<short> w0, Vector512<short> w1, Vector512<short> w2, short* target, nint step)
    {
        Vector512<short> ends = w0 + w2;
        (w0 + w0).Store(target);
        (ends + w1).Store(target + step);
        (ends - w1).Store(target + (2 * step));
        (w2 + w2).Store(target + (3 * step));
    }

    /// <summary>Two of the four weights of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Load(sbyte* w, byte shift) =>
        Avx512BW.ConvertToVector512Int16(Avx512F.ConvertToVector256Int16(Vector512.Load((int*)w) >> shift).AsSByte());
}
