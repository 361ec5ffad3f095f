using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Tiles of 6 x 16 of <see cref="AvxVnniDot"/> whose sums become bytes in their registers.</summary>
internal static unsafe class AvxVnniBytes
{
    /// <summary>The rows of a tile.</summary>
    internal const int Rows = 6;

    /// <summary>Whether this process can run the kernel and the epilogue is the one that it has.</summary>
    internal static bool Takes<TEpilogue>()
        where TEpilogue : struct, IDotEpilogue =>
        AvxVnni.IsSupported && typeof(TEpilogue) == typeof(DotToU8);

    /// <summary>Computes 16 columns of some rows with the bits of <see cref="DotToU8.Store"/>.</summary>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="x">The start of each row's first run, <see cref="Rows"/> for each tile.</param>
    /// <param name="runs">The K axis; <c>4 * Quads</c> bytes of every run must be readable.</param>
    /// <param name="panel">One packed panel: [run][quad][16][4].</param>
    /// <param name="init">The starting values.</param>
    /// <param name="scales">The scales.</param>
    /// <param name="epilogue">The bounds.</param>
    /// <param name="y">The first output.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int tiles, byte** x, DotRuns* runs, sbyte* panel, int* init, float* scales, DotToU8* epilogue, byte* y)
    {
        nint bytes = (nint)runs->Quads * 4;
        nint stride = epilogue->Stride;

        // In memory, since the sums need all the registers that the instruction can name.
        byte* constants = stackalloc byte[3 * 64];
        Vector512.Create(epilogue->High).Store((float*)constants);
        Vector512.Create((short)epilogue->Zero).Store((short*)(constants + 64));
        Vector512.Create((byte)((int)epilogue->Low + epilogue->Zero)).Store(constants + 128);
        for (; tiles > 0; tiles--, x += Rows)
        {
            sbyte* w = panel;
            byte* x0 = x[0];
            byte* x1 = x[1];
            byte* x2 = x[2];
            byte* x3 = x[3];
            byte* x4 = x[4];
            byte* x5 = x[5];
            Vector256<int> c00 = Vector256.Load(init);
            Vector256<int> c01 = Vector256.Load(init + 8);
            Vector256<int> c10 = c00;
            Vector256<int> c11 = c01;
            Vector256<int> c20 = c00;
            Vector256<int> c21 = c01;
            Vector256<int> c30 = c00;
            Vector256<int> c31 = c01;
            Vector256<int> c40 = c00;
            Vector256<int> c41 = c01;
            Vector256<int> c50 = c00;
            Vector256<int> c51 = c01;
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
                        Vector256<sbyte> b0 = Vector256.Load(w);
                        Vector256<sbyte> b1 = Vector256.Load(w + 32);
                        Vector256<byte> a0 = Vector256.Create(*(int*)(x0 + i)).AsByte();
                        c00 = AvxVnni.MultiplyWideningAndAdd(c00, a0, b0);
                        c01 = AvxVnni.MultiplyWideningAndAdd(c01, a0, b1);
                        Vector256<byte> a1 = Vector256.Create(*(int*)(x1 + i)).AsByte();
                        c10 = AvxVnni.MultiplyWideningAndAdd(c10, a1, b0);
                        c11 = AvxVnni.MultiplyWideningAndAdd(c11, a1, b1);
                        Vector256<byte> a2 = Vector256.Create(*(int*)(x2 + i)).AsByte();
                        c20 = AvxVnni.MultiplyWideningAndAdd(c20, a2, b0);
                        c21 = AvxVnni.MultiplyWideningAndAdd(c21, a2, b1);
                        Vector256<byte> a3 = Vector256.Create(*(int*)(x3 + i)).AsByte();
                        c30 = AvxVnni.MultiplyWideningAndAdd(c30, a3, b0);
                        c31 = AvxVnni.MultiplyWideningAndAdd(c31, a3, b1);
                        Vector256<byte> a4 = Vector256.Create(*(int*)(x4 + i)).AsByte();
                        c40 = AvxVnni.MultiplyWideningAndAdd(c40, a4, b0);
                        c41 = AvxVnni.MultiplyWideningAndAdd(c41, a4, b1);
                        Vector256<byte> a5 = Vector256.Create(*(int*)(x5 + i)).AsByte();
                        c50 = AvxVnni.MultiplyWideningAndAdd(c50, a5, b0);
                        c51 = AvxVnni.MultiplyWideningAndAdd(c51, a5, b1);
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

            if (Avx512BW.IsSupported)
            {
                Vector512<float> scale = Vector512.Load(scales);
                Vector512<float> high = Vector512.Load((float*)constants);
                Vector512<short> zeros = Vector512.Load((short*)(constants + 64));
                Vector512<byte> least = Vector512.Load(constants + 128);
                Vector512<int> v4 = Rounded(c40, c41, scale, high);
                Vector512<int> v5 = Rounded(c50, c51, scale, high);
                Vector512<byte> four = QuantizedRounding.Pack64(
                    Rounded(c00, c01, scale, high), Rounded(c10, c11, scale, high), Rounded(c20, c21, scale, high), Rounded(c30, c31, scale, high), zeros);
                four = Vector512.Max(four, least);
                Vector256<byte> two = Vector512.Max(QuantizedRounding.Pack64(v4, v5, v4, v5, zeros), least).GetLower();
                if (stride == DotPanel.Columns)
                {
                    four.Store(y);
                    two.Store(y + (4 * DotPanel.Columns));
                    y += Rows * DotPanel.Columns;
                    continue;
                }

                four.GetLower().GetLower().Store(y);
                four.GetLower().GetUpper().Store(y + stride);
                y += 2 * stride;
                four.GetUpper().GetLower().Store(y);
                four.GetUpper().GetUpper().Store(y + stride);
                y += 2 * stride;
                two.GetLower().Store(y);
                two.GetUpper().Store(y + stride);
                y += 2 * stride;
            }
            else
            {
                y = Store(c00, c01, c10, c11, scales, epilogue, y);
                y = Store(c20, c21, c30, c31, scales, epilogue, y);
                y = Store(c40, c41, c50, c51, scales, epilogue, y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(Vector256<int> lower, Vector256<int> upper, Vector512<float> scale, Vector512<float> high) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(high, Vector512.ConvertToSingle(QuantizedRounding.Join(lower, upper)) * scale));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(Vector256<int> sums, Vector256<float> scale, Vector256<float> high) =>
        Avx.ConvertToVector256Int32(Avx.Min(high, Vector256.ConvertToSingle(sums) * scale));

    /// <summary>Stores two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Store(Vector256<int> v0, Vector256<int> v1, Vector256<int> v2, Vector256<int> v3, float* scales, DotToU8* epilogue, byte* y)
    {
        Vector256<float> scale0 = Vector256.Load(scales);
        Vector256<float> scale1 = Vector256.Load(scales + 8);
        Vector256<float> high = Vector256.Create(epilogue->High);
        Vector256<byte> bytes = QuantizedRounding.Pack32(
            Rounded(v0, scale0, high), Rounded(v1, scale1, high), Rounded(v2, scale0, high), Rounded(v3, scale1, high), Vector256.Create((short)epilogue->Zero));
        bytes = Vector256.Max(bytes, Vector256.Create((byte)((int)epilogue->Low + epilogue->Zero)));
        bytes.GetLower().Store(y);
        bytes.GetUpper().Store(y + epilogue->Stride);
        return y + (2 * epilogue->Stride);
    }
}
