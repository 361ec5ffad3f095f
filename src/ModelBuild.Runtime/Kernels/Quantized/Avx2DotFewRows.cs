using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// One to three rows and 16 columns with vpmaddwd on 256 bits, for products that read each weight once: weights are widened where they are loaded, so that a column's
/// sum lies in two neighbours until the end. Rows are widened by <see cref="Avx2DotRows"/>, in the order of memory.
/// </summary>
internal static unsafe class Avx2DotFewRows
{
    /// <summary>The most rows.</summary>
    internal const int MaxRows = 3;

    private const int Columns = DotPanel.Columns;

    /// <summary>Computes <c>sums[r][c] = init[r * initStride + c] + sum(x[r] * w[c])</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="x">Widened rows.</param>
    /// <param name="row">Integers between rows.</param>
    /// <param name="w">[quad][16][4].</param>
    /// <param name="quads">Groups of four values of K, at least 1.</param>
    /// <param name="init">The starting values; may be <paramref name="sums"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="sums">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, short* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        switch (rows)
        {
            case 1:
                Rows1(x, w, quads, init, sums);
                break;
            case 2:
                Rows2(x, row, w, quads, init, initStride, sums);
                break;
            default:
                Rows3(x, row, w, quads, init, initStride, sums);
                break;
        }
    }

    /// <summary>Adds neighbours, and the starting values of 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> lower, Vector256<int> upper, int* init, int* sums) =>
        (Avx2.Permute4x64(Avx2.HorizontalAdd(lower, upper).AsInt64(), 0b11_01_10_00).AsInt32() + Vector256.Load(init)).Store(sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(short* x, sbyte* w, int quads, int* init, int* sums)
    {
        Vector256<int> c00 = Vector256<int>.Zero;
        Vector256<int> c01 = Vector256<int>.Zero;
        Vector256<int> c02 = Vector256<int>.Zero;
        Vector256<int> c03 = Vector256<int>.Zero;
        Vector256<int> d00 = Vector256<int>.Zero;
        Vector256<int> d01 = Vector256<int>.Zero;
        Vector256<int> d02 = Vector256<int>.Zero;
        Vector256<int> d03 = Vector256<int>.Zero;
        for (; quads >= 2; quads -= 2)
        {
            Vector256<short> a0 = Vector256.Create(*(long*)x).AsInt16();
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(w);
            c00 += Avx2.MultiplyAddAdjacent(a0, b0);
            Vector256<short> b1 = Avx2.ConvertToVector256Int16(w + 16);
            c01 += Avx2.MultiplyAddAdjacent(a0, b1);
            Vector256<short> b2 = Avx2.ConvertToVector256Int16(w + 32);
            c02 += Avx2.MultiplyAddAdjacent(a0, b2);
            Vector256<short> b3 = Avx2.ConvertToVector256Int16(w + 48);
            c03 += Avx2.MultiplyAddAdjacent(a0, b3);
            Vector256<short> na0 = Vector256.Create(*(long*)(x + 4)).AsInt16();
            Vector256<short> nb0 = Avx2.ConvertToVector256Int16(w + 64);
            d00 += Avx2.MultiplyAddAdjacent(na0, nb0);
            Vector256<short> nb1 = Avx2.ConvertToVector256Int16(w + 80);
            d01 += Avx2.MultiplyAddAdjacent(na0, nb1);
            Vector256<short> nb2 = Avx2.ConvertToVector256Int16(w + 96);
            d02 += Avx2.MultiplyAddAdjacent(na0, nb2);
            Vector256<short> nb3 = Avx2.ConvertToVector256Int16(w + 112);
            d03 += Avx2.MultiplyAddAdjacent(na0, nb3);
            x += 8;
            w += 8 * Columns;
        }

        if (quads != 0)
        {
            Vector256<short> a0 = Vector256.Create(*(long*)x).AsInt16();
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(w);
            c00 += Avx2.MultiplyAddAdjacent(a0, b0);
            Vector256<short> b1 = Avx2.ConvertToVector256Int16(w + 16);
            c01 += Avx2.MultiplyAddAdjacent(a0, b1);
            Vector256<short> b2 = Avx2.ConvertToVector256Int16(w + 32);
            c02 += Avx2.MultiplyAddAdjacent(a0, b2);
            Vector256<short> b3 = Avx2.ConvertToVector256Int16(w + 48);
            c03 += Avx2.MultiplyAddAdjacent(a0, b3);
        }

        c00 += d00;
        c01 += d01;
        c02 += d02;
        c03 += d03;
        Store(c00, c01, init, sums);
        Store(c02, c03, init + 8, sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(short* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<int> c00 = Vector256<int>.Zero;
        Vector256<int> c01 = Vector256<int>.Zero;
        Vector256<int> c02 = Vector256<int>.Zero;
        Vector256<int> c03 = Vector256<int>.Zero;
        Vector256<int> c10 = Vector256<int>.Zero;
        Vector256<int> c11 = Vector256<int>.Zero;
        Vector256<int> c12 = Vector256<int>.Zero;
        Vector256<int> c13 = Vector256<int>.Zero;
        do
        {
            Vector256<short> a0 = Vector256.Create(*(long*)x).AsInt16();
            Vector256<short> a1 = Vector256.Create(*(long*)(x + row)).AsInt16();
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(w);
            c00 += Avx2.MultiplyAddAdjacent(a0, b0);
            c10 += Avx2.MultiplyAddAdjacent(a1, b0);
            Vector256<short> b1 = Avx2.ConvertToVector256Int16(w + 16);
            c01 += Avx2.MultiplyAddAdjacent(a0, b1);
            c11 += Avx2.MultiplyAddAdjacent(a1, b1);
            Vector256<short> b2 = Avx2.ConvertToVector256Int16(w + 32);
            c02 += Avx2.MultiplyAddAdjacent(a0, b2);
            c12 += Avx2.MultiplyAddAdjacent(a1, b2);
            Vector256<short> b3 = Avx2.ConvertToVector256Int16(w + 48);
            c03 += Avx2.MultiplyAddAdjacent(a0, b3);
            c13 += Avx2.MultiplyAddAdjacent(a1, b3);
            x += 4;
            w += 4 * Columns;
        }
        while (--quads != 0);

        Store(c00, c01, init, sums);
        Store(c02, c03, init + 8, sums + 8);
        Store(c10, c11, init + initStride, sums + Columns);
        Store(c12, c13, init + initStride + 8, sums + Columns + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3(short* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<int> c00 = Vector256<int>.Zero;
        Vector256<int> c01 = Vector256<int>.Zero;
        Vector256<int> c02 = Vector256<int>.Zero;
        Vector256<int> c03 = Vector256<int>.Zero;
        Vector256<int> c10 = Vector256<int>.Zero;
        Vector256<int> c11 = Vector256<int>.Zero;
        Vector256<int> c12 = Vector256<int>.Zero;
        Vector256<int> c13 = Vector256<int>.Zero;
        Vector256<int> c20 = Vector256<int>.Zero;
        Vector256<int> c21 = Vector256<int>.Zero;
        Vector256<int> c22 = Vector256<int>.Zero;
        Vector256<int> c23 = Vector256<int>.Zero;
        do
        {
            Vector256<short> a0 = Vector256.Create(*(long*)x).AsInt16();
            Vector256<short> a1 = Vector256.Create(*(long*)(x + row)).AsInt16();
            Vector256<short> a2 = Vector256.Create(*(long*)(x + (2 * row))).AsInt16();
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(w);
            c00 += Avx2.MultiplyAddAdjacent(a0, b0);
            c10 += Avx2.MultiplyAddAdjacent(a1, b0);
            c20 += Avx2.MultiplyAddAdjacent(a2, b0);
            Vector256<short> b1 = Avx2.ConvertToVector256Int16(w + 16);
            c01 += Avx2.MultiplyAddAdjacent(a0, b1);
            c11 += Avx2.MultiplyAddAdjacent(a1, b1);
            c21 += Avx2.MultiplyAddAdjacent(a2, b1);
            Vector256<short> b2 = Avx2.ConvertToVector256Int16(w + 32);
            c02 += Avx2.MultiplyAddAdjacent(a0, b2);
            c12 += Avx2.MultiplyAddAdjacent(a1, b2);
            c22 += Avx2.MultiplyAddAdjacent(a2, b2);
            Vector256<short> b3 = Avx2.ConvertToVector256Int16(w + 48);
            c03 += Avx2.MultiplyAddAdjacent(a0, b3);
            c13 += Avx2.MultiplyAddAdjacent(a1, b3);
            c23 += Avx2.MultiplyAddAdjacent(a2, b3);
            x += 4;
            w += 4 * Columns;
        }
        while (--quads != 0);

        Store(c00, c01, init, sums);
        Store(c02, c03, init + 8, sums + 8);
        Store(c10, c11, init + initStride, sums + Columns);
        Store(c12, c13, init + initStride + 8, sums + Columns + 8);
        Store(c20, c21, init + (2 * initStride), sums + (2 * Columns));
        Store(c22, c23, init + (2 * initStride) + 8, sums + (2 * Columns) + 8);
    }
}
