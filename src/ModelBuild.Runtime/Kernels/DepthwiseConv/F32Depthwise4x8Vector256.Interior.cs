using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The columns whose windows lie inside the image, four at a time.</content>
internal static unsafe partial class F32Depthwise4x8Vector256
{
    /// <summary>Eight loads of the image and five of the weights serve twenty products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Width5Stride1(F32DepthwiseTask* task, float* x, float* w, Vector256<float> start, float* residual, float* y, int lines, int columns)
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        nint columnStride = task->ColumnStride;
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        for (; columns >= 4; columns -= 4)
        {
            Vector256<float> c0 = start;
            Vector256<float> c1 = start;
            Vector256<float> c2 = start;
            Vector256<float> c3 = start;
            float* line = x;
            float* weights = w;
            int remaining = lines;
            do
            {
                float* p = line;
                Vector256<float> w0 = Vector256.Load(weights);
                Vector256<float> w1 = Vector256.Load(weights + step);
                Vector256<float> w2 = Vector256.Load(weights + (2 * step));
                Vector256<float> w3 = Vector256.Load(weights + (3 * step));
                Vector256<float> w4 = Vector256.Load(weights + (4 * step));
                Vector256<float> v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w0, c0);
                p += step;
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w1, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w0, c1);
                p += step;
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w2, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w1, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w0, c2);
                p += step;
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w3, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w2, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w1, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w0, c3);
                p += step;
                v = Vector256.Load(p);
                c0 = Vector256.FusedMultiplyAdd(v, w4, c0);
                c1 = Vector256.FusedMultiplyAdd(v, w3, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w2, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w1, c3);
                p += step;
                v = Vector256.Load(p);
                c1 = Vector256.FusedMultiplyAdd(v, w4, c1);
                c2 = Vector256.FusedMultiplyAdd(v, w3, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w2, c3);
                p += step;
                v = Vector256.Load(p);
                c2 = Vector256.FusedMultiplyAdd(v, w4, c2);
                c3 = Vector256.FusedMultiplyAdd(v, w3, c3);
                p += step;
                v = Vector256.Load(p);
                c3 = Vector256.FusedMultiplyAdd(v, w4, c3);
                weights += 5 * step;
                line += lineStride;
            }
            while (--remaining > 0);

            if (residual != null)
            {
                c0 += Vector256.Load(residual);
                c1 += Vector256.Load(residual + step);
                c2 += Vector256.Load(residual + (2 * step));
                c3 += Vector256.Load(residual + (3 * step));
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

    /// <summary>Any kernel width, stride and dilation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AnyWidth(F32DepthwiseTask* task, float* x, float* w, Vector256<float> start, float* residual, float* y, int lines, int columns)
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        nint columnStride = task->ColumnStride;
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        for (; columns >= 4; columns -= 4)
        {
            Vector256<float> c0 = start;
            Vector256<float> c1 = start;
            Vector256<float> c2 = start;
            Vector256<float> c3 = start;
            float* line = x;
            float* weights = w;
            int remaining = lines;
            do
            {
                float* p = line;
                for (int kx = task->KernelW; kx > 0; kx--)
                {
                    Vector256<float> weight = Vector256.Load(weights);
                    c0 = Vector256.FusedMultiplyAdd(Vector256.Load(p), weight, c0);
                    c1 = Vector256.FusedMultiplyAdd(Vector256.Load(p + columnStride), weight, c1);
                    c2 = Vector256.FusedMultiplyAdd(Vector256.Load(p + (2 * columnStride)), weight, c2);
                    c3 = Vector256.FusedMultiplyAdd(Vector256.Load(p + (3 * columnStride)), weight, c3);
                    p += task->TapStride;
                    weights += step;
                }

                line += lineStride;
            }
            while (--remaining > 0);

            if (residual != null)
            {
                c0 += Vector256.Load(residual);
                c1 += Vector256.Load(residual + step);
                c2 += Vector256.Load(residual + (2 * step));
                c3 += Vector256.Load(residual + (3 * step));
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
