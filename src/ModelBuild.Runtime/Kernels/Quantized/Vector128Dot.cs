using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The portable 128-bit kernel: tiles of up to 2 x 16.</summary>
/// <remarks>
/// A group of four bytes is split into its even and its odd bytes, widened to 16 bits; a pair of products is at most 2 * 255 * 128 and exact in 32 bits.
/// </remarks>
internal readonly unsafe struct Vector128Dot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    /// <inheritdoc/>
    public static int MaxRows => 2;

    /// <inheritdoc/>
    public static void Tile(int rows, byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        switch (rows)
        {
            case 1:
                Rows1(x, runs, w, init, initStride, tile);
                break;
            default:
                Rows2(x, runs, w, init, initStride, tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector128<short> mask = Vector128.Create((short)0xFF);
        Vector128<int> c00 = Vector128.Load(init);
        Vector128<int> c01 = Vector128.Load(init + 4);
        Vector128<int> c02 = Vector128.Load(init + 8);
        Vector128<int> c03 = Vector128.Load(init + 12);
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
                do
                {
                    Vector128<short> a0 = Vector128.Create(*(int*)(x0 + i)).AsInt16();
                    Vector128<short> p0 = a0 & mask;
                    Vector128<short> q0 = Vector128.ShiftRightLogical(a0, 8);
                    Vector128<short> b0 = Vector128.Load(w).AsInt16();
                    Vector128<short> e0 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b0, 8), 8);
                    Vector128<short> o0 = Vector128.ShiftRightArithmetic(b0, 8);
                    c00 += MultiplyAddAdjacent(p0, e0) + MultiplyAddAdjacent(q0, o0);
                    Vector128<short> b1 = Vector128.Load(w + 16).AsInt16();
                    Vector128<short> e1 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b1, 8), 8);
                    Vector128<short> o1 = Vector128.ShiftRightArithmetic(b1, 8);
                    c01 += MultiplyAddAdjacent(p0, e1) + MultiplyAddAdjacent(q0, o1);
                    Vector128<short> b2 = Vector128.Load(w + 32).AsInt16();
                    Vector128<short> e2 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b2, 8), 8);
                    Vector128<short> o2 = Vector128.ShiftRightArithmetic(b2, 8);
                    c02 += MultiplyAddAdjacent(p0, e2) + MultiplyAddAdjacent(q0, o2);
                    Vector128<short> b3 = Vector128.Load(w + 48).AsInt16();
                    Vector128<short> e3 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b3, 8), 8);
                    Vector128<short> o3 = Vector128.ShiftRightArithmetic(b3, 8);
                    c03 += MultiplyAddAdjacent(p0, e3) + MultiplyAddAdjacent(q0, o3);
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
        c01.Store(tile + 4);
        c02.Store(tile + 8);
        c03.Store(tile + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector128<short> mask = Vector128.Create((short)0xFF);
        Vector128<int> c00 = Vector128.Load(init);
        Vector128<int> c01 = Vector128.Load(init + 4);
        Vector128<int> c02 = Vector128.Load(init + 8);
        Vector128<int> c03 = Vector128.Load(init + 12);
        Vector128<int> c10 = Vector128.Load(init + initStride);
        Vector128<int> c11 = Vector128.Load(init + initStride + 4);
        Vector128<int> c12 = Vector128.Load(init + initStride + 8);
        Vector128<int> c13 = Vector128.Load(init + initStride + 12);
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
                    Vector128<short> a0 = Vector128.Create(*(int*)(x0 + i)).AsInt16();
                    Vector128<short> p0 = a0 & mask;
                    Vector128<short> q0 = Vector128.ShiftRightLogical(a0, 8);
                    Vector128<short> a1 = Vector128.Create(*(int*)(x1 + i)).AsInt16();
                    Vector128<short> p1 = a1 & mask;
                    Vector128<short> q1 = Vector128.ShiftRightLogical(a1, 8);
                    Vector128<short> b0 = Vector128.Load(w).AsInt16();
                    Vector128<short> e0 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b0, 8), 8);
                    Vector128<short> o0 = Vector128.ShiftRightArithmetic(b0, 8);
                    c00 += MultiplyAddAdjacent(p0, e0) + MultiplyAddAdjacent(q0, o0);
                    c10 += MultiplyAddAdjacent(p1, e0) + MultiplyAddAdjacent(q1, o0);
                    Vector128<short> b1 = Vector128.Load(w + 16).AsInt16();
                    Vector128<short> e1 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b1, 8), 8);
                    Vector128<short> o1 = Vector128.ShiftRightArithmetic(b1, 8);
                    c01 += MultiplyAddAdjacent(p0, e1) + MultiplyAddAdjacent(q0, o1);
                    c11 += MultiplyAddAdjacent(p1, e1) + MultiplyAddAdjacent(q1, o1);
                    Vector128<short> b2 = Vector128.Load(w + 32).AsInt16();
                    Vector128<short> e2 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b2, 8), 8);
                    Vector128<short> o2 = Vector128.ShiftRightArithmetic(b2, 8);
                    c02 += MultiplyAddAdjacent(p0, e2) + MultiplyAddAdjacent(q0, o2);
                    c12 += MultiplyAddAdjacent(p1, e2) + MultiplyAddAdjacent(q1, o2);
                    Vector128<short> b3 = Vector128.Load(w + 48).AsInt16();
                    Vector128<short> e3 = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b3, 8), 8);
                    Vector128<short> o3 = Vector128.ShiftRightArithmetic(b3, 8);
                    c03 += MultiplyAddAdjacent(p0, e3) + MultiplyAddAdjacent(q0, o3);
                    c13 += MultiplyAddAdjacent(p1, e3) + MultiplyAddAdjacent(q1, o3);
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
        c01.Store(tile + 4);
        c02.Store(tile + 8);
        c03.Store(tile + 12);
        c10.Store(tile + 16);
        c11.Store(tile + 20);
        c12.Store(tile + 24);
        c13.Store(tile + 28);
    }

    /// <summary>The sums of adjacent products, for products that fit 16 bits: 255 * 127 and 255 * -128 do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> MultiplyAddAdjacent(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(a, b);
        }

        if (PackedSimd.IsSupported)
        {
            return PackedSimd.Dot(a, b);
        }

        Vector128<int> product = (a * b).AsInt32();
        return Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(product, 16), 16) + Vector128.ShiftRightArithmetic(product, 16);
    }
}
