using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>vpmaddwd on 256 bits: tiles of up to 4 x 16.</summary>
/// <remarks>
/// A group of four bytes is split into its even and its odd bytes, widened to 16 bits; a pair of products is at most 2 * 255 * 128 and exact in 32 bits.
/// </remarks>
internal readonly unsafe struct Avx2Dot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Avx2.IsSupported;

    /// <inheritdoc/>
    public static int MaxRows => 4;

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
            default:
                Rows4(x, runs, w, init, initStride, tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<short> mask = Vector256.Create((short)0xFF);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
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
                for (; i + 8 <= end; i += 8, w += 128)
                {
                    Vector256<short> b00 = Vector256.Load(w).AsInt16();
                    Vector256<short> e00 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b00, 8), 8);
                    Vector256<short> o00 = Avx2.ShiftRightArithmetic(b00, 8);
                    Vector256<short> b10 = Vector256.Load(w + 32).AsInt16();
                    Vector256<short> e10 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b10, 8), 8);
                    Vector256<short> o10 = Avx2.ShiftRightArithmetic(b10, 8);
                    Vector256<short> a00 = Vector256.Create(*(int*)(x0 + i)).AsInt16();
                    Vector256<short> p00 = a00 & mask;
                    Vector256<short> q00 = Avx2.ShiftRightLogical(a00, 8);
                    c00 += Avx2.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx2.MultiplyAddAdjacent(q00, o00);
                    c01 += Avx2.MultiplyAddAdjacent(p00, e10);
                    c01 += Avx2.MultiplyAddAdjacent(q00, o10);
                    Vector256<short> b01 = Vector256.Load(w + 64).AsInt16();
                    Vector256<short> e01 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b01, 8), 8);
                    Vector256<short> o01 = Avx2.ShiftRightArithmetic(b01, 8);
                    Vector256<short> b11 = Vector256.Load(w + 96).AsInt16();
                    Vector256<short> e11 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b11, 8), 8);
                    Vector256<short> o11 = Avx2.ShiftRightArithmetic(b11, 8);
                    Vector256<short> a01 = Vector256.Create(*(int*)(x0 + i + 4)).AsInt16();
                    Vector256<short> p01 = a01 & mask;
                    Vector256<short> q01 = Avx2.ShiftRightLogical(a01, 8);
                    c00 += Avx2.MultiplyAddAdjacent(p01, e01);
                    c00 += Avx2.MultiplyAddAdjacent(q01, o01);
                    c01 += Avx2.MultiplyAddAdjacent(p01, e11);
                    c01 += Avx2.MultiplyAddAdjacent(q01, o11);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector256<short> b00 = Vector256.Load(w).AsInt16();
                    Vector256<short> e00 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b00, 8), 8);
                    Vector256<short> o00 = Avx2.ShiftRightArithmetic(b00, 8);
                    Vector256<short> b10 = Vector256.Load(w + 32).AsInt16();
                    Vector256<short> e10 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b10, 8), 8);
                    Vector256<short> o10 = Avx2.ShiftRightArithmetic(b10, 8);
                    Vector256<short> a00 = Vector256.Create(*(int*)(x0 + i)).AsInt16();
                    Vector256<short> p00 = a00 & mask;
                    Vector256<short> q00 = Avx2.ShiftRightLogical(a00, 8);
                    c00 += Avx2.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx2.MultiplyAddAdjacent(q00, o00);
                    c01 += Avx2.MultiplyAddAdjacent(p00, e10);
                    c01 += Avx2.MultiplyAddAdjacent(q00, o10);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c00.Store(tile);
        c01.Store(tile + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<short> mask = Vector256.Create((short)0xFF);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
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
                do
                {
                    Vector256<short> b00 = Vector256.Load(w).AsInt16();
                    Vector256<short> e00 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b00, 8), 8);
                    Vector256<short> o00 = Avx2.ShiftRightArithmetic(b00, 8);
                    Vector256<short> b10 = Vector256.Load(w + 32).AsInt16();
                    Vector256<short> e10 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b10, 8), 8);
                    Vector256<short> o10 = Avx2.ShiftRightArithmetic(b10, 8);
                    Vector256<short> a00 = Vector256.Create(*(int*)(x0 + i)).AsInt16();
                    Vector256<short> p00 = a00 & mask;
                    Vector256<short> q00 = Avx2.ShiftRightLogical(a00, 8);
                    c00 += Avx2.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx2.MultiplyAddAdjacent(q00, o00);
                    c01 += Avx2.MultiplyAddAdjacent(p00, e10);
                    c01 += Avx2.MultiplyAddAdjacent(q00, o10);
                    Vector256<short> a10 = Vector256.Create(*(int*)(x1 + i)).AsInt16();
                    Vector256<short> p10 = a10 & mask;
                    Vector256<short> q10 = Avx2.ShiftRightLogical(a10, 8);
                    c10 += Avx2.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx2.MultiplyAddAdjacent(q10, o00);
                    c11 += Avx2.MultiplyAddAdjacent(p10, e10);
                    c11 += Avx2.MultiplyAddAdjacent(q10, o10);
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
        c01.Store(tile + 8);
        c10.Store(tile + 16);
        c11.Store(tile + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<short> mask = Vector256.Create((short)0xFF);
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        Vector256<int> c30 = Vector256.Load(init + (3 * initStride));
        Vector256<int> c31 = Vector256.Load(init + (3 * initStride) + 8);
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
                    Vector256<short> b00 = Vector256.Load(w).AsInt16();
                    Vector256<short> e00 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b00, 8), 8);
                    Vector256<short> o00 = Avx2.ShiftRightArithmetic(b00, 8);
                    Vector256<short> b10 = Vector256.Load(w + 32).AsInt16();
                    Vector256<short> e10 = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(b10, 8), 8);
                    Vector256<short> o10 = Avx2.ShiftRightArithmetic(b10, 8);
                    Vector256<short> a00 = Vector256.Create(*(int*)(x0 + i)).AsInt16();
                    Vector256<short> p00 = a00 & mask;
                    Vector256<short> q00 = Avx2.ShiftRightLogical(a00, 8);
                    c00 += Avx2.MultiplyAddAdjacent(p00, e00);
                    c00 += Avx2.MultiplyAddAdjacent(q00, o00);
                    c01 += Avx2.MultiplyAddAdjacent(p00, e10);
                    c01 += Avx2.MultiplyAddAdjacent(q00, o10);
                    Vector256<short> a10 = Vector256.Create(*(int*)(x1 + i)).AsInt16();
                    Vector256<short> p10 = a10 & mask;
                    Vector256<short> q10 = Avx2.ShiftRightLogical(a10, 8);
                    c10 += Avx2.MultiplyAddAdjacent(p10, e00);
                    c10 += Avx2.MultiplyAddAdjacent(q10, o00);
                    c11 += Avx2.MultiplyAddAdjacent(p10, e10);
                    c11 += Avx2.MultiplyAddAdjacent(q10, o10);
                    Vector256<short> a20 = Vector256.Create(*(int*)(x2 + i)).AsInt16();
                    Vector256<short> p20 = a20 & mask;
                    Vector256<short> q20 = Avx2.ShiftRightLogical(a20, 8);
                    c20 += Avx2.MultiplyAddAdjacent(p20, e00);
                    c20 += Avx2.MultiplyAddAdjacent(q20, o00);
                    c21 += Avx2.MultiplyAddAdjacent(p20, e10);
                    c21 += Avx2.MultiplyAddAdjacent(q20, o10);
                    Vector256<short> a30 = Vector256.Create(*(int*)(x3 + i)).AsInt16();
                    Vector256<short> p30 = a30 & mask;
                    Vector256<short> q30 = Avx2.ShiftRightLogical(a30, 8);
                    c30 += Avx2.MultiplyAddAdjacent(p30, e00);
                    c30 += Avx2.MultiplyAddAdjacent(q30, o00);
                    c31 += Avx2.MultiplyAddAdjacent(p30, e10);
                    c31 += Avx2.MultiplyAddAdjacent(q30, o10);
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
        c01.Store(tile + 8);
        c10.Store(tile + 16);
        c11.Store(tile + 24);
        c20.Store(tile + 32);
        c21.Store(tile + 40);
        c30.Store(tile + 48);
        c31.Store(tile + 56);
    }
}
