using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Kernels five columns wide, of stride 1 or 2, for sixteen channels: of each line of the window every column of the image and every weight is loaded once for
/// up to seven columns of the result, whose sums hide the latency of the multiply-add.
/// </summary>
internal static unsafe partial class F32Depthwise5Avx512
{
    /// <summary>The channels computed at once.</summary>
    internal const int Channels = 16;

    private const int KernelW = 5;

    private const int MaxTileColumns = 7;

    /// <summary>The most columns of pads on either side: then only the first and the last two columns of a row, which lie in one tile, have fewer taps.</summary>
    private const int MaxPads = 2;

    /// <summary>Tells whether the windows are among those that this kernel knows.</summary>
    internal static bool Fits(F32DepthwiseTask* task) =>
        task->KernelW == KernelW && task->StrideW is 1 or 2 && task->DilationW == 1 && task->PadLeft <= MaxPads && RightPads(task) <= MaxPads;

    /// <summary>Computes one image for <paramref name="blocks"/> times sixteen channels.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plane(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int blocks)
    {
        // Every row has the same tiles: whole ones, of which the first is at the left edge, and what is left over, at the right edge.
        int columns = TileColumns(task->OutW);
        int atRight = task->OutW % columns;
        atRight = atRight == 0 ? columns : atRight;
        int inner = ((task->OutW - atRight) / columns) - 1;
        bool hasRightPads = RightPads(task) > 0;
        bool hasLeftPads = task->PadLeft > 0;
        var first = Tile(columns, hasLeftPads, false);
        var middle = Tile(columns, false, false);
        var last = Tile(atRight, hasLeftPads && inner < 0, hasRightPads);
        nint step = task->Channels;
        nint wStride = KernelW * step;
        for (int oy = 0; oy < task->OutH; oy++)
        {
            (int fromLine, int toLine) = task->Lines(oy);
            int lines = toLine - fromLine;
            float* window = x + (((oy * task->StrideH) - task->PadTop + (fromLine * task->DilationH)) * task->ImageStride) - task->LeftOffset;
            float* weights = w + (fromLine * wStride);
            for (int tile = -1; tile < inner; tile++)
            {
                (tile < 0 ? first : middle)(task, window, weights, bias, residual, y, lines, blocks);
                window += columns * task->ColumnStride;
                y += columns * step;
                residual = residual == null ? null : residual + (columns * step);
            }

            last(task, window, weights, bias, residual, y, lines, blocks);
            y += atRight * step;
            residual = residual == null ? null : residual + (atRight * step);
        }
    }

    /// <summary>The width of a tile: tiles are of nearly equal width, and the last is not a single column, before which another one would have fewer taps too.</summary>
    private static int TileColumns(int outW)
    {
        int tiles = (outW + MaxTileColumns - 1) / MaxTileColumns;
        int columns = (outW + tiles - 1) / tiles;
        while (columns > 2 && outW % columns == 1)
        {
            columns--;
        }

        return columns;
    }

    private static int RightPads(F32DepthwiseTask* task) => Math.Max(0, ((task->OutW - 1) * task->StrideW) - task->PadLeft + KernelW - task->InW);

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, void> Tile(int columns, bool left, bool right) => columns switch
    {
        1 => Tile<TileRows.R1>(left, right),
        2 => Tile<TileRows.R2>(left, right),
        3 => Tile<TileRows.R3>(left, right),
        4 => Tile<TileRows.R4>(left, right),
        5 => Tile<TileRows.R5>(left, right),
        6 => Tile<TileRows.R6>(left, right),
        _ => Tile<TileRows.R7>(left, right),
    };

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, void> Tile<TColumns>(bool left, bool right)
        where TColumns : struct, ITileRows => (left, right) switch
        {
            (true, true) => &Blocks<TColumns, DepthwiseEdges.Both>,
            (true, false) => &Blocks<TColumns, DepthwiseEdges.AtLeft>,
            (false, true) => &Blocks<TColumns, DepthwiseEdges.AtRight>,
            _ => &Blocks<TColumns, DepthwiseEdges.None>,
        };

    /// <summary>Computes one tile for each block of channels. The columns of the image that lie outside it are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TColumns, TEdges>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int lines, int blocks)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        int from = task->PadLeft;
        int to = ((TColumns.Count - 1) * task->StrideW) + KernelW - RightPads(task);
        bool isStride1 = task->StrideW == 1;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        for (; blocks > 0; blocks--)
        {
            Vector512<float> c0 = bias == null ? Vector512<float>.Zero : Vector512.Load(bias);
            Vector512<float> c1 = c0;
            Vector512<float> c2 = c0;
            Vector512<float> c3 = c0;
            Vector512<float> c4 = c0;
            Vector512<float> c5 = c0;
            Vector512<float> c6 = c0;
            float* line = x;
            float* weights = w;
            for (int remaining = lines; remaining > 0; remaining--)
            {
                Vector512<float> w0 = Vector512.Load(weights);
                Vector512<float> w1 = Vector512.Load(weights + step);
                Vector512<float> w2 = Vector512.Load(weights + (2 * step));
                Vector512<float> w3 = Vector512.Load(weights + (3 * step));
                Vector512<float> w4 = Vector512.Load(weights + (4 * step));
                if (isStride1)
                {
                    Stride1<TColumns, TEdges>(line, step, from, to, w0, w1, w2, w3, w4, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                }
                else
                {
                    Stride2<TColumns, TEdges>(line, step, from, to, w0, w1, w2, w3, w4, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                }

                line += lineStride;
                weights += KernelW * step;
            }

            Store<TColumns>(0, y, residual, step, low, high, c0);
            Store<TColumns>(1, y, residual, step, low, high, c1);
            Store<TColumns>(2, y, residual, step, low, high, c2);
            Store<TColumns>(3, y, residual, step, low, high, c3);
            Store<TColumns>(4, y, residual, step, low, high, c4);
            Store<TColumns>(5, y, residual, step, low, high, c5);
            Store<TColumns>(6, y, residual, step, low, high, c6);
            x += Channels;
            w += Channels;
            y += Channels;
            bias = bias == null ? null : bias + Channels;
            residual = residual == null ? null : residual + Channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TColumns>(int column, float* y, float* residual, nint step, Vector512<float> low, Vector512<float> high, Vector512<float> sum)
        where TColumns : struct, ITileRows
    {
        if (column < TColumns.Count)
        {
            sum = residual == null ? sum : sum + Vector512.Load(residual + (column * step));
            VectorMath.Clamp(sum, low, high).Store(y + (column * step));
        }
    }
}
