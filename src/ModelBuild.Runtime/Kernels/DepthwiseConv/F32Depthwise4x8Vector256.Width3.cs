using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Kernels three columns wide, of stride 1 or 2, with at most one column of pads on either side.</content>
internal static unsafe partial class F32Depthwise4x8Vector256
{
    /// <summary>Computes one image for <paramref name="blocks"/> times eight channels. Blocks are the inner loop, so that memory is read in the order in which it lies.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Width3(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int blocks)
    {
        nint step = task->Channels;
        for (int oy = 0; oy < task->OutH; oy++)
        {
            (int fromLine, int toLine) = task->Lines(oy);
            float* line = x + (((oy * task->StrideH) - task->PadTop + (fromLine * task->DilationH)) * task->ImageStride) - task->LeftOffset;
            float* weights = w + (3 * fromLine * step);
            for (int ox = 0; ox < task->OutW;)
            {
                nint offset = ((nint)(oy * task->OutW) + ox) * step;
                float* window = line + (ox * task->ColumnStride);
                float* summand = residual == null ? null : residual + offset;
                if (ox >= task->InteriorStart && ox + TileColumns <= task->InteriorEnd)
                {
                    int tiles = (task->InteriorEnd - ox) / TileColumns;
                    Columns<TileRows.R4, DepthwiseEdges.None>(task, window, weights, bias, summand, y + offset, toLine - fromLine, tiles, blocks);
                    ox += tiles * TileColumns;
                    continue;
                }

                int columns = Math.Min(TileColumns, task->OutW - ox);
                bool left = ox < task->InteriorStart;
                bool right = ox + columns == task->OutW && task->HasRightEdge;
                Tile(task, window, weights, bias, summand, y + offset, toLine - fromLine, columns, left, right, blocks);
                ox += columns;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int lines, int columns, bool left, bool right, int blocks)
    {
        switch (columns)
        {
            case 1:
                Tile<TileRows.R1>(task, x, w, bias, residual, y, lines, left, right, blocks);
                break;
            case 2:
                Tile<TileRows.R2>(task, x, w, bias, residual, y, lines, left, right, blocks);
                break;
            case 3:
                Tile<TileRows.R3>(task, x, w, bias, residual, y, lines, left, right, blocks);
                break;
            default:
                Tile<TileRows.R4>(task, x, w, bias, residual, y, lines, left, right, blocks);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TColumns>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int lines, bool left, bool right, int blocks)
        where TColumns : struct, ITileRows
    {
        if (left && right)
        {
            Columns<TColumns, DepthwiseEdges.Both>(task, x, w, bias, residual, y, lines, 1, blocks);
        }
        else if (left)
        {
            Columns<TColumns, DepthwiseEdges.AtLeft>(task, x, w, bias, residual, y, lines, 1, blocks);
        }
        else if (right)
        {
            Columns<TColumns, DepthwiseEdges.AtRight>(task, x, w, bias, residual, y, lines, 1, blocks);
        }
        else
        {
            Columns<TColumns, DepthwiseEdges.None>(task, x, w, bias, residual, y, lines, 1, blocks);
        }
    }

    /// <summary>Computes tiles of one to four columns. Where the first or the last column has a tap outside the image, the tap is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TColumns, TEdges>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int lines, int tiles, int blocks)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint step = task->Channels;
        bool isStride1 = task->StrideW == 1;
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        for (int tile = 0; tile < tiles; tile++)
        {
            nint offset = tile * TColumns.Count * step;
            float* window = x + (tile * TColumns.Count * task->ColumnStride);
            float* summand = residual == null ? null : residual + offset;
            float* target = y + offset;
            for (nint channel = 0; channel < blocks * Channels; channel += Channels)
            {
                Vector256<float> c0 = bias == null ? Vector256<float>.Zero : Vector256.Load(bias + channel);
                Vector256<float> c1 = c0;
                Vector256<float> c2 = c0;
                Vector256<float> c3 = c0;
                float* line = window + channel;
                float* weights = w + channel;
                for (int remaining = lines; remaining > 0; remaining--)
                {
                    float* p = line;
                    Vector256<float> w0 = Vector256.Load(weights);
                    Vector256<float> w1 = Vector256.Load(weights + step);
                    Vector256<float> w2 = Vector256.Load(weights + (2 * step));
                    Vector256<float> v;
                    if (isStride1)
                    {
                        if (!TEdges.Left)
                        {
                            c0 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w0, c0);
                        }

                        p += step;
                        v = Vector256.Load(p);
                        c0 = Vector256.FusedMultiplyAdd(v, w1, c0);
                        if (TColumns.Count > 1)
                        {
                            c1 = Vector256.FusedMultiplyAdd(v, w0, c1);
                        }

                        p += step;
                        if (TColumns.Count > 1 || !TEdges.Right)
                        {
                            v = Vector256.Load(p);
                            c0 = Vector256.FusedMultiplyAdd(v, w2, c0);
                            if (TColumns.Count > 1)
                            {
                                c1 = Vector256.FusedMultiplyAdd(v, w1, c1);
                            }

                            if (TColumns.Count > 2)
                            {
                                c2 = Vector256.FusedMultiplyAdd(v, w0, c2);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
                        {
                            v = Vector256.Load(p);
                            c1 = Vector256.FusedMultiplyAdd(v, w2, c1);
                            if (TColumns.Count > 2)
                            {
                                c2 = Vector256.FusedMultiplyAdd(v, w1, c2);
                            }

                            if (TColumns.Count > 3)
                            {
                                c3 = Vector256.FusedMultiplyAdd(v, w0, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
                        {
                            v = Vector256.Load(p);
                            c2 = Vector256.FusedMultiplyAdd(v, w2, c2);
                            if (TColumns.Count > 3)
                            {
                                c3 = Vector256.FusedMultiplyAdd(v, w1, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3 && !TEdges.Right)
                        {
                            c3 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w2, c3);
                        }
                    }
                    else
                    {
                        if (!TEdges.Left)
                        {
                            c0 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w0, c0);
                        }

                        p += step;
                        v = Vector256.Load(p);
                        c0 = Vector256.FusedMultiplyAdd(v, w1, c0);
                        p += step;
                        if (TColumns.Count > 1 || !TEdges.Right)
                        {
                            v = Vector256.Load(p);
                            c0 = Vector256.FusedMultiplyAdd(v, w2, c0);
                            if (TColumns.Count > 1)
                            {
                                c1 = Vector256.FusedMultiplyAdd(v, w0, c1);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 1)
                        {
                            c1 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w1, c1);
                        }

                        p += step;
                        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
                        {
                            v = Vector256.Load(p);
                            c1 = Vector256.FusedMultiplyAdd(v, w2, c1);
                            if (TColumns.Count > 2)
                            {
                                c2 = Vector256.FusedMultiplyAdd(v, w0, c2);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 2)
                        {
                            c2 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w1, c2);
                        }

                        p += step;
                        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
                        {
                            v = Vector256.Load(p);
                            c2 = Vector256.FusedMultiplyAdd(v, w2, c2);
                            if (TColumns.Count > 3)
                            {
                                c3 = Vector256.FusedMultiplyAdd(v, w0, c3);
                            }
                        }

                        p += step;
                        if (TColumns.Count > 3)
                        {
                            c3 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w1, c3);
                        }

                        p += step;
                        if (TColumns.Count > 3 && !TEdges.Right)
                        {
                            c3 = Vector256.FusedMultiplyAdd(Vector256.Load(p), w2, c3);
                        }
                    }

                    weights += 3 * step;
                    line += task->LineStride;
                }

                if (summand != null)
                {
                    c0 += Vector256.Load(summand + channel);
                    if (TColumns.Count > 1)
                    {
                        c1 += Vector256.Load(summand + step + channel);
                    }

                    if (TColumns.Count > 2)
                    {
                        c2 += Vector256.Load(summand + (2 * step) + channel);
                    }

                    if (TColumns.Count > 3)
                    {
                        c3 += Vector256.Load(summand + (3 * step) + channel);
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
