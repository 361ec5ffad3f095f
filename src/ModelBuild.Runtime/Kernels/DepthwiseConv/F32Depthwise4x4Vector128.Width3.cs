using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Kernels three columns wide, of stride 1 or 2, with at most one column of pads on either side.</content>
internal static unsafe partial class F32Depthwise4x4Vector128
{
    /// <summary>Computes one image for <paramref name="blocks"/> times four channels. Blocks are the inner loop, so that memory is read in the order in which it lies.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Width3(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int blocks)
    {
        // Every row has the same tiles: one at the left edge, whole ones, one at the right edge.
        int atLeft = task->InteriorStart > 0 ? Math.Min(TileColumns, task->OutW) : 0;
        int whole = Math.Max(0, task->InteriorEnd - atLeft) / TileColumns;
        int atRight = task->OutW - atLeft - (whole * TileColumns);
        var first = Tile(atLeft, true, atRight == 0 && whole == 0 && task->HasRightEdge);
        var last = Tile(atRight, false, task->HasRightEdge);
        nint step = task->Channels;
        for (int oy = 0; oy < task->OutH; oy++)
        {
            (int fromLine, int toLine) = task->Lines(oy);
            int lines = toLine - fromLine;
            float* window = x + (((oy * task->StrideH) - task->PadTop + (fromLine * task->DilationH)) * task->ImageStride) - task->LeftOffset;
            float* weights = w + (3 * fromLine * step);
            if (atLeft > 0)
            {
                first(task, window, weights, bias, residual, y, lines, 1, blocks);
                window += atLeft * task->ColumnStride;
                y += atLeft * step;
                residual = residual == null ? null : residual + (atLeft * step);
            }

            if (whole > 0)
            {
                int columns = whole * TileColumns;
                Columns<TileRows.R4, DepthwiseEdges.None>(task, window, weights, bias, residual, y, lines, whole, blocks);
                window += columns * task->ColumnStride;
                y += columns * step;
                residual = residual == null ? null : residual + (columns * step);
            }

            if (atRight > 0)
            {
                last(task, window, weights, bias, residual, y, lines, 1, blocks);
                y += atRight * step;
                residual = residual == null ? null : residual + (atRight * step);
            }
        }
    }

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, int, void> Tile(int columns, bool left, bool right) => columns switch
    {
        1 => Tile<TileRows.R1>(left, right),
        2 => Tile<TileRows.R2>(left, right),
        3 => Tile<TileRows.R3>(left, right),
        _ => Tile<TileRows.R4>(left, right),
    };

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, int, int, int, void> Tile<TColumns>(bool left, bool right)
        where TColumns : struct, ITileRows => (left, right) switch
        {
            (true, true) => &Columns<TColumns, DepthwiseEdges.Both>,
            (true, false) => &Columns<TColumns, DepthwiseEdges.AtLeft>,
            (false, true) => &Columns<TColumns, DepthwiseEdges.AtRight>,
            _ => &Columns<TColumns, DepthwiseEdges.None>,
        };

    /// <summary>Computes tiles of one to four columns. Where the first or the last column has a tap outside the image, the tap is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TColumns, TEdges>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int lines, int tiles, int blocks)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint step = task->Channels;
        bool isStride1 = task->StrideW == 1;
        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        for (int tile = 0; tile < tiles; tile++)
        {
            nint offset = tile * TColumns.Count * step;
            float* window = x + (tile * TColumns.Count * task->ColumnStride);
            float* summand = residual == null ? null : residual + offset;
            float* target = y + offset;
            for (nint channel = 0; channel < blocks * Channels; channel += Channels)
            {
                Vector128<float> c0 = bias == null ? Vector128<float>.Zero : Vector128.Load(bias + channel);
                Vector128<float> c1 = c0;
                Vector128<float> c2 = c0;
                Vector128<float> c3 = c0;
                float* line = window + channel;
                float* weights = w + channel;
                for (int remaining = lines; remaining > 0; remaining--)
                {
                    float* p = line;
                    Vector128<float> w0 = Vector128.Load(weights);
                    Vector128<float> w1 = Vector128.Load(weights + step);
                    Vector128<float> w2 = Vector128.Load(weights + (2 * step));
                    Vector128<float> v;
                    if (isStride1)
                    {
                        if (!TEdges.Left)
                        {
                            c0 = NativeMath.MultiplyAdd(Vector128.Load(p), w0, c0);
                        }

                        p += step;
                        v = Vector128.Load(p);
                        c0 = NativeMath.MultiplyAdd(v, w1, c0);
                        if (TColumns.Count > 1)
                        {
                            c1 = NativeMath.MultiplyAdd(v, w0, c1);
                        }

                        p += step;
                        if (TColumns.Count > 1 || !TEdges.Right)
                        {
                            v = Vector128.Load(p);
                            c0 = NativeMath.MultiplyAdd(v, w2, c0);
                            if (TColumns.Count > 1)
                            {
                                c1 = NativeMath.MultiplyAdd(v, w1, c1);
                            }

                            if (TColumns.Count > 2)
                            {
                                c2 = NativeMath.MultiplyAdd(v, w0, c2);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
                        {
                            v = Vector128.Load(p);
                            c1 = NativeMath.MultiplyAdd(v, w2, c1);
                            if (TColumns.Count > 2)
                            {
                                c2 = NativeMath.MultiplyAdd(v, w1, c2);
                            }

                            if (TColumns.Count > 3)
                            {
                                c3 = NativeMath.MultiplyAdd(v, w0, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
                        {
                            v = Vector128.Load(p);
                            c2 = NativeMath.MultiplyAdd(v, w2, c2);
                            if (TColumns.Count > 3)
                            {
                                c3 = NativeMath.MultiplyAdd(v, w1, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3 && !TEdges.Right)
                        {
                            c3 = NativeMath.MultiplyAdd(Vector128.Load(p), w2, c3);
                        }
                    }
                    else
                    {
                        if (!TEdges.Left)
                        {
                            c0 = NativeMath.MultiplyAdd(Vector128.Load(p), w0, c0);
                        }

                        p += step;
                        v = Vector128.Load(p);
                        c0 = NativeMath.MultiplyAdd(v, w1, c0);
                        p += step;
                        if (TColumns.Count > 1 || !TEdges.Right)
                        {
                            v = Vector128.Load(p);
                            c0 = NativeMath.MultiplyAdd(v, w2, c0);
                            if (TColumns.Count > 1)
                            {
                                c1 = NativeMath.MultiplyAdd(v, w0, c1);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 1)
                        {
                            c1 = NativeMath.MultiplyAdd(Vector128.Load(p), w1, c1);
                        }

                        p += step;
                        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
                        {
                            v = Vector128.Load(p);
                            c1 = NativeMath.MultiplyAdd(v, w2, c1);
                            if (TColumns.Count > 2)
                            {
                                c2 = NativeMath.MultiplyAdd(v, w0, c2);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 2)
                        {
                            c2 = NativeMath.MultiplyAdd(Vector128.Load(p), w1, c2);
                        }

                        p += step;
                        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
                        {
                            v = Vector128.Load(p);
                            c2 = NativeMath.MultiplyAdd(v, w2, c2);
                            if (TColumns.Count > 3)
                            {
                                c3 = NativeMath.MultiplyAdd(v, w0, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3)
                        {
                            c3 = NativeMath.MultiplyAdd(Vector128.Load(p), w1, c3);
                        }

                        p += step;
                        if (TColumns.Count > 3 && !TEdges.Right)
                        {
                            c3 = NativeMath.MultiplyAdd(Vector128.Load(p), w2, c3);
                        }
                    }

                    weights += 3 * step;
                    line += task->LineStride;
                }

                if (summand != null)
                {
                    c0 += Vector128.Load(summand + channel);
                    if (TColumns.Count > 1)
                    {
                        c1 += Vector128.Load(summand + step + channel);
                    }

                    if (TColumns.Count > 2)
                    {
                        c2 += Vector128.Load(summand + (2 * step) + channel);
                    }

                    if (TColumns.Count > 3)
                    {
                        c3 += Vector128.Load(summand + (3 * step) + channel);
                    }
                }

                VectorMath.Clamp(c0, low, high).Store(target + channel);
                if (TColumns.Count > 1)
                {
                    VectorMath.Clamp(c1, low, high).Store(target + step + channel);
                }

                if (TColumns.Count > 2)
                {
                    VectorMath.Clamp(c2, low, high).Store(target + (2 * step) + channel);
                }

                if (TColumns.Count > 3)
                {
                    VectorMath.Clamp(c3, low, high).Store(target + (3 * step) + channel);
                }
            }
        }
    }
}
