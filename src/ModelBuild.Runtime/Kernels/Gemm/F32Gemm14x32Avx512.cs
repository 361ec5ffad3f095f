using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 micro-kernel over two panels: 28 accumulators, 2 loads, 1 broadcast; 14 x 2 fused multiply-adds per step of depth.</summary>
internal static unsafe partial class F32Gemm14x32Avx512
{
    /// <summary>The most rows of one tile.</summary>
    internal const int MaxRows = 14;

    /// <summary>The columns of one tile.</summary>
    internal const int Columns = 32;

    /// <summary>From a step of a panel to what is brought into the first-level cache meanwhile: eight steps.</summary>
    private const int NearElements = 8 * GemmPacking.PanelWidth;

    /// <summary>Computes a tile of <paramref name="rows"/> rows, 1 to 14.</summary>
    /// <inheritdoc cref="Tile{TRows}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int rows, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns, float* ahead, nint aheadStep)
    {
        switch (rows)
        {
            case 1:
                Tile<TileRows.R1>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 2:
                Tile<TileRows.R2>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 3:
                Tile<TileRows.R3>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 4:
                Tile<TileRows.R4>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 5:
                Tile<TileRows.R5>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 6:
                Tile<TileRows.R6>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 7:
                Tile<TileRows.R7>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 8:
                Tile<TileRows.R8>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 9:
                Tile<TileRows.R9>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 10:
                Tile<TileRows.R10>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 11:
                Tile<TileRows.R11>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 12:
                Tile<TileRows.R12>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 13:
                Tile<TileRows.R13>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 14:
                Tile<TileRows.R14>(task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
        }
    }
}
