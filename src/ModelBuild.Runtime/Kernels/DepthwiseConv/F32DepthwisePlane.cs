using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Computes a depthwise convolution for one channel, where channels are left over by the vectors.</summary>
internal static unsafe class F32DepthwisePlane
{
    /// <summary>Computes one image for one channel.</summary>
    /// <param name="task">What all channels share.</param>
    /// <param name="x">The first pixel of the image.</param>
    /// <param name="w">The weights.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="residual">The residual, or null.</param>
    /// <param name="y">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y)
    {
        for (int oy = 0; oy < task->OutH; oy++)
        {
            (int fromLine, int toLine) = task->Lines(oy);
            nint top = (oy * task->StrideH) - task->PadTop;
            for (int ox = 0; ox < task->OutW; ox++)
            {
                (int from, int to) = task->Taps(ox);
                float sum = bias == null ? 0f : *bias;
                float* window = x + (top * task->ImageStride) + (ox * task->ColumnStride) - task->LeftOffset;
                for (int ky = fromLine; ky < toLine; ky++)
                {
                    float* line = window + (ky * task->LineStride);
                    float* weights = w + ((nint)ky * task->KernelW * task->Channels);
                    for (int kx = from; kx < to; kx++)
                    {
                        sum = NativeMath.MultiplyAdd(line[kx * task->TapStride], weights[(nint)kx * task->Channels], sum);
                    }
                }

                nint offset = (((nint)oy * task->OutW) + ox) * task->Channels;
                if (residual != null)
                {
                    sum += residual[offset];
                }

                sum = sum < task->Min ? task->Min : sum;
                y[offset] = sum > task->Max ? task->Max : sum;
            }
        }
    }
}
