using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The outputs of <see cref="Avx512Minimal3x3"/>: m0 + m1 + m2, m1 - m2 - m3, of rows and of columns, with the bits of <see cref="DotToU8.Store"/>.</summary>
internal static unsafe class Avx512MinimalOutputs
{
    /// <summary>Stores tiles of 2 x 2 pixels of 16 channels.</summary>
    /// <param name="sums">What <see cref="Avx512MinimalProducts"/> has summed.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="rows">The output row of each.</param>
    /// <param name="line">Bytes between lines of outputs.</param>
    /// <param name="output">The first channel of the first output row.</param>
    /// <param name="epilogue">The bounds.</param>
    /// <param name="init">The starting values.</param>
    /// <param name="scales">The scales.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(int* sums, int tiles, nint* rows, nint line, byte* output, DotToU8* epilogue, int* init, float* scales)
    {
        const int Point = Avx512MinimalProducts.Point;
        nint stride = epilogue->Stride;
        Vector512<int> bias = Vector512.Load(init);
        Vector512<float> scale = Vector512.Load(scales);
        Vector512<float> high = Vector512.Create(epilogue->High);
        Vector512<short> zero = Vector512.Create((short)epilogue->Zero);
        Vector512<byte> least = Vector512.Create((byte)((int)epilogue->Low + epilogue->Zero));
        for (int tile = 0; tile < tiles; tile++, sums += DotPanel.Columns)
        {
            Column(sums, out Vector512<int> a0, out Vector512<int> b0);
            Column(sums + Point, out Vector512<int> a1, out Vector512<int> b1);
            Column(sums + (2 * Point), out Vector512<int> a2, out Vector512<int> b2);
            Column(sums + (3 * Point), out Vector512<int> a3, out Vector512<int> b3);
            Vector512<int> v0 = Rounded(a0 + a1 + a2, bias, scale, high);
            Vector512<int> v1 = Rounded(a1 - a2 - a3, bias, scale, high);
            Vector512<int> v2 = Rounded(b0 + b1 + b2, bias, scale, high);
            Vector512<int> v3 = Rounded(b1 - b2 - b3, bias, scale, high);
            Vector512<byte> bytes = Vector512.Max(QuantizedRounding.Pack64(v0, v1, v2, v3, zero), least);
            byte* y = output + (rows[tile] * stride);
            bytes.GetLower().GetLower().Store(y);
            bytes.GetLower().GetUpper().Store(y + stride);
            bytes.GetUpper().GetLower().Store(y + line);
            bytes.GetUpper().GetUpper().Store(y + line + stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(int* m, out Vector512<int> upper, out Vector512<int> lower)
    {
        const int Row = 4 * Avx512MinimalProducts.Point;
        Vector512<int> m1 = Vector512.Load(m + Row);
        Vector512<int> m2 = Vector512.Load(m + (2 * Row));
        upper = Vector512.Load(m) + m1 + m2;
        lower = m1 - m2 - Vector512.Load(m + (3 * Row));
    }

    /// <summary>The weights were four times as large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(Vector512<int> sum, Vector512<int> bias, Vector512<float> scale, Vector512<float> high) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(high, Vector512.ConvertToSingle((sum >> 2) + bias) * scale));
}
