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
        Vector512<int> c0 = Vector512.Load(init);
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
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                    weights = Vector512.Load(w + 64).AsInt16();
                    even = Even(weights);
                    odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i + 4, even, odd, mask);
                    weights = Vector512.Load(w + 128).AsInt16();
                    even = Even(weights);
                    odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i + 8, even, odd, mask);
                    weights = Vector512.Load(w + 192).AsInt16();
                    even = Even(weights);
                    odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i + 12, even, odd, mask);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c0.Store(tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c0 = Vector512.Load(init);
        Vector512<int> c1 = Vector512.Load(init + initStride);
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
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                    c1 = Add(c1, x1 + i, even, odd, mask);
                    weights = Vector512.Load(w + 64).AsInt16();
                    even = Even(weights);
                    odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i + 4, even, odd, mask);
                    c1 = Add(c1, x1 + i + 4, even, odd, mask);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                    c1 = Add(c1, x1 + i, even, odd, mask);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        c0.Store(tile);
        c1.Store(tile + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c0 = Vector512.Load(init);
        Vector512<int> c1 = Vector512.Load(init + initStride);
        Vector512<int> c2 = Vector512.Load(init + (2 * initStride));
        Vector512<int> c3 = Vector512.Load(init + (3 * initStride));
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
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                    c1 = Add(c1, x1 + i, even, odd, mask);
                    c2 = Add(c2, x2 + i, even, odd, mask);
                    c3 = Add(c3, x3 + i, even, odd, mask);
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

        c0.Store(tile);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector512<short> mask = Vector512.Create((short)0xFF);
        Vector512<int> c0 = Vector512.Load(init);
        Vector512<int> c1 = Vector512.Load(init + initStride);
        Vector512<int> c2 = Vector512.Load(init + (2 * initStride));
        Vector512<int> c3 = Vector512.Load(init + (3 * initStride));
        Vector512<int> c4 = Vector512.Load(init + (4 * initStride));
        Vector512<int> c5 = Vector512.Load(init + (5 * initStride));
        Vector512<int> c6 = Vector512.Load(init + (6 * initStride));
        Vector512<int> c7 = Vector512.Load(init + (7 * initStride));
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
                    Vector512<short> weights = Vector512.Load(w).AsInt16();
                    Vector512<short> even = Even(weights);
                    Vector512<short> odd = Avx512BW.ShiftRightArithmetic(weights, 8);
                    c0 = Add(c0, x0 + i, even, odd, mask);
                    c1 = Add(c1, x1 + i, even, odd, mask);
                    c2 = Add(c2, x2 + i, even, odd, mask);
                    c3 = Add(c3, x3 + i, even, odd, mask);
                    c4 = Add(c4, x4 + i, even, odd, mask);
                    c5 = Add(c5, x5 + i, even, odd, mask);
                    c6 = Add(c6, x6 + i, even, odd, mask);
                    c7 = Add(c7, x7 + i, even, odd, mask);
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

        c0.Store(tile);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
        c4.Store(tile + 64);
        c5.Store(tile + 80);
        c6.Store(tile + 96);
        c7.Store(tile + 112);
    }

    /// <summary>The even bytes, widened.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Even(Vector512<short> bytes) => Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(bytes, 8), 8);

    /// <summary>Adds the products of four bytes of a row, the even ones (by <paramref name="mask"/>) and the odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Add(Vector512<int> sum, byte* x, Vector512<short> even, Vector512<short> odd, Vector512<short> mask)
    {
        Vector512<short> values = Vector512.Create(*(int*)x).AsInt16();
        sum += Avx512BW.MultiplyAddAdjacent(values & mask, even);
        return sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.ShiftRightLogical(values, 8), odd);
    }
}
