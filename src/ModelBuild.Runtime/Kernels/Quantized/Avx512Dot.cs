using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>vpmaddwd on 512 bits for processors without the VEX form of vpdpbusd: tiles of up to 8 x 16.</summary>
/// <remarks>
/// A group of four bytes is split into its even and its odd bytes, widened to 16 bits; a pair of products is at most 2 * 255 * 128 and exact in 32 bits.
/// </remarks>
internal readonly unsafe struct Avx512Dot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Avx512BW.IsSupported;

    /// <inheritdoc/>
    public static int MaxRows => 8;

    /// <inheritdoc/>
    public static void Tile(int rows, byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        switch (rows)
        {
            case 1:
                Rows1(x, runs, w, init, initStride, tile);
                break;
            case 2:
                Rows2(x, runs, w, init, initStride, tile);
                break;
            case 3:
            case 4:
                Rows4(x, runs, w, init, initStride, tile);
                break;
            default:
                Rows8(x, runs, w, init, initStride, tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c00 = Vector512.Load(init);
        byte* x0 = x[0];
        nint bytes = (nint)runs->Quads * 4;
        nint outerOffset = 0;
        int outer = runs->OuterCount;
        do
        {
            nint offset = outerOffset;
            int inner = runs->InnerCount;
            do
            {
                nint i = offset;
                nint end = offset + bytes;
                for (; i + 16 <= end; i += 16, w += 256)
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                    Vector512<short> b01 = Vector512.Load(w + 64).AsInt16();
                    Vector512<short> e01 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b01, 8), 8);
                    Vector512<short> o01 = Avx512BW.ShiftRightArithmetic(b01, 8);
                    Vector512<short> a01 = Vector512.Create(*(int*)(x0 + i + 4)).AsInt16();
                    Vector512<short> p01 = a01 & mask;
                    Vector512<short> q01 = Avx512BW.ShiftRightLogical(a01, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p01, e01);
                    c00 += Avx512BW.MultiplyAddAdjacent(q01, o01);
                    Vector512<short> b02 = Vector512.Load(w + 128).AsInt16();
                    Vector512<short> e02 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b02, 8), 8);
                    Vector512<short> o02 = Avx512BW.ShiftRightArithmetic(b02, 8);
                    Vector512<short> a02 = Vector512.Create(*(int*)(x0 + i + 8)).AsInt16();
                    Vector512<short> p02 = a02 & mask;
                    Vector512<short> q02 = Avx512BW.ShiftRightLogical(a02, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p02, e02);
                    c00 += Avx512BW.MultiplyAddAdjacent(q02, o02);
                    Vector512<short> b03 = Vector512.Load(w + 192).AsInt16();
                    Vector512<short> e03 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b03, 8), 8);
                    Vector512<short> o03 = Avx512BW.ShiftRightArithmetic(b03, 8);
                    Vector512<short> a03 = Vector512.Create(*(int*)(x0 + i + 12)).AsInt16();
                    Vector512<short> p03 = a03 & mask;
                    Vector512<short> q03 = Avx512BW.ShiftRightLogical(a03, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p03, e03);
                    c00 += Avx512BW.MultiplyAddAdjacent(q03, o03);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c00.Store(tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c00 = Vector512.Load(init);
        Vector512<int> c10 = Vector512.Load(init + initStride);
        byte* x0 = x[0];
        byte* x1 = x[1];
        nint bytes = (nint)runs->Quads * 4;
        nint outerOffset = 0;
        int outer = runs->OuterCount;
        do
        {
            nint offset = outerOffset;
            int inner = runs->InnerCount;
            do
            {
                nint i = offset;
                nint end = offset + bytes;
                for (; i + 8 <= end; i += 8, w += 128)
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                    Vector512<short> a10 = Vector512.Create(*(int*)(x1 + i)).AsInt16();
                    Vector512<short> p10 = a10 & mask;
                    Vector512<short> q10 = Avx512BW.ShiftRightLogical(a10, 8);
                    c10 += Avx512BW.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx512BW.MultiplyAddAdjacent(q10, o00);
                    Vector512<short> b01 = Vector512.Load(w + 64).AsInt16();
                    Vector512<short> e01 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b01, 8), 8);
                    Vector512<short> o01 = Avx512BW.ShiftRightArithmetic(b01, 8);
                    Vector512<short> a01 = Vector512.Create(*(int*)(x0 + i + 4)).AsInt16();
                    Vector512<short> p01 = a01 & mask;
                    Vector512<short> q01 = Avx512BW.ShiftRightLogical(a01, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p01, e01);
                    c00 += Avx512BW.MultiplyAddAdjacent(q01, o01);
                    Vector512<short> a11 = Vector512.Create(*(int*)(x1 + i + 4)).AsInt16();
                    Vector512<short> p11 = a11 & mask;
                    Vector512<short> q11 = Avx512BW.ShiftRightLogical(a11, 8);
                    c10 += Avx512BW.MultiplyAddAdjacent(p11, e01);
                    c10 += Avx512BW.MultiplyAddAdjacent(q11, o01);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                    Vector512<short> a10 = Vector512.Create(*(int*)(x1 + i)).AsInt16();
                    Vector512<short> p10 = a10 & mask;
                    Vector512<short> q10 = Avx512BW.ShiftRightLogical(a10, 8);
                    c10 += Avx512BW.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx512BW.MultiplyAddAdjacent(q10, o00);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c00.Store(tile);
        c10.Store(tile + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c00 = Vector512.Load(init);
        Vector512<int> c10 = Vector512.Load(init + initStride);
        Vector512<int> c20 = Vector512.Load(init + (2 * initStride));
        Vector512<int> c30 = Vector512.Load(init + (3 * initStride));
        byte* x0 = x[0];
        byte* x1 = x[1];
        byte* x2 = x[2];
        byte* x3 = x[3];
        nint bytes = (nint)runs->Quads * 4;
        nint outerOffset = 0;
        int outer = runs->OuterCount;
        do
        {
            nint offset = outerOffset;
            int inner = runs->InnerCount;
            do
            {
                nint i = offset;
                nint end = offset + bytes;
                do
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                    Vector512<short> a10 = Vector512.Create(*(int*)(x1 + i)).AsInt16();
                    Vector512<short> p10 = a10 & mask;
                    Vector512<short> q10 = Avx512BW.ShiftRightLogical(a10, 8);
                    c10 += Avx512BW.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx512BW.MultiplyAddAdjacent(q10, o00);
                    Vector512<short> a20 = Vector512.Create(*(int*)(x2 + i)).AsInt16();
                    Vector512<short> p20 = a20 & mask;
                    Vector512<short> q20 = Avx512BW.ShiftRightLogical(a20, 8);
                    c20 += Avx512BW.MultiplyAddAdjacent(p20, e00);
                    c20 += Avx512BW.MultiplyAddAdjacent(q20, o00);
                    Vector512<short> a30 = Vector512.Create(*(int*)(x3 + i)).AsInt16();
                    Vector512<short> p30 = a30 & mask;
                    Vector512<short> q30 = Avx512BW.ShiftRightLogical(a30, 8);
                    c30 += Avx512BW.MultiplyAddAdjacent(p30, e00);
                    c30 += Avx512BW.MultiplyAddAdjacent(q30, o00);
                    i += 4;
                    w += 64;
                }
                while (i < end);

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c00.Store(tile);
        c10.Store(tile + 16);
        c20.Store(tile + 32);
        c30.Store(tile + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c00 = Vector512.Load(init);
        Vector512<int> c10 = Vector512.Load(init + initStride);
        Vector512<int> c20 = Vector512.Load(init + (2 * initStride));
        Vector512<int> c30 = Vector512.Load(init + (3 * initStride));
        Vector512<int> c40 = Vector512.Load(init + (4 * initStride));
        Vector512<int> c50 = Vector512.Load(init + (5 * initStride));
        Vector512<int> c60 = Vector512.Load(init + (6 * initStride));
        Vector512<int> c70 = Vector512.Load(init + (7 * initStride));
        byte* x0 = x[0];
        byte* x1 = x[1];
        byte* x2 = x[2];
        byte* x3 = x[3];
        byte* x4 = x[4];
        byte* x5 = x[5];
        byte* x6 = x[6];
        byte* x7 = x[7];
        nint bytes = (nint)runs->Quads * 4;
        nint outerOffset = 0;
        int outer = runs->OuterCount;
        do
        {
            nint offset = outerOffset;
            int inner = runs->InnerCount;
            do
            {
                nint i = offset;
                nint end = offset + bytes;
                do
                {
                    Vector512<short> b00 = Vector512.Load(w).AsInt16();
                    Vector512<short> e00 = Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(b00, 8), 8);
                    Vector512<short> o00 = Avx512BW.ShiftRightArithmetic(b00, 8);
                    Vector512<short> a00 = Vector512.Create(*(int*)(x0 + i)).AsInt16();
                    Vector512<short> p00 = a00 & mask;
                    Vector512<short> q00 = Avx512BW.ShiftRightLogical(a00, 8);
                    c00 += Avx512BW.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx512BW.MultiplyAddAdjacent(q00, o00);
                    Vector512<short> a10 = Vector512.Create(*(int*)(x1 + i)).AsInt16();
                    Vector512<short> p10 = a10 & mask;
                    Vector512<short> q10 = Avx512BW.ShiftRightLogical(a10, 8);
                    c10 += Avx512BW.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx512BW.MultiplyAddAdjacent(q10, o00);
                    Vector512<short> a20 = Vector512.Create(*(int*)(x2 + i)).AsInt16();
                    Vector512<short> p20 = a20 & mask;
                    Vector512<short> q20 = Avx512BW.ShiftRightLogical(a20, 8);
                    c20 += Avx512BW.MultiplyAddAdjacent(p20, e00);
                    c20 += Avx512BW.MultiplyAddAdjacent(q20, o00);
                    Vector512<short> a30 = Vector512.Create(*(int*)(x3 + i)).AsInt16();
                    Vector512<short> p30 = a30 & mask;
                    Vector512<short> q30 = Avx512BW.ShiftRightLogical(a30, 8);
                    c30 += Avx512BW.MultiplyAddAdjacent(p30, e00);
                    c30 += Avx512BW.MultiplyAddAdjacent(q30, o00);
                    Vector512<short> a40 = Vector512.Create(*(int*)(x4 + i)).AsInt16();
                    Vector512<short> p40 = a40 & mask;
                    Vector512<short> q40 = Avx512BW.ShiftRightLogical(a40, 8);
                    c40 += Avx512BW.MultiplyAddAdjacent(p40, e00);
                    c40 += Avx512BW.MultiplyAddAdjacent(q40, o00);
                    Vector512<short> a50 = Vector512.Create(*(int*)(x5 + i)).AsInt16();
                    Vector512<short> p50 = a50 & mask;
                    Vector512<short> q50 = Avx512BW.ShiftRightLogical(a50, 8);
                    c50 += Avx512BW.MultiplyAddAdjacent(p50, e00);
                    c50 += Avx512BW.MultiplyAddAdjacent(q50, o00);
                    Vector512<short> a60 = Vector512.Create(*(int*)(x6 + i)).AsInt16();
                    Vector512<short> p60 = a60 & mask;
                    Vector512<short> q60 = Avx512BW.ShiftRightLogical(a60, 8);
                    c60 += Avx512BW.MultiplyAddAdjacent(p60, e00);
                    c60 += Avx512BW.MultiplyAddAdjacent(q60, o00);
                    Vector512<short> a70 = Vector512.Create(*(int*)(x7 + i)).AsInt16();
                    Vector512<short> p70 = a70 & mask;
                    Vector512<short> q70 = Avx512BW.ShiftRightLogical(a70, 8);
                    c70 += Avx512BW.MultiplyAddAdjacent(p70, e00);
                    c70 += Avx512BW.MultiplyAddAdjacent(q70, o00);
                    i += 4;
                    w += 64;
                }
                while (i < end);

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c00.Store(tile);
        c10.Store(tile + 16);
        c20.Store(tile + 32);
        c30.Store(tile + 48);
        c40.Store(tile + 64);
        c50.Store(tile + 80);
        c60.Store(tile + 96);
        c70.Store(tile + 112);
    }
}
