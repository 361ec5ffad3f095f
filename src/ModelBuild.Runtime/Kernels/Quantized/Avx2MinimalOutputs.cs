using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The outputs of <see cref="Avx2Minimal3x3"/>: m0 + m1 + m2, m1 - m2 - m3, of rows and of columns, with the bits of <see cref="DotToU8.Store"/>.</summary>
internal static unsafe class Avx2MinimalOutputs
{
    private const int HalfColumns = DotPanel.Columns / 2;

    /// <summary>Stores tiles of 2 x 2 pixels of 16 channels.</summary>
    /// <param name="sums">[point][tile][16].</param>
    /// <param name="point">Integers between points.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="rows">The output row of each.</param>
    /// <param name="line">Bytes between lines of outputs.</param>
    /// <param name="output">The first channel of the first output row.</param>
    /// <param name="epilogue">The bounds.</param>
    /// <param name="init">The starting values.</param>
    /// <param name="scales">The scales.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(int* sums, nint point, int tiles, nint* rows, nint line, byte* output, DotToU8* epilogue, int* init, float* scales)
    {
        nint stride = epilogue->Stride;
        Vector256<float> high = Vector256.Create(epilogue->High);
        Vector256<short> zero = Vector256.Create((short)epilogue->Zero);
        Vector256<byte> least = Vector256.Create((byte)((int)epilogue->Low + epilogue->Zero));
        for (int column = 0; column < DotPanel.Columns; column += HalfColumns, sums += HalfColumns, output += HalfColumns)
        {
            Vector256<int> bias = Vector256.Load(init + column);
            Vector256<float> scale = Vector256.Load(scales + column);
            int* m = sums;
            for (int tile = 0; tile < tiles; tile++, m += DotPanel.Columns)
            {
                Column(m, point, out Vector256<int> a0, out Vector256<int> b0);
                Column(m + point, point, out Vector256<int> a1, out Vector256<int> b1);
                Column(m + (2 * point), point, out Vector256<int> a2, out Vector256<int> b2);
                Column(m + (3 * point), point, out Vector256<int> a3, out Vector256<int> b3);
                Vector256<int> v0 = Rounded(a0 + a1 + a2, bias, scale, high);
                Vector256<int> v1 = Rounded(a1 - a2 - a3, bias, scale, high);
                Vector256<int> v2 = Rounded(b0 + b1 + b2, bias, scale, high);
                Vector256<int> v3 = Rounded(b1 - b2 - b3, bias, scale, high);
                Vector256<byte> bytes = Vector256.Max(QuantizedRounding.Pack32(v0, v1, v2, v3, zero), least);
                byte* y = output + (rows[tile] * stride);
                Vector128<byte> upper = bytes.GetLower();
                Vector128<byte> lower = bytes.GetUpper();
                upper.GetLower().Store(y);
                upper.GetUpper().Store(y + stride);
                lower.GetLower().Store(y + line);
                lower.GetUpper().Store(y + line + stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(int* m, nint point, out Vector256<int> upper, out Vector256<int> lower)
    {
        Vector256<int> m1 = Vector256.Load(m + (4 * point));
        Vector256<int> m2 = Vector256.Load(m + (8 * point));
        upper = Vector256.Load(m) + m1 + m2;
        lower = m1 - m2 - Vector256.Load(m + (12 * point));
    }

    /// <summary>The weights were four times as large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(Vector256<int> sum, Vector256<int> bias, Vector256<float> scale, Vector256<float> high) =>
        Avx.ConvertToVector256Int32(Avx.Min(high, Vector256.ConvertToSingle((sum >> 2) + bias) * scale));
}
