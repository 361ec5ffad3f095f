using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Tiles of up to 6 rows and 16 columns with vpmaddwd on 256 bits. Rows are widened by <see cref="Avx2DotRows"/>, even values first; the first tile of a panel widens the weights
/// on its way and leaves them for the others. A pair of products is at most 2 * 255 * 128 and exact in 32 bits.
/// </summary>
internal static unsafe class Avx2DotTiles
{
    /// <summary>The rows of the tile that widens a panel.</summary>
    internal const int FirstRows = 4;

    /// <summary>The rows of the further tiles.</summary>
    internal const int Rows = 6;

    /// <summary>The integers that the weights of four values of K widen to.</summary>
    internal const int QuadWeights = 4 * DotPanel.Columns;

    private const int Columns = DotPanel.Columns;

    /// <summary>Computes the first tile of a panel, and widens the panel.</summary>
    /// <param name="x">Widened rows; as many as a tile has are read.</param>
    /// <param name="row">Integers between rows.</param>
    /// <param name="packed">[quad][16][4].</param>
    /// <param name="w">Receives [quad][2][16][2].</param>
    /// <param name="quads">Groups of four values of K, at least 1.</param>
    /// <param name="init">The starting values; may be <paramref name="sums"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="sums">The result, 4 rows of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(short* x, nint row, sbyte* packed, short* w, int quads, int* init, nint initStride, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        Vector256<int> c30 = Vector256.Load(init + (3 * initStride));
        Vector256<int> c31 = Vector256.Load(init + (3 * initStride) + 8);
        do
        {
            Vector256<short> b0 = Vector256.Load(packed).AsInt16();
            Vector256<short> b1 = Vector256.Load(packed + 32).AsInt16();
            Vector256<short> e0 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b0, 8), 8);
            Vector256<short> e1 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b1, 8), 8);
            Vector256<short> o0 = Avx2.ShiftRightArithmetic(b0, 8);
            Vector256<short> o1 = Avx2.ShiftRightArithmetic(b1, 8);
            e0.Store(w);
            e1.Store(w + 16);
            o0.Store(w + 32);
            o1.Store(w + 48);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> p2 = Vector256.Create(*(int*)(x + row2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(p2, e0);
            c21 += Avx2.MultiplyAddAdjacent(p2, e1);
            Vector256<short> p3 = Vector256.Create(*(int*)(x + row3)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(p3, e0);
            c31 += Avx2.MultiplyAddAdjacent(p3, e1);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            Vector256<short> q2 = Vector256.Create(*(int*)(x + row2 + 2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(q2, o0);
            c21 += Avx2.MultiplyAddAdjacent(q2, o1);
            Vector256<short> q3 = Vector256.Create(*(int*)(x + row3 + 2)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(q3, o0);
            c31 += Avx2.MultiplyAddAdjacent(q3, o1);
            x += 4;
            packed += 4 * Columns;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
        c20.Store(sums + (2 * Columns));
        c21.Store(sums + (2 * Columns) + 8);
        c30.Store(sums + (3 * Columns));
        c31.Store(sums + (3 * Columns) + 8);
    }

    /// <summary>Computes further rows with a panel that <see cref="Widen"/> has widened.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="x">Widened rows.</param>
    /// <param name="row">Integers between rows.</param>
    /// <param name="w">[quad][2][16][2].</param>
    /// <param name="quads">Groups of four values of K, at least 1.</param>
    /// <param name="init">The starting values; may be <paramref name="sums"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="sums">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        for (; rows >= Rows; rows -= Rows)
        {
            Rows6(x, row, w, quads, init, initStride, sums);
            x += Rows * row;
            init += Rows * initStride;
            sums += Rows * Columns;
        }

        switch (rows)
        {
            case 5:
                Rows5(x, row, w, quads, init, initStride, sums);
                break;
            case 4:
                Rows4(x, row, w, quads, init, initStride, sums);
                break;
            case 3:
                Rows3(x, row, w, quads, init, initStride, sums);
                break;
            case 2:
                Rows2(x, row, w, quads, init, initStride, sums);
                break;
            case 1:
                Rows1(x, w, quads, init, sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        short* x4 = x + (4 * row);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        Vector256<int> c30 = Vector256.Load(init + (3 * initStride));
        Vector256<int> c31 = Vector256.Load(init + (3 * initStride) + 8);
        Vector256<int> c40 = Vector256.Load(init + (4 * initStride));
        Vector256<int> c41 = Vector256.Load(init + (4 * initStride) + 8);
        Vector256<int> c50 = Vector256.Load(init + (5 * initStride));
        Vector256<int> c51 = Vector256.Load(init + (5 * initStride) + 8);
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> p2 = Vector256.Create(*(int*)(x + row2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(p2, e0);
            c21 += Avx2.MultiplyAddAdjacent(p2, e1);
            Vector256<short> p3 = Vector256.Create(*(int*)(x + row3)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(p3, e0);
            c31 += Avx2.MultiplyAddAdjacent(p3, e1);
            Vector256<short> p4 = Vector256.Create(*(int*)x4).AsInt16();
            c40 += Avx2.MultiplyAddAdjacent(p4, e0);
            c41 += Avx2.MultiplyAddAdjacent(p4, e1);
            Vector256<short> p5 = Vector256.Create(*(int*)(x4 + row)).AsInt16();
            c50 += Avx2.MultiplyAddAdjacent(p5, e0);
            c51 += Avx2.MultiplyAddAdjacent(p5, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            Vector256<short> q2 = Vector256.Create(*(int*)(x + row2 + 2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(q2, o0);
            c21 += Avx2.MultiplyAddAdjacent(q2, o1);
            Vector256<short> q3 = Vector256.Create(*(int*)(x + row3 + 2)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(q3, o0);
            c31 += Avx2.MultiplyAddAdjacent(q3, o1);
            Vector256<short> q4 = Vector256.Create(*(int*)(x4 + 2)).AsInt16();
            c40 += Avx2.MultiplyAddAdjacent(q4, o0);
            c41 += Avx2.MultiplyAddAdjacent(q4, o1);
            Vector256<short> q5 = Vector256.Create(*(int*)(x4 + row + 2)).AsInt16();
            c50 += Avx2.MultiplyAddAdjacent(q5, o0);
            c51 += Avx2.MultiplyAddAdjacent(q5, o1);
            x += 4;
            x4 += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
        c20.Store(sums + (2 * Columns));
        c21.Store(sums + (2 * Columns) + 8);
        c30.Store(sums + (3 * Columns));
        c31.Store(sums + (3 * Columns) + 8);
        c40.Store(sums + (4 * Columns));
        c41.Store(sums + (4 * Columns) + 8);
        c50.Store(sums + (5 * Columns));
        c51.Store(sums + (5 * Columns) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows5(short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        short* x4 = x + (4 * row);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        Vector256<int> c30 = Vector256.Load(init + (3 * initStride));
        Vector256<int> c31 = Vector256.Load(init + (3 * initStride) + 8);
        Vector256<int> c40 = Vector256.Load(init + (4 * initStride));
        Vector256<int> c41 = Vector256.Load(init + (4 * initStride) + 8);
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> p2 = Vector256.Create(*(int*)(x + row2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(p2, e0);
            c21 += Avx2.MultiplyAddAdjacent(p2, e1);
            Vector256<short> p3 = Vector256.Create(*(int*)(x + row3)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(p3, e0);
            c31 += Avx2.MultiplyAddAdjacent(p3, e1);
            Vector256<short> p4 = Vector256.Create(*(int*)x4).AsInt16();
            c40 += Avx2.MultiplyAddAdjacent(p4, e0);
            c41 += Avx2.MultiplyAddAdjacent(p4, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            Vector256<short> q2 = Vector256.Create(*(int*)(x + row2 + 2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(q2, o0);
            c21 += Avx2.MultiplyAddAdjacent(q2, o1);
            Vector256<short> q3 = Vector256.Create(*(int*)(x + row3 + 2)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(q3, o0);
            c31 += Avx2.MultiplyAddAdjacent(q3, o1);
            Vector256<short> q4 = Vector256.Create(*(int*)(x4 + 2)).AsInt16();
            c40 += Avx2.MultiplyAddAdjacent(q4, o0);
            c41 += Avx2.MultiplyAddAdjacent(q4, o1);
            x += 4;
            x4 += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
        c20.Store(sums + (2 * Columns));
        c21.Store(sums + (2 * Columns) + 8);
        c30.Store(sums + (3 * Columns));
        c31.Store(sums + (3 * Columns) + 8);
        c40.Store(sums + (4 * Columns));
        c41.Store(sums + (4 * Columns) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        Vector256<int> c30 = Vector256.Load(init + (3 * initStride));
        Vector256<int> c31 = Vector256.Load(init + (3 * initStride) + 8);
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> p2 = Vector256.Create(*(int*)(x + row2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(p2, e0);
            c21 += Avx2.MultiplyAddAdjacent(p2, e1);
            Vector256<short> p3 = Vector256.Create(*(int*)(x + row3)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(p3, e0);
            c31 += Avx2.MultiplyAddAdjacent(p3, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            Vector256<short> q2 = Vector256.Create(*(int*)(x + row2 + 2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(q2, o0);
            c21 += Avx2.MultiplyAddAdjacent(q2, o1);
            Vector256<short> q3 = Vector256.Create(*(int*)(x + row3 + 2)).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(q3, o0);
            c31 += Avx2.MultiplyAddAdjacent(q3, o1);
            x += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
        c20.Store(sums + (2 * Columns));
        c21.Store(sums + (2 * Columns) + 8);
        c30.Store(sums + (3 * Columns));
        c31.Store(sums + (3 * Columns) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3(short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        nint row2 = 2 * row;
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> p2 = Vector256.Create(*(int*)(x + row2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(p2, e0);
            c21 += Avx2.MultiplyAddAdjacent(p2, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            Vector256<short> q2 = Vector256.Create(*(int*)(x + row2 + 2)).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(q2, o0);
            c21 += Avx2.MultiplyAddAdjacent(q2, o1);
            x += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
        c20.Store(sums + (2 * Columns));
        c21.Store(sums + (2 * Columns) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(short* x, nint row, short* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> p1 = Vector256.Create(*(int*)(x + row)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(p1, e0);
            c11 += Avx2.MultiplyAddAdjacent(p1, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(q0, o0);
            c01 += Avx2.MultiplyAddAdjacent(q0, o1);
            Vector256<short> q1 = Vector256.Create(*(int*)(x + row + 2)).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(q1, o0);
            c11 += Avx2.MultiplyAddAdjacent(q1, o1);
            x += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + Columns);
        c11.Store(sums + Columns + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(short* x, short* w, int quads, int* init, int* sums)
    {
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> d00 = Vector256<int>.Zero;
        Vector256<int> d01 = Vector256<int>.Zero;
        do
        {
            Vector256<short> e0 = Vector256.Load(w);
            Vector256<short> e1 = Vector256.Load(w + 16);
            Vector256<short> p0 = Vector256.Create(*(int*)x).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(p0, e0);
            c01 += Avx2.MultiplyAddAdjacent(p0, e1);
            Vector256<short> o0 = Vector256.Load(w + 32);
            Vector256<short> o1 = Vector256.Load(w + 48);
            Vector256<short> q0 = Vector256.Create(*(int*)(x + 2)).AsInt16();
            d00 += Avx2.MultiplyAddAdjacent(q0, o0);
            d01 += Avx2.MultiplyAddAdjacent(q0, o1);
            x += 4;
            w += QuadWeights;
        }
        while (--quads != 0);

        (c00 + d00).Store(sums);
        (c01 + d01).Store(sums + 8);
    }
}
