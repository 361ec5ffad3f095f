using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace ModelBuild.Kernels;

/// <summary>sdot on 128 bits: tiles of up to 4 x 16.</summary>
/// <remarks>sdot takes signed bytes: sum(x * w) = sum((x - 128) * w) - sum(-128 * w), and the last sum is accumulated beside the tile.</remarks>
internal readonly unsafe struct ArmDot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Dp.IsSupported;

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
            default:
                Rows4(x, runs, w, init, initStride, tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector128<sbyte> half = Vector128.Create(sbyte.MinValue);
        Vector128<int> c00 = Vector128.Load(init);
        Vector128<int> c01 = Vector128.Load(init + 4);
        Vector128<int> c02 = Vector128.Load(init + 8);
        Vector128<int> c03 = Vector128.Load(init + 12);
        Vector128<int> s0 = Vector128<int>.Zero;
        Vector128<int> s1 = Vector128<int>.Zero;
        Vector128<int> s2 = Vector128<int>.Zero;
        Vector128<int> s3 = Vector128<int>.Zero;
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
                    Vector128<sbyte> b0 = Vector128.Load(w);
                    s0 = Dp.DotProduct(s0, b0, half);
                    Vector128<sbyte> b1 = Vector128.Load(w + 16);
                    s1 = Dp.DotProduct(s1, b1, half);
                    Vector128<sbyte> b2 = Vector128.Load(w + 32);
                    s2 = Dp.DotProduct(s2, b2, half);
                    Vector128<sbyte> b3 = Vector128.Load(w + 48);
                    s3 = Dp.DotProduct(s3, b3, half);
                    Vector128<sbyte> a0 = Vector128.Create(*(int*)(x0 + i)).AsSByte() ^ half;
                    c00 = Dp.DotProduct(c00, b0, a0);
                    c01 = Dp.DotProduct(c01, b1, a0);
                    c02 = Dp.DotProduct(c02, b2, a0);
                    c03 = Dp.DotProduct(c03, b3, a0);
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

        (c00 - s0).Store(tile);
        (c01 - s1).Store(tile + 4);
        (c02 - s2).Store(tile + 8);
        (c03 - s3).Store(tile + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        Vector128<sbyte> half = Vector128.Create(sbyte.MinValue);
        Vector128<int> c00 = Vector128.Load(init);
        Vector128<int> c01 = Vector128.Load(init + 4);
        Vector128<int> c02 = Vector128.Load(init + 8);
        Vector128<int> c03 = Vector128.Load(init + 12);
        Vector128<int> c10 = Vector128.Load(init + initStride);
        Vector128<int> c11 = Vector128.Load(init + initStride + 4);
        Vector128<int> c12 = Vector128.Load(init + initStride + 8);
        Vector128<int> c13 = Vector128.Load(init + initStride + 12);
        Vector128<int> c20 = Vector128.Load(init + (2 * initStride));
        Vector128<int> c21 = Vector128.Load(init + (2 * initStride) + 4);
        Vector128<int> c22 = Vector128.Load(init + (2 * initStride) + 8);
        Vector128<int> c23 = Vector128.Load(init + (2 * initStride) + 12);
        Vector128<int> c30 = Vector128.Load(init + (3 * initStride));
        Vector128<int> c31 = Vector128.Load(init + (3 * initStride) + 4);
        Vector128<int> c32 = Vector128.Load(init + (3 * initStride) + 8);
        Vector128<int> c33 = Vector128.Load(init + (3 * initStride) + 12);
        Vector128<int> s0 = Vector128<int>.Zero;
        Vector128<int> s1 = Vector128<int>.Zero;
        Vector128<int> s2 = Vector128<int>.Zero;
        Vector128<int> s3 = Vector128<int>.Zero;
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
                    Vector128<sbyte> b0 = Vector128.Load(w);
                    s0 = Dp.DotProduct(s0, b0, half);
                    Vector128<sbyte> b1 = Vector128.Load(w + 16);
                    s1 = Dp.DotProduct(s1, b1, half);
                    Vector128<sbyte> b2 = Vector128.Load(w + 32);
                    s2 = Dp.DotProduct(s2, b2, half);
                    Vector128<sbyte> b3 = Vector128.Load(w + 48);
                    s3 = Dp.DotProduct(s3, b3, half);
                    Vector128<sbyte> a0 = Vector128.Create(*(int*)(x0 + i)).AsSByte() ^ half;
                    c00 = Dp.DotProduct(c00, b0, a0);
                    c01 = Dp.DotProduct(c01, b1, a0);
                    c02 = Dp.DotProduct(c02, b2, a0);
                    c03 = Dp.DotProduct(c03, b3, a0);
                    Vector128<sbyte> a1 = Vector128.Create(*(int*)(x1 + i)).AsSByte() ^ half;
                    c10 = Dp.DotProduct(c10, b0, a1);
                    c11 = Dp.DotProduct(c11, b1, a1);
                    c12 = Dp.DotProduct(c12, b2, a1);
                    c13 = Dp.DotProduct(c13, b3, a1);
                    Vector128<sbyte> a2 = Vector128.Create(*(int*)(x2 + i)).AsSByte() ^ half;
                    c20 = Dp.DotProduct(c20, b0, a2);
                    c21 = Dp.DotProduct(c21, b1, a2);
                    c22 = Dp.DotProduct(c22, b2, a2);
                    c23 = Dp.DotProduct(c23, b3, a2);
                    Vector128<sbyte> a3 = Vector128.Create(*(int*)(x3 + i)).AsSByte() ^ half;
                    c30 = Dp.DotProduct(c30, b0, a3);
                    c31 = Dp.DotProduct(c31, b1, a3);
                    c32 = Dp.DotProduct(c32, b2, a3);
                    c33 = Dp.DotProduct(c33, b3, a3);
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

        (c00 - s0).Store(tile);
        (c01 - s1).Store(tile + 4);
        (c02 - s2).Store(tile + 8);
        (c03 - s3).Store(tile + 12);
        (c10 - s0).Store(tile + 16);
        (c11 - s1).Store(tile + 20);
        (c12 - s2).Store(tile + 24);
        (c13 - s3).Store(tile + 28);
        (c20 - s0).Store(tile + 32);
        (c21 - s1).Store(tile + 36);
        (c22 - s2).Store(tile + 40);
        (c23 - s3).Store(tile + 44);
        (c30 - s0).Store(tile + 48);
        (c31 - s1).Store(tile + 52);
        (c32 - s2).Store(tile + 56);
        (c33 - s3).Store(tile + 60);
    }
}
