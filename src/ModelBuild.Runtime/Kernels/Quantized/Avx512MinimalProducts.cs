using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The products of <see cref="Avx512Minimal3x3"/>: for each point those of a matrix of tiles and one of 16 output channels.</summary>
internal static unsafe class Avx512MinimalProducts
{
    /// <summary>Integers between the points of the result.</summary>
    internal const int Point = (Avx512Minimal3x3.BlockTiles * DotPanel.Columns) + (Avx512Minimal3x3.Apart / sizeof(int));

    /// <summary>Bytes of the result.</summary>
    internal const int Bytes = Avx512Minimal3x3.Points * Point * sizeof(int);

    /// <summary>Computes <c>sums[point][tile][column]</c>; tiles are rounded up to 4.</summary>
    /// <param name="x">[point][tile][channels].</param>
    /// <param name="xPoint">Integers between points.</param>
    /// <param name="w">[point][channels / 2][16][2].</param>
    /// <param name="channels">Input channels, even.</param>
    /// <param name="tiles">The number of tiles, at most <see cref="Avx512Minimal3x3.BlockTiles"/>.</param>
    /// <param name="sums">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(short* x, nint xPoint, short* w, int channels, int tiles, int* sums)
    {
        for (int point = 0; point < Avx512Minimal3x3.Points; point++, x += xPoint, w += channels * DotPanel.Columns, sums += Point)
        {
            if (tiles > Avx512Minimal3x3.BlockTiles - 4)
            {
                Rows16(x, channels, w, channels / 2, sums);
                continue;
            }

            for (int tile = 0; tile < tiles; tile += 4)
            {
                Rows4(x + (tile * channels), channels, w, channels / 2, sums + (tile * DotPanel.Columns));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows16(short* x, nint row, short* w, int steps, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        short* x4 = x + (4 * row);
        short* x8 = x + (8 * row);
        short* x12 = x + (12 * row);
        Vector512<int> c0 = Vector512<int>.Zero;
        Vector512<int> c1 = Vector512<int>.Zero;
        Vector512<int> c2 = Vector512<int>.Zero;
        Vector512<int> c3 = Vector512<int>.Zero;
        Vector512<int> c4 = Vector512<int>.Zero;
        Vector512<int> c5 = Vector512<int>.Zero;
        Vector512<int> c6 = Vector512<int>.Zero;
        Vector512<int> c7 = Vector512<int>.Zero;
        Vector512<int> c8 = Vector512<int>.Zero;
        Vector512<int> c9 = Vector512<int>.Zero;
        Vector512<int> c10 = Vector512<int>.Zero;
        Vector512<int> c11 = Vector512<int>.Zero;
        Vector512<int> c12 = Vector512<int>.Zero;
        Vector512<int> c13 = Vector512<int>.Zero;
        Vector512<int> c14 = Vector512<int>.Zero;
        Vector512<int> c15 = Vector512<int>.Zero;
        do
        {
            Vector512<short> b = Vector512.Load(w);
            c0 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x).AsInt16(), b);
            c1 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row)).AsInt16(), b);
            c2 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row2)).AsInt16(), b);
            c3 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row3)).AsInt16(), b);
            c4 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x4).AsInt16(), b);
            c5 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x4 + row)).AsInt16(), b);
            c6 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x4 + row2)).AsInt16(), b);
            c7 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x4 + row3)).AsInt16(), b);
            c8 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x8).AsInt16(), b);
            c9 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x8 + row)).AsInt16(), b);
            c10 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x8 + row2)).AsInt16(), b);
            c11 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x8 + row3)).AsInt16(), b);
            c12 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x12).AsInt16(), b);
            c13 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x12 + row)).AsInt16(), b);
            c14 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x12 + row2)).AsInt16(), b);
            c15 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x12 + row3)).AsInt16(), b);
            w += 2 * DotPanel.Columns;
            x += 2;
            x4 += 2;
            x8 += 2;
            x12 += 2;
        }
        while (--steps != 0);

        c0.Store(sums);
        c1.Store(sums + (1 * DotPanel.Columns));
        c2.Store(sums + (2 * DotPanel.Columns));
        c3.Store(sums + (3 * DotPanel.Columns));
        c4.Store(sums + (4 * DotPanel.Columns));
        c5.Store(sums + (5 * DotPanel.Columns));
        c6.Store(sums + (6 * DotPanel.Columns));
        c7.Store(sums + (7 * DotPanel.Columns));
        c8.Store(sums + (8 * DotPanel.Columns));
        c9.Store(sums + (9 * DotPanel.Columns));
        c10.Store(sums + (10 * DotPanel.Columns));
        c11.Store(sums + (11 * DotPanel.Columns));
        c12.Store(sums + (12 * DotPanel.Columns));
        c13.Store(sums + (13 * DotPanel.Columns));
        c14.Store(sums + (14 * DotPanel.Columns));
        c15.Store(sums + (15 * DotPanel.Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(short* x, nint row, short* w, int steps, int* sums)
    {
        nint row2 = 2 * row;
        nint row3 = 3 * row;
        Vector512<int> c0 = Vector512<int>.Zero;
        Vector512<int> c1 = Vector512<int>.Zero;
        Vector512<int> c2 = Vector512<int>.Zero;
        Vector512<int> c3 = Vector512<int>.Zero;
        do
        {
            Vector512<short> b = Vector512.Load(w);
            c0 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x).AsInt16(), b);
            c1 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row)).AsInt16(), b);
            c2 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row2)).AsInt16(), b);
            c3 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + row3)).AsInt16(), b);
            w += 2 * DotPanel.Columns;
            x += 2;
        }
        while (--steps != 0);

        c0.Store(sums);
        c1.Store(sums + (1 * DotPanel.Columns));
        c2.Store(sums + (2 * DotPanel.Columns));
        c3.Store(sums + (3 * DotPanel.Columns));
    }
}
