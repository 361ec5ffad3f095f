using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Kernels of 3x3 and stride 1 for images of eight channels and results of an even width: two neighbouring pixels share a vector, and the nine weights, each of which stands twice, stay in registers.
/// Tiles of two rows by up to seven pairs. Only rows whose windows lie between the first and the last line of the image.
/// </summary>
internal static unsafe class F32DepthwisePairs3x3Avx512
{
    /// <summary>The channels.</summary>
    internal const int Channels = 8;

    /// <summary>The elements of a pair.</summary>
    private const int Pair = 2 * Channels;

    private const int MaxTilePairs = 7;

    /// <summary>Tells whether a convolution is of this kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Fits(F32DepthwiseTask* task) =>
        task->Channels == Channels && task->Form == F32DepthwiseForm.Width3 && task->KernelH == 3 && task->StrideH == 1 && task->StrideW == 1 && task->DilationH == 1 && task->OutW % 2 == 0;

    /// <summary>Computes one image.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plane(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y)
    {
        int first = Math.Clamp(task->PadTop, 0, task->OutH);
        int end = Math.Clamp(task->InH - 2 + task->PadTop, first, task->OutH);
        Edge(task, x, w, bias, residual, y, 0, first);
        Interior(task, x, w, bias, residual, y, first, end);
        Edge(task, x, w, bias, residual, y, end, task->OutH);
    }

    /// <summary>Rows whose windows lack lines.</summary>
    private static void Edge(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int from, int to)
    {
        if (from < to)
        {
            F32DepthwiseTask band = *task;
            band.OutH = to - from;
            band.PadTop -= from;
            nint offset = (nint)from * band.OutW * Channels;
            F32Depthwise4x8Vector256.Width3(&band, x, w, bias, residual == null ? null : residual + offset, y + offset, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interior(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int row, int end)
    {
        // Tiles of nearly equal width.
        int pairs = task->OutW / 2;
        int tiles = (pairs + MaxTilePairs - 1) / MaxTilePairs;
        int tilePairs = (pairs + tiles - 1) / tiles;
        bool hasLeftEdge = task->InteriorStart > 0;
        while (row < end)
        {
            int together = Math.Min(2, end - row);
            float* window = x + ((nint)(row - task->PadTop) * task->ImageStride) - task->LeftOffset;
            nint offset = (nint)row * task->OutW * Channels;
            for (int pair = 0; pair < pairs; pair += tilePairs)
            {
                int count = Math.Min(tilePairs, pairs - pair);
                nint column = offset + (pair * Pair);
                Tile(count, pair == 0 && hasLeftEdge, pair + count == pairs && task->HasRightEdge, together)(
                    task, window + (pair * Pair), w, bias, residual == null ? null : residual + column, y + column);
            }

            row += together;
        }
    }

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, void> Tile(int pairs, bool left, bool right, int rows) => pairs switch
    {
        1 => Tile<TileRows.R1>(left, right, rows),
        2 => Tile<TileRows.R2>(left, right, rows),
        3 => Tile<TileRows.R3>(left, right, rows),
        4 => Tile<TileRows.R4>(left, right, rows),
        5 => Tile<TileRows.R5>(left, right, rows),
        6 => Tile<TileRows.R6>(left, right, rows),
        _ => Tile<TileRows.R7>(left, right, rows),
    };

    private static delegate*<F32DepthwiseTask*, float*, float*, float*, float*, float*, void> Tile<TPairs>(bool left, bool right, int rows)
        where TPairs : struct, ITileRows => (left, right) switch
        {
            (true, true) => rows == 2 ? &Tile<TileRows.R2, TPairs, DepthwiseEdges.Both> : &Tile<TileRows.R1, TPairs, DepthwiseEdges.Both>,
            (true, false) => rows == 2 ? &Tile<TileRows.R2, TPairs, DepthwiseEdges.AtLeft> : &Tile<TileRows.R1, TPairs, DepthwiseEdges.AtLeft>,
            (false, true) => rows == 2 ? &Tile<TileRows.R2, TPairs, DepthwiseEdges.AtRight> : &Tile<TileRows.R1, TPairs, DepthwiseEdges.AtRight>,
            _ => rows == 2 ? &Tile<TileRows.R2, TPairs, DepthwiseEdges.None> : &Tile<TileRows.R1, TPairs, DepthwiseEdges.None>,
        };

    /// <summary>Computes a tile of one or two rows and one to seven pairs. A pixel outside the image counts as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows, TPairs, TEdges>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y)
        where TRows : struct, ITileRows
        where TPairs : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint line = task->ImageStride;
        nint resultLine = (nint)task->OutW * Channels;
        Vector512<float> c0 = bias == null ? Vector512<float>.Zero : Twice(bias);
        Vector512<float> c1 = c0;
        Vector512<float> c2 = c0;
        Vector512<float> c3 = c0;
        Vector512<float> c4 = c0;
        Vector512<float> c5 = c0;
        Vector512<float> c6 = c0;
        Vector512<float> d0 = c0;
        Vector512<float> d1 = c0;
        Vector512<float> d2 = c0;
        Vector512<float> d3 = c0;
        Vector512<float> d4 = c0;
        Vector512<float> d5 = c0;
        Vector512<float> d6 = c0;
        Vector512<float> w0 = Twice(w);
        Vector512<float> w1 = Twice(w + (1 * Channels));
        Vector512<float> w2 = Twice(w + (2 * Channels));
        Vector512<float> w3 = Twice(w + (3 * Channels));
        Vector512<float> w4 = Twice(w + (4 * Channels));
        Vector512<float> w5 = Twice(w + (5 * Channels));
        Vector512<float> w6 = Twice(w + (6 * Channels));
        Vector512<float> w7 = Twice(w + (7 * Channels));
        Vector512<float> w8 = Twice(w + (8 * Channels));

        Line<TPairs, TEdges>(x, w0, w1, w2, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
        if (TRows.Count > 1)
        {
            Lines<TPairs, TEdges>(x + line, w3, w4, w5, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, w0, w1, w2, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
            Lines<TPairs, TEdges>(x + (2 * line), w6, w7, w8, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, w3, w4, w5, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
            Line<TPairs, TEdges>(x + (3 * line), w6, w7, w8, ref d0, ref d1, ref d2, ref d3, ref d4, ref d5, ref d6);
        }
        else
        {
            Line<TPairs, TEdges>(x + line, w3, w4, w5, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
            Line<TPairs, TEdges>(x + (2 * line), w6, w7, w8, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6);
        }

        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        Store<TPairs>(y, residual, low, high, c0, c1, c2, c3, c4, c5, c6);
        if (TRows.Count > 1)
        {
            Store<TPairs>(y + resultLine, residual == null ? null : residual + resultLine, low, high, d0, d1, d2, d3, d4, d5, d6);
        }
    }

    /// <summary>Eight values, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Twice(float* values) => Avx512DQ.BroadcastVector256ToVector512(values);

    /// <summary>Two neighbouring pixels, of which the first or the second may lie outside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* p, bool isBefore, bool isBehind) =>
        isBefore ? Avx512DQ.InsertVector256(Vector512<float>.Zero, Vector256.Load(p + Channels), 1)
        : isBehind ? Vector256.Load(p).ToVector512()
        : Vector512.Load(p);

    /// <summary>One line of the image for one row of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<TPairs, TEdges>(
        float* p, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3, ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6)
        where TPairs : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v = Load(p, TEdges.Left, false);
        c0 = Vector512.FusedMultiplyAdd(v, w0, c0);
        v = Vector512.Load(p + Channels);
        c0 = Vector512.FusedMultiplyAdd(v, w1, c0);
        v = Load(p + Pair, false, TEdges.Right && TPairs.Count == 1);
        c0 = Vector512.FusedMultiplyAdd(v, w2, c0);

        if (TPairs.Count > 1)
        {
            c1 = Vector512.FusedMultiplyAdd(v, w0, c1);
        }

        if (TPairs.Count > 1)
        {
            v = Vector512.Load(p + (3 * Channels));
            c1 = Vector512.FusedMultiplyAdd(v, w1, c1);
            v = Load(p + (2 * Pair), false, TEdges.Right && TPairs.Count == 2);
            c1 = Vector512.FusedMultiplyAdd(v, w2, c1);
        }

        if (TPairs.Count > 2)
        {
            c2 = Vector512.FusedMultiplyAdd(v, w0, c2);
        }

        if (TPairs.Count > 2)
        {
            v = Vector512.Load(p + (5 * Channels));
            c2 = Vector512.FusedMultiplyAdd(v, w1, c2);
            v = Load(p + (3 * Pair), false, TEdges.Right && TPairs.Count == 3);
            c2 = Vector512.FusedMultiplyAdd(v, w2, c2);
        }

        if (TPairs.Count > 3)
        {
            c3 = Vector512.FusedMultiplyAdd(v, w0, c3);
        }

        if (TPairs.Count > 3)
        {
            v = Vector512.Load(p + (7 * Channels));
            c3 = Vector512.FusedMultiplyAdd(v, w1, c3);
            v = Load(p + (4 * Pair), false, TEdges.Right && TPairs.Count == 4);
            c3 = Vector512.FusedMultiplyAdd(v, w2, c3);
        }

        if (TPairs.Count > 4)
        {
            c4 = Vector512.FusedMultiplyAdd(v, w0, c4);
        }

        if (TPairs.Count > 4)
        {
            v = Vector512.Load(p + (9 * Channels));
            c4 = Vector512.FusedMultiplyAdd(v, w1, c4);
            v = Load(p + (5 * Pair), false, TEdges.Right && TPairs.Count == 5);
            c4 = Vector512.FusedMultiplyAdd(v, w2, c4);
        }

        if (TPairs.Count > 5)
        {
            c5 = Vector512.FusedMultiplyAdd(v, w0, c5);
        }

        if (TPairs.Count > 5)
        {
            v = Vector512.Load(p + (11 * Channels));
            c5 = Vector512.FusedMultiplyAdd(v, w1, c5);
            v = Load(p + (6 * Pair), false, TEdges.Right && TPairs.Count == 6);
            c5 = Vector512.FusedMultiplyAdd(v, w2, c5);
        }

        if (TPairs.Count > 6)
        {
            c6 = Vector512.FusedMultiplyAdd(v, w0, c6);
        }

        if (TPairs.Count > 6)
        {
            v = Vector512.Load(p + (13 * Channels));
            c6 = Vector512.FusedMultiplyAdd(v, w1, c6);
            v = Load(p + (7 * Pair), false, TEdges.Right && TPairs.Count == 7);
            c6 = Vector512.FusedMultiplyAdd(v, w2, c6);
        }
    }

    /// <summary>One line of the image for two rows of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines<TPairs, TEdges>(
        float* p, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3, ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6,
        Vector512<float> u0, Vector512<float> u1, Vector512<float> u2,
        ref Vector512<float> d0, ref Vector512<float> d1, ref Vector512<float> d2, ref Vector512<float> d3, ref Vector512<float> d4, ref Vector512<float> d5, ref Vector512<float> d6)
        where TPairs : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v = Load(p, TEdges.Left, false);
        c0 = Vector512.FusedMultiplyAdd(v, w0, c0);
        d0 = Vector512.FusedMultiplyAdd(v, u0, d0);
        v = Vector512.Load(p + Channels);
        c0 = Vector512.FusedMultiplyAdd(v, w1, c0);
        d0 = Vector512.FusedMultiplyAdd(v, u1, d0);
        v = Load(p + Pair, false, TEdges.Right && TPairs.Count == 1);
        c0 = Vector512.FusedMultiplyAdd(v, w2, c0);
        d0 = Vector512.FusedMultiplyAdd(v, u2, d0);

        if (TPairs.Count > 1)
        {
            c1 = Vector512.FusedMultiplyAdd(v, w0, c1);
            d1 = Vector512.FusedMultiplyAdd(v, u0, d1);
        }

        if (TPairs.Count > 1)
        {
            v = Vector512.Load(p + (3 * Channels));
            c1 = Vector512.FusedMultiplyAdd(v, w1, c1);
            d1 = Vector512.FusedMultiplyAdd(v, u1, d1);
            v = Load(p + (2 * Pair), false, TEdges.Right && TPairs.Count == 2);
            c1 = Vector512.FusedMultiplyAdd(v, w2, c1);
            d1 = Vector512.FusedMultiplyAdd(v, u2, d1);
        }

        if (TPairs.Count > 2)
        {
            c2 = Vector512.FusedMultiplyAdd(v, w0, c2);
            d2 = Vector512.FusedMultiplyAdd(v, u0, d2);
        }

        if (TPairs.Count > 2)
        {
            v = Vector512.Load(p + (5 * Channels));
            c2 = Vector512.FusedMultiplyAdd(v, w1, c2);
            d2 = Vector512.FusedMultiplyAdd(v, u1, d2);
            v = Load(p + (3 * Pair), false, TEdges.Right && TPairs.Count == 3);
            c2 = Vector512.FusedMultiplyAdd(v, w2, c2);
            d2 = Vector512.FusedMultiplyAdd(v, u2, d2);
        }

        if (TPairs.Count > 3)
        {
            c3 = Vector512.FusedMultiplyAdd(v, w0, c3);
            d3 = Vector512.FusedMultiplyAdd(v, u0, d3);
        }

        if (TPairs.Count > 3)
        {
            v = Vector512.Load(p + (7 * Channels));
            c3 = Vector512.FusedMultiplyAdd(v, w1, c3);
            d3 = Vector512.FusedMultiplyAdd(v, u1, d3);
            v = Load(p + (4 * Pair), false, TEdges.Right && TPairs.Count == 4);
            c3 = Vector512.FusedMultiplyAdd(v, w2, c3);
            d3 = Vector512.FusedMultiplyAdd(v, u2, d3);
        }

        if (TPairs.Count > 4)
        {
            c4 = Vector512.FusedMultiplyAdd(v, w0, c4);
            d4 = Vector512.FusedMultiplyAdd(v, u0, d4);
        }

        if (TPairs.Count > 4)
        {
            v = Vector512.Load(p + (9 * Channels));
            c4 = Vector512.FusedMultiplyAdd(v, w1, c4);
            d4 = Vector512.FusedMultiplyAdd(v, u1, d4);
            v = Load(p + (5 * Pair), false, TEdges.Right && TPairs.Count == 5);
            c4 = Vector512.FusedMultiplyAdd(v, w2, c4);
            d4 = Vector512.FusedMultiplyAdd(v, u2, d4);
        }

        if (TPairs.Count > 5)
        {
            c5 = Vector512.FusedMultiplyAdd(v, w0, c5);
            d5 = Vector512.FusedMultiplyAdd(v, u0, d5);
        }

        if (TPairs.Count > 5)
        {
            v = Vector512.Load(p + (11 * Channels));
            c5 = Vector512.FusedMultiplyAdd(v, w1, c5);
            d5 = Vector512.FusedMultiplyAdd(v, u1, d5);
            v = Load(p + (6 * Pair), false, TEdges.Right && TPairs.Count == 6);
            c5 = Vector512.FusedMultiplyAdd(v, w2, c5);
            d5 = Vector512.FusedMultiplyAdd(v, u2, d5);
        }

        if (TPairs.Count > 6)
        {
            c6 = Vector512.FusedMultiplyAdd(v, w0, c6);
            d6 = Vector512.FusedMultiplyAdd(v, u0, d6);
        }

        if (TPairs.Count > 6)
        {
            v = Vector512.Load(p + (13 * Channels));
            c6 = Vector512.FusedMultiplyAdd(v, w1, c6);
            d6 = Vector512.FusedMultiplyAdd(v, u1, d6);
            v = Load(p + (7 * Pair), false, TEdges.Right && TPairs.Count == 7);
            c6 = Vector512.FusedMultiplyAdd(v, w2, c6);
            d6 = Vector512.FusedMultiplyAdd(v, u2, d6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TPairs>(
        float* y, float* residual, Vector512<float> low, Vector512<float> high,
        Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3, Vector512<float> c4, Vector512<float> c5, Vector512<float> c6)
        where TPairs : struct, ITileRows
    {
        if (residual != null)
        {
            c0 += Vector512.Load(residual);
            c1 = TPairs.Count > 1 ? c1 + Vector512.Load(residual + (1 * Pair)) : c1;
            c2 = TPairs.Count > 2 ? c2 + Vector512.Load(residual + (2 * Pair)) : c2;
            c3 = TPairs.Count > 3 ? c3 + Vector512.Load(residual + (3 * Pair)) : c3;
            c4 = TPairs.Count > 4 ? c4 + Vector512.Load(residual + (4 * Pair)) : c4;
            c5 = TPairs.Count > 5 ? c5 + Vector512.Load(residual + (5 * Pair)) : c5;
            c6 = TPairs.Count > 6 ? c6 + Vector512.Load(residual + (6 * Pair)) : c6;
        }

        VectorMath.Clamp(c0, low, high).Store(y);
        if (TPairs.Count > 1)
        {
            VectorMath.Clamp(c1, low, high).Store(y + (1 * Pair));
        }

        if (TPairs.Count > 2)
        {
            VectorMath.Clamp(c2, low, high).Store(y + (2 * Pair));
        }

        if (TPairs.Count > 3)
        {
            VectorMath.Clamp(c3, low, high).Store(y + (3 * Pair));
        }

        if (TPairs.Count > 4)
        {
            VectorMath.Clamp(c4, low, high).Store(y + (4 * Pair));
        }

        if (TPairs.Count > 5)
        {
            VectorMath.Clamp(c5, low, high).Store(y + (5 * Pair));
        }

        if (TPairs.Count > 6)
        {
            VectorMath.Clamp(c6, low, high).Store(y + (6 * Pair));
        }
    }
}
