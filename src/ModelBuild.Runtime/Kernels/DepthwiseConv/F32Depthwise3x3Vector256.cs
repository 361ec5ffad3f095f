using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise micro-kernel of 3 x 3 over eight channels, with the weights in nine of sixteen registers: it goes along rows of the image and adds each pixel to the up to
/// three results that it is part of.
/// </summary>
internal static unsafe class F32Depthwise3x3Vector256
{
    private const int Channels = F32Depthwise4x8Vector256.Channels;
    private const int KernelH = 3;

    /// <summary>The elements of an image of which a block of eight channels is read from the first two levels of caches, whatever the order.</summary>
    private const int NearElements = 16 * 1024;

    /// <summary>The rows for which weights that stay in registers pay in an image that is narrow.</summary>
    private const int ManyRows = 8;

    /// <summary>The columns of a result from which on weights pay that are loaded for each row; with a stride of 2 a pixel serves fewer results.</summary>
    private const int ManyColumns = 8;

    private const int ManyColumns2 = 16;

    /// <summary>The columns of a result whose edges take longer than the rest.</summary>
    private const int FewColumns = 4;

    /// <summary>
    /// Tells whether the kernel computes a whole convolution, of which every result has a line of the image in its window, in less time than
    /// <see cref="F32Depthwise4x8Vector256"/>, which sums in another order: all parts of a convolution keep to the answer.
    /// </summary>
    internal static bool Fits(F32DepthwiseTask* task)
    {
        bool known = task->Form == F32DepthwiseForm.Width3 && task->KernelH == KernelH && task->DilationH == 1
            && task->PadTop < KernelH && ((task->OutH - 1) * task->StrideH) - task->PadTop < task->InH;
        return known && (task->StrideW == 2 ? task->OutW >= ManyColumns2
            : task->OutW >= ManyColumns || (task->OutW >= FewColumns && task->OutH >= ManyRows && IsNear(task)));
    }

    /// <summary>Computes one image for <paramref name="blocks"/> times eight channels.</summary>
    /// <inheritdoc cref="F32DepthwisePlane.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plane(F32DepthwiseTask* task, float* x, float* w, float* bias, float* y, int blocks)
    {
        if (!IsNear(task))
        {
            // Blocks are the inner loop, so that memory is read in the order in which it lies.
            for (int oy = 0; oy < task->OutH; oy++)
            {
                Rows(task, x, w, bias, y, oy, 1, blocks);
            }

            return;
        }

        int whole = ((task->InH - KernelH + task->PadTop) / task->StrideH) + 1;
        for (int block = 0; block < blocks; block++)
        {
            int rows;
            for (int oy = 0; oy < task->OutH; oy += rows)
            {
                rows = (oy * task->StrideH) >= task->PadTop && oy < whole ? Math.Min(whole, task->OutH) - oy : 1;
                Rows(task, x, w, bias, y, oy, rows, 1);
            }

            x += Channels;
            w += Channels;
            bias = bias == null ? null : bias + Channels;
            y += Channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNear(F32DepthwiseTask* task) => (long)task->InH * task->InW * task->Channels <= NearElements;

    /// <summary>Computes rows that have the same lines of the kernel inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(F32DepthwiseTask* task, float* x, float* w, float* bias, float* y, int oy, int rows, int blocks)
    {
        (int fromLine, int toLine) = task->Lines(oy);
        x += ((oy * task->StrideH) - task->PadTop + fromLine) * task->ImageStride;
        w += 3 * fromLine * (nint)task->Channels;
        y += (nint)oy * task->OutW * task->Channels;
        bool isStride1 = task->StrideW == 1;
        for (; blocks > 0; blocks--)
        {
            switch (toLine - fromLine)
            {
                case 1 when isStride1:
                    Stride1<TileRows.R1>(task, x, w, bias, y, rows);
                    break;
                case 2 when isStride1:
                    Stride1<TileRows.R2>(task, x, w, bias, y, rows);
                    break;
                case 3 when isStride1:
                    Stride1<TileRows.R3>(task, x, w, bias, y, rows);
                    break;
                case 1:
                    Stride2<TileRows.R1>(task, x, w, bias, y, rows);
                    break;
                case 2:
                    Stride2<TileRows.R2>(task, x, w, bias, y, rows);
                    break;
                default:
                    Stride2<TileRows.R3>(task, x, w, bias, y, rows);
                    break;
            }

            x += Channels;
            w += Channels;
            bias = bias == null ? null : bias + Channels;
            y += Channels;
        }
    }

    /// <summary>Computes rows of results side by side. A pixel is the right one of a window, the middle one of the next and the left one of the one after that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stride1<TLines>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* y, int rows)
        where TLines : struct, ITileRows
    {
        nint step = task->Channels;
        nint lineStride = task->ImageStride;
        Vector256<float> start = bias == null ? Vector256<float>.Zero : Vector256.Load(bias);
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        int whole = task->OutW - (task->HasRightEdge ? 1 : 0);
        Vector256<float> w00 = Vector256.Load(w);
        Vector256<float> w01 = Vector256.Load(w + step);
        Vector256<float> w02 = Vector256.Load(w + (2 * step));
        Vector256<float> w10 = TLines.Count > 1 ? Vector256.Load(w + (3 * step)) : Vector256<float>.Zero;
        Vector256<float> w11 = TLines.Count > 1 ? Vector256.Load(w + (4 * step)) : Vector256<float>.Zero;
        Vector256<float> w12 = TLines.Count > 1 ? Vector256.Load(w + (5 * step)) : Vector256<float>.Zero;
        Vector256<float> w20 = TLines.Count > 2 ? Vector256.Load(w + (6 * step)) : Vector256<float>.Zero;
        Vector256<float> w21 = TLines.Count > 2 ? Vector256.Load(w + (7 * step)) : Vector256<float>.Zero;
        Vector256<float> w22 = TLines.Count > 2 ? Vector256.Load(w + (8 * step)) : Vector256<float>.Zero;
        do
        {
            float* p = x;
            float* target = y;
            Vector256<float> v;
            Vector256<float> right = start;
            Vector256<float> middle = start;
            Vector256<float> left = start;
            if (task->PadLeft == 0)
            {
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w00, right);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w10, right);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w20, right);
                }

                p += step;
            }

            v = Vector256.Load(p);
            right = Vector256.FusedMultiplyAdd(v, w01, right);
            middle = Vector256.FusedMultiplyAdd(v, w00, middle);
            if (TLines.Count > 1)
            {
                v = Vector256.Load(p + lineStride);
                right = Vector256.FusedMultiplyAdd(v, w11, right);
                middle = Vector256.FusedMultiplyAdd(v, w10, middle);
            }

            if (TLines.Count > 2)
            {
                v = Vector256.Load(p + (2 * lineStride));
                right = Vector256.FusedMultiplyAdd(v, w21, right);
                middle = Vector256.FusedMultiplyAdd(v, w20, middle);
            }

            p += step;
            for (int n = whole; n > 0; n--)
            {
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w02, right);
                middle = Vector256.FusedMultiplyAdd(v, w01, middle);
                left = Vector256.FusedMultiplyAdd(v, w00, start);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w12, right);
                    middle = Vector256.FusedMultiplyAdd(v, w11, middle);
                    left = Vector256.FusedMultiplyAdd(v, w10, left);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w22, right);
                    middle = Vector256.FusedMultiplyAdd(v, w21, middle);
                    left = Vector256.FusedMultiplyAdd(v, w20, left);
                }

                p += step;
                VectorMath.Clamp(right, low, high).Store(target);
                target += step;
                right = middle;
                middle = left;
            }

            if (task->HasRightEdge)
            {
                VectorMath.Clamp(right, low, high).Store(target);
            }

            x += task->StrideH * lineStride;
            y += task->OutW * step;
        }
        while (--rows > 0);
    }

    /// <summary>Computes rows of results two pixels apart. Every other pixel is the right one of a window and the left one of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stride2<TLines>(F32DepthwiseTask* task, float* x, float* w, float* bias, float* y, int rows)
        where TLines : struct, ITileRows
    {
        nint step = task->Channels;
        nint lineStride = task->ImageStride;
        Vector256<float> start = bias == null ? Vector256<float>.Zero : Vector256.Load(bias);
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        int whole = task->OutW - (task->HasRightEdge ? 1 : 0);
        Vector256<float> w00 = Vector256.Load(w);
        Vector256<float> w01 = Vector256.Load(w + step);
        Vector256<float> w02 = Vector256.Load(w + (2 * step));
        Vector256<float> w10 = TLines.Count > 1 ? Vector256.Load(w + (3 * step)) : Vector256<float>.Zero;
        Vector256<float> w11 = TLines.Count > 1 ? Vector256.Load(w + (4 * step)) : Vector256<float>.Zero;
        Vector256<float> w12 = TLines.Count > 1 ? Vector256.Load(w + (5 * step)) : Vector256<float>.Zero;
        Vector256<float> w20 = TLines.Count > 2 ? Vector256.Load(w + (6 * step)) : Vector256<float>.Zero;
        Vector256<float> w21 = TLines.Count > 2 ? Vector256.Load(w + (7 * step)) : Vector256<float>.Zero;
        Vector256<float> w22 = TLines.Count > 2 ? Vector256.Load(w + (8 * step)) : Vector256<float>.Zero;
        do
        {
            float* p = x;
            float* target = y;
            Vector256<float> v;
            Vector256<float> right = start;
            Vector256<float> left = start;
            if (task->PadLeft == 0)
            {
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w00, right);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w10, right);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w20, right);
                }

                p += step;
            }

            for (int n = whole; n > 0; n--)
            {
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w01, right);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w11, right);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w21, right);
                }

                p += step;
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w02, right);
                left = Vector256.FusedMultiplyAdd(v, w00, start);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w12, right);
                    left = Vector256.FusedMultiplyAdd(v, w10, left);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w22, right);
                    left = Vector256.FusedMultiplyAdd(v, w20, left);
                }

                p += step;
                VectorMath.Clamp(right, low, high).Store(target);
                target += step;
                right = left;
            }

            if (task->HasRightEdge)
            {
                v = Vector256.Load(p);
                right = Vector256.FusedMultiplyAdd(v, w01, right);
                if (TLines.Count > 1)
                {
                    v = Vector256.Load(p + lineStride);
                    right = Vector256.FusedMultiplyAdd(v, w11, right);
                }

                if (TLines.Count > 2)
                {
                    v = Vector256.Load(p + (2 * lineStride));
                    right = Vector256.FusedMultiplyAdd(v, w21, right);
                }

                VectorMath.Clamp(right, low, high).Store(target);
            }

            x += task->StrideH * lineStride;
            y += task->OutW * step;
        }
        while (--rows > 0);
    }
}
