using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>Kernels five columns wide of stride 1, whose columns at the edges are computed four at a time too.</content>
internal static unsafe partial class F32Depthwise4x8Vector256
{
    private const int Width5 = 5;

    /// <summary>Computes one row of results.</summary>
    /// <param name="task">What all lines share.</param>
    /// <param name="line">The first line of the window, at the left pad.</param>
    /// <param name="w">The weights of that line.</param>
    /// <param name="start">The bias.</param>
    /// <param name="residual">The row's first summand, or null.</param>
    /// <param name="y">The row's first result.</param>
    /// <param name="lines">The lines of the window inside the image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Width5Row(F32DepthwiseTask* task, float* line, float* w, Vector256<float> start, float* residual, float* y, int lines)
    {
        nint step = task->Channels;
        int columns;
        for (int ox = 0; ox < task->OutW; ox += columns)
        {
            nint offset = ox * step;
            float* summand = residual == null ? null : residual + offset;
            int left = ox - task->PadLeft;
            columns = (task->InteriorEnd - ox) & -TileColumns;
            if (left >= 0 && columns > 0 && lines > 0)
            {
                Width5Stride1(task, line + offset, w, start, summand, y + offset, lines, columns);
                continue;
            }

            columns = Math.Min(TileColumns, task->OutW - ox);
            int covered = columns + Width5 - 1;
            int from = Math.Clamp(-left, 0, covered);
            int to = Math.Clamp(task->InW - left, from, covered);
            Width5Edge(task, line + offset, w, start, summand, y + offset, lines, (1 << to) - (1 << from), columns);
        }
    }

    /// <summary>Computes one to four columns, of whose windows only the columns of <paramref name="inside"/> lie inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Width5Edge(F32DepthwiseTask* task, float* x, float* w, Vector256<float> start, float* residual, float* y, int lines, int inside, int columns)
    {
        nint step = task->Channels;
        Vector256<float> c0 = start;
        Vector256<float> c1 = start;
        Vector256<float> c2 = start;
        Vector256<float> c3 = start;
        for (; lines > 0; lines--)
        {
            float* p = x;
            Vector256<float> w0 = Vector256.Load(w);
            Vector256<float> w1 = Vector256.Load(w + step);
            Vector256<float> w2 = Vector256.Load(w + (2 * step));
            Vector256<float> w3 = Vector256.Load(w + (3 * step));
            Vector256<float> w4 = Vector256.Load(w + (4 * step));
            Vector256<float> v;
            if ((inside & 1) != 0)
            {
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w0, c0);
            }

            p += step;
            if ((inside & 2) != 0)
            {
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w1, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w0, c1);
            }

            p += step;
            if ((inside & 4) != 0)
            {
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w2, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w1, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w0, c2);
            }

            p += step;
            if ((inside & 8) != 0)
            {
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w3, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w2, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w1, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w0, c3);
            }

            p += step;
            if ((inside & 16) != 0)
            {
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w4, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w3, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w2, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w1, c3);
            }

            p += step;
            if ((inside & 32) != 0)
            {
                v = Vector256.Load(p);
                c1 = Vector256.FusedMultiplyAdd(v, w4, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w3, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w2, c3);
            }

            p += step;
            if ((inside & 64) != 0)
            {
                v = Vector256.Load(p);
                c2 = Vector256.FusedMultiplyAdd(v, w4, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w3, c3);
            }

            p += step;
            if ((inside & 128) != 0)
            {
                v = Vector256.Load(p);
                c3 = Vector256.FusedMultiplyAdd(v, w4, c3);
            }

            x += task->LineStride;
            w += Width5 * step;
        }

        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        c0 = residual == null ? c0 : c0 + Vector256.Load(residual);
        VectorMath.Clamp(c0, low, high).Store(y);
        if (columns <= 1)
        {
            return;
        }

        c1 = residual == null ? c1 : c1 + Vector256.Load(residual + step);
        VectorMath.Clamp(c1, low, high).Store(y + step);
        if (columns <= 2)
        {
            return;
        }

        c2 = residual == null ? c2 : c2 + Vector256.Load(residual + (2 * step));
        VectorMath.Clamp(c2, low, high).Store(y + (2 * step));
        if (columns <= 3)
        {
            return;
        }

        c3 = residual == null ? c3 : c3 + Vector256.Load(residual + (3 * step));
        VectorMath.Clamp(c3, low, high).Store(y + (3 * step));
    }
}
