using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The columns whose windows lie inside the image, four at a time.</content>
internal static unsafe partial class F32Depthwise4x16Avx512
{
    /// <summary>Any kernel width, stride and dilation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AnyWidth(F32DepthwiseTask* task, float* x, float* w, Vector512<float> start, float* residual, float* y, int lines, int columns)
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        nint columnStride = task->ColumnStride;
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        for (; columns >= 4; columns -= 4)
        {
            Vector512<float> c0 = start;
            Vector512<float> c1 = start;
            Vector512<float> c2 = start;
            Vector512<float> c3 = start;
            float* line = x;
            float* weights = w;
            int remaining = lines;
            do
            {
                float* p = line;
                for (int kx = task->KernelW; kx > 0; kx--)
                {
                    Vector512<float> weight = Vector512.Load(weights);
                    c0 = Vector512.FusedMultiplyAdd(Vector512.Load(p), weight, c0);
                    c1 = Vector512.FusedMultiplyAdd(Vector512.Load(p + columnStride), weight, c1);
                    c2 = Vector512.FusedMultiplyAdd(Vector512.Load(p + (2 * columnStride)), weight, c2);
                    c3 = Vector512.FusedMultiplyAdd(Vector512.Load(p + (3 * columnStride)), weight, c3);
                    p += task->TapStride;
                    weights += step;
                }

                line += lineStride;
            }
            while (--remaining > 0);

            if (residual != null)
            {
                c0 += Vector512.Load(residual);
                c1 += Vector512.Load(residual + step);
                c2 += Vector512.Load(residual + (2 * step));
                c3 += Vector512.Load(residual + (3 * step));
                residual += 4 * step;
            }

            VectorMath.Clamp(c0, low, high).Store(y);
            VectorMath.Clamp(c1, low, high).Store(y + step);
            VectorMath.Clamp(c2, low, high).Store(y + (2 * step));
            VectorMath.Clamp(c3, low, high).Store(y + (3 * step));
            y += 4 * step;
            x += 4 * columnStride;
        }
    }
}
