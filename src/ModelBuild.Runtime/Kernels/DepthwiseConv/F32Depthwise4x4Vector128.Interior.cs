using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The columns whose windows lie inside the image, four at a time.</content>
internal static unsafe partial class F32Depthwise4x4Vector128
{
    /// <summary>Eight loads of the image and five of the weights serve twenty products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Width5Stride1(F32DepthwiseTask* task, float* x, float* w, Vector128<float> start, float* residual, float* y, int lines, int columns)
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        nint columnStride = task->ColumnStride;
        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        for (; columns >= 4; columns -= 4)
        {
            Vector128<float> c0 = start;
            Vector128<float> c1 = start;
            Vector128<float> c2 = start;
            Vector128<float> c3 = start;
            float* line = x;
            float* weights = w;
            int remaining = lines;
            do
            {
                float* p = line;
                Vector128<float> w0 = Vector128.Load(weights);
                Vector128<float> w1 = Vector128.Load(weights + step);
                Vector128<float> w2 = Vector128.Load(weights + (2 * step));
                Vector128<float> w3 = Vector128.Load(weights + (3 * step));
                Vector128<float> w4 = Vector128.Load(weights + (4 * step));
                Vector128<float> v = Vector128.Load(p);
                c0 = NativeMath.MultiplyAdd(v, w0, c0);
                p += step;
                v = Vector128.Load(p);
                c0 = NativeMath.MultiplyAdd(v, w1, c0);
                c1 = NativeMath.MultiplyAdd(v, w0, c1);
                p += step;
                v = Vector128.Load(p);
                c0 = NativeMath.MultiplyAdd(v, w2, c0);
                c1 = NativeMath.MultiplyAdd(v, w1, c1);
                c2 = NativeMath.MultiplyAdd(v, w0, c2);
                p += step;
                v = Vector128.Load(p);
                c0 = NativeMath.MultiplyAdd(v, w3, c0);
                c1 = NativeMath.MultiplyAdd(v, w2, c1);
                c2 = NativeMath.MultiplyAdd(v, w1, c2);
                c3 = NativeMath.MultiplyAdd(v, w0, c3);
                p += step;
                v = Vector128.Load(p);
                c0 = NativeMath.MultiplyAdd(v, w4, c0);
                c1 = NativeMath.MultiplyAdd(v, w3, c1);
                c2 = NativeMath.MultiplyAdd(v, w2, c2);
                c3 = NativeMath.MultiplyAdd(v, w1, c3);
                p += step;
                v = Vector128.Load(p);
                c1 = NativeMath.MultiplyAdd(v, w4, c1);
                c2 = NativeMath.MultiplyAdd(v, w3, c2);
                c3 = NativeMath.MultiplyAdd(v, w2, c3);
                p += step;
                v = Vector128.Load(p);
                c2 = NativeMath.MultiplyAdd(v, w4, c2);
                c3 = NativeMath.MultiplyAdd(v, w3, c3);
                p += step;
                v = Vector128.Load(p);
                c3 = NativeMath.MultiplyAdd(v, w4, c3);
                weights += 5 * step;
                line += lineStride;
            }
            while (--remaining > 0);

            if (residual != null)
            {
                c0 += Vector128.Load(residual);
                c1 += Vector128.Load(residual + step);
                c2 += Vector128.Load(residual + (2 * step));
                c3 += Vector128.Load(residual + (3 * step));
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
    private static void AnyWidth(F32DepthwiseTask* task, float* x, float* w, Vector128<float> start, float* residual, float* y, int lines, int columns)
    {
        nint step = task->Channels;
        nint lineStride = task->LineStride;
        nint columnStride = task->ColumnStride;
        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        for (; columns >= 4; columns -= 4)
        {
            Vector128<float> c0 = start;
            Vector128<float> c1 = start;
            Vector128<float> c2 = start;
            Vector128<float> c3 = start;
            float* line = x;
            float* weights = w;
            int remaining = lines;
            do
            {
                float* p = line;
                for (int kx = task->KernelW; kx > 0; kx--)
                {
                    Vector128<float> weight = Vector128.Load(weights);
                    c0 = NativeMath.MultiplyAdd(Vector128.Load(p), weight, c0);
                    c1 = NativeMath.MultiplyAdd(Vector128.Load(p + columnStride), weight, c1);
                    c2 = NativeMath.MultiplyAdd(Vector128.Load(p + (2 * columnStride)), weight, c2);
                    c3 = NativeMath.MultiplyAdd(Vector128.Load(p + (3 * columnStride)), weight, c3);
                    p += task->TapStride;
                    weights += step;
                }

                line += lineStride;
            }
            while (--remaining > 0);

            if (residual != null)
            {
                c0 += Vector128.Load(residual);
                c1 += Vector128.Load(residual + step);
                c2 += Vector128.Load(residual + (2 * step));
                c3 += Vector128.Load(residual + (3 * step));
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
