using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>The tiles of more than three rows.</content>
internal readonly unsafe partial struct AvxVnniDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
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
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<byte> a10 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, a10, b00);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, a10, b10);
                    Vector256<byte> a20 = Vector256.Create(*(int*)(x2 + i)).AsByte();
                    c20 = AvxVnni.MultiplyWideningAndAdd(c20, a20, b00);
                    c21 = AvxVnni.MultiplyWideningAndAdd(c21, a20, b10);
                    Vector256<byte> a30 = Vector256.Create(*(int*)(x3 + i)).AsByte();
                    c30 = AvxVnni.MultiplyWideningAndAdd(c30, a30, b00);
                    c31 = AvxVnni.MultiplyWideningAndAdd(c31, a30, b10);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows5(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
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
        byte* x0 = x[0];
        byte* x1 = x[1];
        byte* x2 = x[2];
        byte* x3 = x[3];
        byte* x4 = x[4];
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
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<byte> a10 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, a10, b00);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, a10, b10);
                    Vector256<byte> a20 = Vector256.Create(*(int*)(x2 + i)).AsByte();
                    c20 = AvxVnni.MultiplyWideningAndAdd(c20, a20, b00);
                    c21 = AvxVnni.MultiplyWideningAndAdd(c21, a20, b10);
                    Vector256<byte> a30 = Vector256.Create(*(int*)(x3 + i)).AsByte();
                    c30 = AvxVnni.MultiplyWideningAndAdd(c30, a30, b00);
                    c31 = AvxVnni.MultiplyWideningAndAdd(c31, a30, b10);
                    Vector256<byte> a40 = Vector256.Create(*(int*)(x4 + i)).AsByte();
                    c40 = AvxVnni.MultiplyWideningAndAdd(c40, a40, b00);
                    c41 = AvxVnni.MultiplyWideningAndAdd(c41, a40, b10);
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
        c40.Store(tile + 64);
        c41.Store(tile + 72);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
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
        byte* x0 = x[0];
        byte* x1 = x[1];
        byte* x2 = x[2];
        byte* x3 = x[3];
        byte* x4 = x[4];
        byte* x5 = x[5];
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
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<byte> a10 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, a10, b00);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, a10, b10);
                    Vector256<byte> a20 = Vector256.Create(*(int*)(x2 + i)).AsByte();
                    c20 = AvxVnni.MultiplyWideningAndAdd(c20, a20, b00);
                    c21 = AvxVnni.MultiplyWideningAndAdd(c21, a20, b10);
                    Vector256<byte> a30 = Vector256.Create(*(int*)(x3 + i)).AsByte();
                    c30 = AvxVnni.MultiplyWideningAndAdd(c30, a30, b00);
                    c31 = AvxVnni.MultiplyWideningAndAdd(c31, a30, b10);
                    Vector256<byte> a40 = Vector256.Create(*(int*)(x4 + i)).AsByte();
                    c40 = AvxVnni.MultiplyWideningAndAdd(c40, a40, b00);
                    c41 = AvxVnni.MultiplyWideningAndAdd(c41, a40, b10);
                    Vector256<byte> a50 = Vector256.Create(*(int*)(x5 + i)).AsByte();
                    c50 = AvxVnni.MultiplyWideningAndAdd(c50, a50, b00);
                    c51 = AvxVnni.MultiplyWideningAndAdd(c51, a50, b10);
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
        c40.Store(tile + 64);
        c41.Store(tile + 72);
        c50.Store(tile + 80);
        c51.Store(tile + 88);
    }
}
