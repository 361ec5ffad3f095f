using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>VEX-encoded vpdpbusd, 256 bits wide, without saturation: tiles of up to 6 x 16.</summary>
internal readonly unsafe partial struct AvxVnniDot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => AvxVnni.IsSupported;

    /// <inheritdoc/>
    public static int MaxRows => 6;

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
                Rows3(x, runs, w, init, initStride, tile);
                break;
            case 4:
                Rows4(x, runs, w, init, initStride, tile);
                break;
            case 5:
                Rows5(x, runs, w, init, initStride, tile);
                break;
            default:
                Rows6(x, runs, w, init, initStride, tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> d100 = Vector256<int>.Zero;
        Vector256<int> d101 = Vector256<int>.Zero;
        Vector256<int> d200 = Vector256<int>.Zero;
        Vector256<int> d201 = Vector256<int>.Zero;
        Vector256<int> d300 = Vector256<int>.Zero;
        Vector256<int> d301 = Vector256<int>.Zero;
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
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<sbyte> b01 = Vector256.Load(w + 64);
                    Vector256<sbyte> b11 = Vector256.Load(w + 96);
                    Vector256<byte> a01 = Vector256.Create(*(int*)(x0 + i + 4)).AsByte();
                    d100 = AvxVnni.MultiplyWideningAndAdd(d100, a01, b01);
                    d101 = AvxVnni.MultiplyWideningAndAdd(d101, a01, b11);
                    Vector256<sbyte> b02 = Vector256.Load(w + 128);
                    Vector256<sbyte> b12 = Vector256.Load(w + 160);
                    Vector256<byte> a02 = Vector256.Create(*(int*)(x0 + i + 8)).AsByte();
                    d200 = AvxVnni.MultiplyWideningAndAdd(d200, a02, b02);
                    d201 = AvxVnni.MultiplyWideningAndAdd(d201, a02, b12);
                    Vector256<sbyte> b03 = Vector256.Load(w + 192);
                    Vector256<sbyte> b13 = Vector256.Load(w + 224);
                    Vector256<byte> a03 = Vector256.Create(*(int*)(x0 + i + 12)).AsByte();
                    d300 = AvxVnni.MultiplyWideningAndAdd(d300, a03, b03);
                    d301 = AvxVnni.MultiplyWideningAndAdd(d301, a03, b13);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        (c00 + d100 + d200 + d300).Store(tile);
        (c01 + d101 + d201 + d301).Store(tile + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> d100 = Vector256<int>.Zero;
        Vector256<int> d101 = Vector256<int>.Zero;
        Vector256<int> d110 = Vector256<int>.Zero;
        Vector256<int> d111 = Vector256<int>.Zero;
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
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<byte> a10 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, a10, b00);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, a10, b10);
                    Vector256<sbyte> b01 = Vector256.Load(w + 64);
                    Vector256<sbyte> b11 = Vector256.Load(w + 96);
                    Vector256<byte> a01 = Vector256.Create(*(int*)(x0 + i + 4)).AsByte();
                    d100 = AvxVnni.MultiplyWideningAndAdd(d100, a01, b01);
                    d101 = AvxVnni.MultiplyWideningAndAdd(d101, a01, b11);
                    Vector256<byte> a11 = Vector256.Create(*(int*)(x1 + i + 4)).AsByte();
                    d110 = AvxVnni.MultiplyWideningAndAdd(d110, a11, b01);
                    d111 = AvxVnni.MultiplyWideningAndAdd(d111, a11, b11);
                }

                for (; i < end; i += 4, w += 64)
                {
                    Vector256<sbyte> b00 = Vector256.Load(w);
                    Vector256<sbyte> b10 = Vector256.Load(w + 32);
                    Vector256<byte> a00 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, a00, b00);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, a00, b10);
                    Vector256<byte> a10 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, a10, b00);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, a10, b10);
                }

                offset += runs->InnerStride;
            }
            while (--inner != 0);

            outerOffset += runs->OuterStride;
        }
        while (--outer != 0);

        (c00 + d100).Store(tile);
        (c01 + d101).Store(tile + 8);
        (c10 + d110).Store(tile + 16);
        (c11 + d111).Store(tile + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows3(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector256<int> c00 = Vector256.Load(init);
        Vector256<int> c01 = Vector256.Load(init + 8);
        Vector256<int> c10 = Vector256.Load(init + initStride);
        Vector256<int> c11 = Vector256.Load(init + initStride + 8);
        Vector256<int> c20 = Vector256.Load(init + (2 * initStride));
        Vector256<int> c21 = Vector256.Load(init + (2 * initStride) + 8);
        byte* x0 = x[0];
        byte* x1 = x[1];
        byte* x2 = x[2];
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
    }
}
