using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Tiles of up to 4 rows and 16 columns with vpmaddubsw on 256 bits. Rows are split by <see cref="Avx2DotSplit"/>: no pair of products saturates.</summary>
internal static unsafe class Avx2DotBytes
{
    /// <summary>The rows of a tile.</summary>
    internal const int Rows = 4;

    private const int Columns = DotPanel.Columns;

    /// <summary>Computes <c>sums[r][c] = init[r * initStride + c] + sum(x[r] * w[c])</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="x">Split rows.</param>
    /// <param name="row">Bytes between rows.</param>
    /// <param name="w">[quad][16][4].</param>
    /// <param name="quads">Groups of four values of K, at least 1.</param>
    /// <param name="init">The starting values; may be <paramref name="sums"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="sums">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, byte* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        int tiles = rows / Rows;
        if (tiles != 0)
        {
            Rows4(tiles, x, row, w, quads, init, initStride, sums);
            nint done = (nint)tiles * Rows;
            x += done * row;
            init += done * initStride;
            sums += done * Columns;
        }

        switch (rows % Rows)
        {
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

    /// <summary>Adds the products of the rests with two panels.</summary>
    /// <param name="split">The rests.</param>
    /// <param name="w">[quad][16][4].</param>
    /// <param name="panel">Bytes between panels.</param>
    /// <param name="sums">Rows of 16.</param>
    /// <param name="panelSums">Integers between the sums of the panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Rests(Avx2DotSplit* split, sbyte* w, nint panel, int* sums, nint panelSums)
    {
        uint* values = split->Values;
        int* signs = split->Signs;
        int* weights = split->Weights;
        int rest = 0;
        for (int i = 0; i < split->Rows; i++)
        {
            int* c = sums + ((nint)split->Row[i] * Columns);
            int end = split->End[i];
            Vector256<int> c0 = Vector256.Load(c);
            Vector256<int> c1 = Vector256.Load(c + 8);
            Vector256<int> c2 = Vector256.Load(c + panelSums);
            Vector256<int> c3 = Vector256.Load(c + panelSums + 8);
            do
            {
                sbyte* b = w + weights[rest];
                Vector256<byte> a = Vector256.Create(values[rest]).AsByte();
                Vector256<short> sign = Vector256.Create(signs[rest]).AsInt16();
                c0 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b)), sign);
                c1 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b + 32)), sign);
                c2 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b + panel)), sign);
                c3 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b + panel + 32)), sign);
            }
            while (++rest < end);

            c0.Store(c);
            c1.Store(c + 8);
            c2.Store(c + panelSums);
            c3.Store(c + panelSums + 8);
        }
    }

    /// <summary>Adds the products of the rests with one panel.</summary>
    /// <param name="split">The rests.</param>
    /// <param name="w">[quad][16][4].</param>
    /// <param name="sums">Rows of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Rests(Avx2DotSplit* split, sbyte* w, int* sums)
    {
        uint* values = split->Values;
        int* signs = split->Signs;
        int* weights = split->Weights;
        int rest = 0;
        for (int i = 0; i < split->Rows; i++)
        {
            int* c = sums + ((nint)split->Row[i] * Columns);
            int end = split->End[i];
            Vector256<int> c0 = Vector256.Load(c);
            Vector256<int> c1 = Vector256.Load(c + 8);
            do
            {
                sbyte* b = w + weights[rest];
                Vector256<byte> a = Vector256.Create(values[rest]).AsByte();
                Vector256<short> sign = Vector256.Create(signs[rest]).AsInt16();
                c0 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b)), sign);
                c1 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(b + 32)), sign);
            }
            while (++rest < end);

            c0.Store(c);
            c1.Store(c + 8);
        }
    }

    /// <summary>Computes <c>sums[r][c] = init[r * initStride + c] + value * sum(w[c])</c>, for values of up to 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Constant(byte value, sbyte* w, int quads, int rows, int* init, nint initStride, int* sums)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<byte> a = Vector256.Create(value);
        Vector256<int> c0 = Vector256<int>.Zero;
        Vector256<int> c1 = Vector256<int>.Zero;
        do
        {
            c0 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(w)), ones);
            c1 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, Vector256.Load(w + 32)), ones);
            w += 4 * Columns;
        }
        while (--quads != 0);

        do
        {
            (c0 + Vector256.Load(init)).Store(sums);
            (c1 + Vector256.Load(init + 8)).Store(sums + 8);
            init += initStride;
            sums += Columns;
        }
        while (--rows != 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(int tiles, byte* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        do
        {
            byte* a = x;
            sbyte* b = w;
            int rest = quads;
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
                Vector256<sbyte> v0 = Vector256.Load(b);
                Vector256<sbyte> v1 = Vector256.Load(b + 32);
                Vector256<byte> u0 = Vector256.Create(*(int*)a).AsByte();
                c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u0, v0), ones);
                c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u0, v1), ones);
                Vector256<byte> u1 = Vector256.Create(*(int*)(a + row)).AsByte();
                c10 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u1, v0), ones);
                c11 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u1, v1), ones);
                Vector256<byte> u2 = Vector256.Create(*(int*)(a + row2)).AsByte();
                c20 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u2, v0), ones);
                c21 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u2, v1), ones);
                Vector256<byte> u3 = Vector256.Create(*(int*)(a + row3)).AsByte();
                c30 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u3, v0), ones);
                c31 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(u3, v1), ones);
                a += 4;
                b += 4 * Columns;
            }
            while (--rest != 0);

            c00.Store(sums);
            c01.Store(sums + 8);
            c10.Store(sums + Columns);
            c11.Store(sums + Columns + 8);
            c20.Store(sums + (2 * Columns));
            c21.Store(sums + (2 * Columns) + 8);
            c30.Store(sums + (3 * Columns));
            c31.Store(sums + (3 * Columns) + 8);
            x += 4 * row;
            init += 4 * initStride;
            sums += 4 * Columns;
        }
        while (--tiles != 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3(byte* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        nint row2 = 2 * row;
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        do
        {
            Vector256<sbyte> b0 = Vector256.Load(w);
            Vector256<sbyte> b1 = Vector256.Load(w + 32);
            Vector256<byte> a0 = Vector256.Create(*(int*)x).AsByte();
            c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b0), ones);
            c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b1), ones);
            Vector256<byte> a1 = Vector256.Create(*(int*)(x + row)).AsByte();
            c10 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b0), ones);
            c11 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b1), ones);
            Vector256<byte> a2 = Vector256.Create(*(int*)(x + row2)).AsByte();
            c20 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a2, b0), ones);
            c21 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a2, b1), ones);
            x += 4;
            w += 4 * Columns;
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
    private static void Rows2(byte* x, nint row, sbyte* w, int quads, int* init, nint initStride, int* sums)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> d00 = Vector256<int>.Zero;
        Vector256<int> d01 = Vector256<int>.Zero;
        Vector256<int> d10 = Vector256<int>.Zero;
        Vector256<int> d11 = Vector256<int>.Zero;
        for (; quads >= 2; quads -= 2)
        {
            Vector256<sbyte> b0 = Vector256.Load(w);
            Vector256<sbyte> b1 = Vector256.Load(w + 32);
            Vector256<byte> a0 = Vector256.Create(*(int*)x).AsByte();
            c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b0), ones);
            c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b1), ones);
            Vector256<byte> a1 = Vector256.Create(*(int*)(x + row)).AsByte();
            c10 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b0), ones);
            c11 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b1), ones);
            Vector256<sbyte> nb0 = Vector256.Load(w + 64);
            Vector256<sbyte> nb1 = Vector256.Load(w + 96);
            Vector256<byte> na0 = Vector256.Create(*(int*)(x + 4)).AsByte();
            d00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na0, nb0), ones);
            d01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na0, nb1), ones);
            Vector256<byte> na1 = Vector256.Create(*(int*)(x + row + 4)).AsByte();
            d10 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na1, nb0), ones);
            d11 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na1, nb1), ones);
            x += 8;
            w += 8 * Columns;
        }

        if (quads != 0)
        {
            Vector256<sbyte> b0 = Vector256.Load(w);
            Vector256<sbyte> b1 = Vector256.Load(w + 32);
            Vector256<byte> a0 = Vector256.Create(*(int*)x).AsByte();
            c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b0), ones);
            c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b1), ones);
            Vector256<byte> a1 = Vector256.Create(*(int*)(x + row)).AsByte();
            c10 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b0), ones);
            c11 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a1, b1), ones);
        }

        (c00 + d00).Store(sums);
        (c01 + d01).Store(sums + 8);
        (c10 + d10).Store(sums + Columns);
        (c11 + d11).Store(sums + Columns + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte* x, sbyte* w, int quads, int* init, int* sums)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> d00 = Vector256<int>.Zero;
        Vector256<int> d01 = Vector256<int>.Zero;
        for (; quads >= 2; quads -= 2)
        {
            Vector256<sbyte> b0 = Vector256.Load(w);
            Vector256<sbyte> b1 = Vector256.Load(w + 32);
            Vector256<byte> a0 = Vector256.Create(*(int*)x).AsByte();
            c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b0), ones);
            c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b1), ones);
            Vector256<sbyte> nb0 = Vector256.Load(w + 64);
            Vector256<sbyte> nb1 = Vector256.Load(w + 96);
            Vector256<byte> na0 = Vector256.Create(*(int*)(x + 4)).AsByte();
            d00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na0, nb0), ones);
            d01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(na0, nb1), ones);
            x += 8;
            w += 8 * Columns;
        }

        if (quads != 0)
        {
            Vector256<sbyte> b0 = Vector256.Load(w);
            Vector256<sbyte> b1 = Vector256.Load(w + 32);
            Vector256<byte> a0 = Vector256.Create(*(int*)x).AsByte();
            c00 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b0), ones);
            c01 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a0, b1), ones);
        }

        (c00 + d00).Store(sums);
        (c01 + d01).Store(sums + 8);
    }
}
