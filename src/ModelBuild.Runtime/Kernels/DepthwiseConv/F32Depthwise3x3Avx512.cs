using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Kernels of 3x3, of stride 1 or 2, for sixteen channels: the nine weights stay in registers, and tiles of two rows by up to seven columns have sums enough to
/// hide the latency of the multiply-add. Rows whose windows lack more than a line are for other kernels.
/// </summary>
internal static unsafe partial class F32Depthwise3x3Avx512
{
    /// <summary>The channels computed at once.</summary>
    internal const int Channels = 16;

    /// <summary>The rows of the kernel.</summary>
    internal const int KernelH = 3;

    private const int MaxTileColumns = 7;

    /// <summary>The elements of sixteen channels of an image that stays in the first-level cache while all its rows are computed for some columns.</summary>
    private const int NearElements = 4096;

    /// <summary>Computes one image for <paramref name="blocks"/> times sixteen channels.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plane(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int blocks)
    {
        // Windows of these rows have their middle line inside of the image, and one of the others.
        int first = Math.Min(task->OutH, (Math.Max(0, task->PadTop - 1) + task->StrideH - 1) / task->StrideH);
        int lastTop = task->InH - 2 + task->PadTop;
        int end = lastTop < 0 ? first : Math.Clamp((lastTop / task->StrideH) + 1, first, task->OutH);
        Edge(task, x, w, bias, residual, y, 0, first, blocks);
        if (first < end)
        {
            nint offset = first * task->OutW * (nint)task->Channels;
            nint top = (first * task->StrideH) - task->PadTop;
            float* window = x + (top * task->ImageStride) - task->LeftOffset;
            bool lacksLast = ((end - 1) * task->StrideH) - task->PadTop + KernelH > task->InH;
            Interior(task, window, w, bias, residual == null ? null : residual + offset, y + offset, end - first, top < 0, lacksLast, blocks);
        }

        Edge(task, x, w, bias, residual, y, end, task->OutH, blocks);
    }

    /// <summary>Rows whose windows lack more than a line.</summary>
    private static void Edge(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int from, int to, int blocks)
    {
        if (from < to)
        {
            F32DepthwiseTask band = *task;
            band.OutH = to - from;
            band.PadTop -= from * band.StrideH;
            nint offset = from * band.OutW * (nint)band.Channels;
            F32Depthwise4x16Avx512.Width3(&band, x, w, bias, residual == null ? null : residual + offset, y + offset, blocks);
        }
    }

    /// <summary>Rows of which the first may lack the first line, and the last the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interior(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int rows, bool lacksFirst, bool lacksLast, int blocks)
    {
        // Every row has the same tiles: one at the left edge, whole ones, one at the right edge.
        // They are of nearly equal width.
        int tiles = (task->OutW + MaxTileColumns - 1) / MaxTileColumns;
        int tileColumns = (task->OutW + tiles - 1) / tiles;
        int atLeft = task->InteriorStart > 0 ? tileColumns : 0;
        int whole = Math.Max(0, task->InteriorEnd - atLeft) / tileColumns;
        int atRight = task->OutW - atLeft - (whole * tileColumns);
        bool leftIsRight = atRight == 0 && whole == 0 && task->HasRightEdge;
        bool isNear = (long)task->InH * task->InW * Channels <= NearElements;
        nint step = task->Channels;
        nint columns = task->ColumnStride;
        int together = Math.Min(rows, 2);
        while (rows > 0)
        {
            var first = Tile(atLeft, true, leftIsRight, together);
            var inner = Tile(tileColumns, false, false, together);
            var last = Tile(atRight, false, task->HasRightEdge, together);
            int down = isNear ? rows / together : 1;
            for (; rows >= together; rows -= down * together)
            {
                bool atEnd = lacksLast && rows == down * together;
                if (atLeft > 0)
                {
                    first(task, x, w, bias, residual, y, 1, down, blocks, lacksFirst, atEnd);
                }

                int done = atLeft;
                if (whole > 0)
                {
                    inner(task, x + (done * columns), w, bias, residual == null ? null : residual + (done * step), y + (done * step), whole, down, blocks, lacksFirst, atEnd);
                    done += whole * tileColumns;
                }

                if (atRight > 0)
                {
                    last(task, x + (done * columns), w, bias, residual == null ? null : residual + (done * step), y + (done * step), 1, down, blocks, lacksFirst, atEnd);
                }

                lacksFirst = false;
                nint offset = (nint)down * together * task->OutW * step;
                x += (nint)down * together * task->StrideH * task->ImageStride;
                y += offset;
                residual = residual == null ? null : residual + offset;
            }

            together = rows;
        }
    }

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, int, bool, bool, void> Tile(int columns, bool left, bool right, int rows) => columns switch
    {
        1 => Tile<TileRows.R1>(left, right, rows),
        2 => Tile<TileRows.R2>(left, right, rows),
        3 => Tile<TileRows.R3>(left, right, rows),
        4 => Tile<TileRows.R4>(left, right, rows),
        5 => Tile<TileRows.R5>(left, right, rows),
        6 => Tile<TileRows.R6>(left, right, rows),
        _ => Tile<TileRows.R7>(left, right, rows),
    };

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, int, bool, bool, void> Tile<TColumns>(bool left, bool right, int rows)
        where TColumns : struct, ITileRows => (left, right) switch
        {
            (true, true) => rows == 2 ? &Tiles<TileRows.R2, TColumns, DepthwiseEdges.Both> : &Tiles<TileRows.R1, TColumns, DepthwiseEdges.Both>,
            (true, false) => rows == 2 ? &Tiles<TileRows.R2, TColumns, DepthwiseEdges.AtLeft> : &Tiles<TileRows.R1, TColumns, DepthwiseEdges.AtLeft>,
            (false, true) => rows == 2 ? &Tiles<TileRows.R2, TColumns, DepthwiseEdges.AtRight> : &Tiles<TileRows.R1, TColumns, DepthwiseEdges.AtRight>,
            _ => rows == 2 ? &Tiles<TileRows.R2, TColumns, DepthwiseEdges.None> : &Tiles<TileRows.R1, TColumns, DepthwiseEdges.None>,
        };

    /// <summary>Computes tiles of one or two rows and one to seven columns. Where the first or the last column has a tap outside the image, the tap is left out.</summary>
    /// <param name="task">What all lines share.</param>
    /// <param name="x">The window of the first result.</param>
    /// <param name="w">The weights.</param>
    /// <param name="bias">One value per channel, or null.</param>
    /// <param name="residual">A summand, or null.</param>
    /// <param name="y">The first result.</param>
    /// <param name="tiles">The tiles beside each other.</param>
    /// <param name="down">The tiles below each other.</param>
    /// <param name="blocks">The blocks of sixteen channels.</param>
    /// <param name="lacksFirst">The first line of the first row's windows is outside the image.</param>
    /// <param name="lacksLast">The last line of the last row's windows is outside the image.</param>
    /// <typeparam name="TRows">The rows of a tile.</typeparam>
    /// <typeparam name="TColumns">The columns of a tile.</typeparam>
    /// <typeparam name="TEdges">The columns whose taps are outside the image.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows, TColumns, TEdges>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int tiles, int down, int blocks, bool lacksFirst, bool lacksLast)
        where TRows : struct, ITileRows
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint step = task->Channels;
        nint line = task->ImageStride;
        nint resultLine = task->OutW * step;
        nint next = task->StrideH * line;
        bool isStride1 = task->StrideW == 1;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        for (; blocks > 0; blocks--)
        {
            Vector512<float> start = bias == null ? Vector512<float>.Zero : Vector512.Load(bias);
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = Vector512.Load(w + step);
            Vector512<float> w2 = Vector512.Load(w + (2 * step));
            Vector512<float> w3 = Vector512.Load(w + (3 * step));
            Vector512<float> w4 = Vector512.Load(w + (4 * step));
            Vector512<float> w5 = Vector512.Load(w + (5 * step));
            Vector512<float> w6 = Vector512.Load(w + (6 * step));
            Vector512<float> w7 = Vector512.Load(w + (7 * step));
            Vector512<float> w8 = Vector512.Load(w + (8 * step));
            float* firstWindow = x;
            float* firstSummand = residual;
            float* firstTarget = y;
            bool hasFirst = !lacksFirst;
            for (int row = down; row > 0; row--)
            {
                bool hasLast = row > 1 || !lacksLast;
                float* window = firstWindow;
                float* summand = firstSummand;
                float* target = firstTarget;
                for (int tile = tiles; tile > 0; tile--)
                {
                    Vector512<float> c0 = start;
                    Vector512<float> c1 = start;
                    Vector512<float> c2 = start;
                    Vector512<float> c3 = start;
                    Vector512<float> c4 = start;
                    Vector512<float> c5 = start;
                    Vector512<float> c6 = start;
                    Vector512<float> d0 = start;
                    Vector512<float> d1 = start;
                    Vector512<float> d2 = start;
                    Vector512<float> d3 = start;
                    Vector512<float> d4 = start;
                    Vector512<float> d5 = start;
                    Vector512<float> d6 = start;
                    if (isStride1)
                    {
                        if (hasFirst)
                        {
                            Stride1<TColumns, TEdges>(window, step, w0, w1, w2, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        }

                        Stride1<TColumns, TEdges>(window + line, step, w3, w4, w5, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        if (TRows.Count > 1 || hasLast)
                        {
                            Stride1<TColumns, TEdges>(window + (2 * line), step, w6, w7, w8, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        }

                        if (TRows.Count > 1)
                        {
                            Stride1<TColumns, TEdges>(window + next, step, w0, w1, w2, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            Stride1<TColumns, TEdges>(window + next + line, step, w3, w4, w5, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            if (hasLast)
                            {
                                Stride1<TColumns, TEdges>(window + next + (2 * line), step, w6, w7, w8, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            }
                        }
                    }
                    else
                    {
                        if (hasFirst)
                        {
                            Stride2<TColumns, TEdges>(window, step, w0, w1, w2, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        }

                        Stride2<TColumns, TEdges>(window + line, step, w3, w4, w5, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        if (TRows.Count > 1 || hasLast)
                        {
                            Stride2<TColumns, TEdges>(window + (2 * line), step, w6, w7, w8, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
                        }

                        if (TRows.Count > 1)
                        {
                            Stride2<TColumns, TEdges>(window + next, step, w0, w1, w2, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            Stride2<TColumns, TEdges>(window + next + line, step, w3, w4, w5, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            if (hasLast)
                            {
                                Stride2<TColumns, TEdges>(window + next + (2 * line), step, w6, w7, w8, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
                            }
                        }
                    }

                    Store<TColumns>(target, summand, step, low, high, c0, c1, c2, c3, c4, c5, c6);
                    if (TRows.Count > 1)
                    {
                        Store<TColumns>(target + resultLine, summand == null ? null : summand + resultLine, step, low, high, d0, d1, d2, d3, d4, d5, d6);
                    }

                    window += TColumns.Count * task->ColumnStride;
                    target += TColumns.Count * step;
                    summand = summand == null ? null : summand + (TColumns.Count * step);
                }

                firstWindow += TRows.Count * next;
                firstTarget += TRows.Count * resultLine;
                firstSummand = firstSummand == null ? null : firstSummand + (TRows.Count * resultLine);
                hasFirst = true;
            }

            x += Channels;
            w += Channels;
            y += Channels;
            bias = bias == null ? null : bias + Channels;
            residual = residual == null ? null : residual + Channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TColumns>(
        float* y, float* residual, nint step, Vector512<float> low, Vector512<float> high,
        Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3, Vector512<float> c4, Vector512<float> c5, Vector512<float> c6)
        where TColumns : struct, ITileRows
    {
        if (residual != null)
        {
            c0 += Vector512.Load(residual);
            c1 = TColumns.Count > 1 ? c1 + Vector512.Load(residual + step) : c1;
            c2 = TColumns.Count > 2 ? c2 + Vector512.Load(residual + (2 * step)) : c2;
            c3 = TColumns.Count > 3 ? c3 + Vector512.Load(residual + (3 * step)) : c3;
            c4 = TColumns.Count > 4 ? c4 + Vector512.Load(residual + (4 * step)) : c4;
            c5 = TColumns.Count > 5 ? c5 + Vector512.Load(residual + (5 * step)) : c5;
            c6 = TColumns.Count > 6 ? c6 + Vector512.Load(residual + (6 * step)) : c6;
        }

        VectorMath.Clamp(c0, low, high).Store(y);
        if (TColumns.Count > 1)
        {
            VectorMath.Clamp(c1, low, high).Store(y + step);
        }

        if (TColumns.Count > 2)
        {
            VectorMath.Clamp(c2, low, high).Store(y + (2 * step));
        }

        if (TColumns.Count > 3)
        {
            VectorMath.Clamp(c3, low, high).Store(y + (3 * step));
        }

        if (TColumns.Count > 4)
        {
            VectorMath.Clamp(c4, low, high).Store(y + (4 * step));
        }

        if (TColumns.Count > 5)
        {
            VectorMath.Clamp(c5, low, high).Store(y + (5 * step));
        }

        if (TColumns.Count > 6)
        {
            VectorMath.Clamp(c6, low, high).Store(y + (6 * step));
        }
    }
}
