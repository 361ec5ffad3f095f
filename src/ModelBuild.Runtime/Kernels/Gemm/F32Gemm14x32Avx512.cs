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

    /// <summary>Computes tiles of <paramref name="rows"/> rows, 1 to 14, below each other.</summary>
    /// <inheritdoc cref="Tiles{TRows,TColumns}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run(int rows, int tiles, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns, float* ahead, nint aheadStep)
    {
        if (columns == Columns)
        {
            Run<TileColumns.Whole>(rows, tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
        }
        else
        {
            Run<TileColumns.Partial>(rows, tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<TColumns>(int rows, int tiles, F32GemmTask* task, float* a, nint* rowOffsets, float* b, float* y, float* bias, float* residual, int columns, float* ahead, nint aheadStep)
        where TColumns : struct, ITileColumns
    {
        switch (rows)
        {
            case 1:
                Tiles<TileRows.R1, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 2:
                Tiles<TileRows.R2, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 3:
                Tiles<TileRows.R3, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 4:
                Tiles<TileRows.R4, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 5:
                Tiles<TileRows.R5, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 6:
                Tiles<TileRows.R6, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 7:
                Tiles<TileRows.R7, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 8:
                Tiles<TileRows.R8, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 9:
                Tiles<TileRows.R9, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 10:
                Tiles<TileRows.R10, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 11:
                Tiles<TileRows.R11, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 12:
                Tiles<TileRows.R12, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 13:
                Tiles<TileRows.R13, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
            case 14:
                Tiles<TileRows.R14, TColumns>(tiles, task, a, rowOffsets, b, y, bias, residual, columns, ahead, aheadStep);
                break;
        }
    }
}
