using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Depthwise micro-kernel over eight channels and four columns of the result.</summary>
internal static unsafe partial class F32Depthwise4x8Vector256
{
    /// <summary>The channels of one call.</summary>
    internal const int Channels = 8;

    private const int TileColumns = 4;

    /// <summary>Computes one image for 8 channels.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plane(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y)
    {
        Vector256<float> start = bias == null ? Vector256<float>.Zero : Vector256.Load(bias);
        nint step = task->Channels;
        nint tapStride = task->TapStride;
        nint wStride = task->KernelW * step;
        int interiorEnd = task->InteriorEnd;
        int columns = (interiorEnd - task->InteriorStart) / TileColumns * TileColumns;
        for (int oy = 0; oy < task->OutH; oy++)
        {
            (int fromLine, int toLine) = task->Lines(oy);
            int lines = toLine - fromLine;
            float* line = x + (((oy * task->StrideH) - task->PadTop + (fromLine * task->DilationH)) * task->ImageStride);
            float* weights = w + (fromLine * wStride);
            int ox = 0;
            if (task->Form == F32DepthwiseForm.Width5Stride1)
            {
                Width5Row(task, line - task->LeftOffset, weights, start, residual, y, lines);
                ox = task->OutW;
            }

            while (ox < task->OutW)
            {
                nint offset = ox * step;
                float* window = line + (ox * task->ColumnStride) - task->LeftOffset;
                float* target = y + offset;
                float* summand = residual == null ? null : residual + offset;
                if (ox == task->InteriorStart && columns > 0 && lines > 0)
                {
                    AnyWidth(task, window, weights, start, summand, target, lines, columns);
                    ox += columns;
                    continue;
                }

                int from = 0;
                int to = task->KernelW;
                if (ox < task->InteriorStart || ox >= interiorEnd)
                {
                    (from, to) = task->Taps(ox);
                }

                Vector256<float> sum = Column(window + (from * tapStride), weights + (from * step), start, lines, to - from, tapStride, step, task->LineStride, wStride);
                if (summand != null)
                {
                    sum += Vector256.Load(summand);
                }

                VectorMath.Clamp(sum, Vector256.Create(task->Min), Vector256.Create(task->Max)).Store(target);
                ox++;
            }

            y += task->OutW * step;
            residual = residual == null ? null : residual + (task->OutW * step);
        }
    }

    /// <summary>Sums the products of one window, of which <paramref name="lines"/> and <paramref name="taps"/> columns lie inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Column(float* x, float* w, Vector256<float> sum, int lines, int taps, nint tapStride, nint step, nint lineStride, nint wStride)
    {
        switch (taps)
        {
            case 3:
                for (; lines > 0; lines--)
                {
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x), Vector256.Load(w), sum);
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x + tapStride), Vector256.Load(w + step), sum);
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x + (2 * tapStride)), Vector256.Load(w + (2 * step)), sum);
                    x += lineStride;
                    w += wStride;
                }

                return sum;
            case 2:
                for (; lines > 0; lines--)
                {
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x), Vector256.Load(w), sum);
                    sum = Vector256.FusedMultiplyAdd(Vector256.Load(x + tapStride), Vector256.Load(w + step), sum);
                    x += lineStride;
                    w += wStride;
                }

                return sum;
            default:
                for (; lines > 0; lines--)
                {
                    float* p = x;
                    float* q = w;
                    for (int tap = taps; tap > 0; tap--)
                    {
                        sum = Vector256.FusedMultiplyAdd(Vector256.Load(p), Vector256.Load(q), sum);
                        p += tapStride;
                        q += step;
                    }

                    x += lineStride;
                    w += wStride;
                }

                return sum;
        }
    }
}
