using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The products of all points of a block of tiles on AVX2. The products of one point are so small that to cut each into tiles anew would take a fifth of their time.
/// </summary>
internal static unsafe class WinogradProduct6x16
{
    /// <summary>Gets a value indicating whether the processor has the instructions.</summary>
    internal static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>Multiplies the data of all points with their weights.</summary>
    /// <param name="product">The strides of the product of one point.</param>
    /// <param name="data">The data of the first point.</param>
    /// <param name="dataStride">The elements from a point to the next.</param>
    /// <param name="w">The panels of the first point; those of the next follow.</param>
    /// <param name="products">The result of the first point.</param>
    /// <param name="productStride">The elements from a point to the next.</param>
    /// <param name="tiles">The rows of each product.</param>
    /// <param name="columns">The columns of each, whole panels.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run(F32GemmTask* product, float* data, nint dataStride, float* w, float* products, nint productStride, int tiles, int columns)
    {
        nint* offsets = stackalloc nint[F32Gemm6x16Avx2.MaxRows];
        for (int row = 0; row < F32Gemm6x16Avx2.MaxRows; row++)
        {
            offsets[row] = row * product->RowStride;
        }

        // Tiles of nearly equal height: none is so low that its few accumulators cannot hide the latency of the multiply-add.
        int parts = (tiles + F32Gemm6x16Avx2.MaxRows - 1) / F32Gemm6x16Avx2.MaxRows;
        int rows = tiles / parts;
        int higher = tiles % parts;
        int first = higher * (rows + 1);
        for (int point = 0; point < WinogradPoints.Products; point++)
        {
            for (int column = 0; column < columns; column += GemmPacking.PanelWidth)
            {
                float* y = products + column;
                float* next = w + product->PanelStride;
                if (higher > 0)
                {
                    F32Gemm6x16Avx2.Run(product, data, offsets, w, y, null, null, next, GemmPacking.PanelWidth, higher, rows + 1);
                }

                F32Gemm6x16Avx2.Run(
                    product, data + (first * product->RowStride), offsets, w, y + (first * product->YStride), null, null, next + (higher * product->PanelStride / F32Gemm6x16Avx2.StepsTogether), GemmPacking.PanelWidth, parts - higher, rows);
                w = next;
            }

            data += dataStride;
            products += productStride;
        }
    }
}
