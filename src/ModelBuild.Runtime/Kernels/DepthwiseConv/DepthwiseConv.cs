using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Depthwise convolution with depth multiplier 1 (ONNX Conv 11 with as many groups as input and output channels) over NHWC.</summary>
public static unsafe partial class DepthwiseConv
{
    // A half of a first-level cache of 48 KB.
    private const int CachedElements = 6144;

    // 64 KB.
    private const int BandElements = 16 * 1024;

    /// <summary>What a multiply-accumulate costs here, with its loads, in those of a matrix product.</summary>
    internal const long Cost = 2;

    /// <summary>Computes y = activation(conv(x, w) + bias + residual), channel by channel.</summary>
    /// <param name="x">The images, [batch, inH, inW, channels].</param>
    /// <param name="w">The weights, packed by <see cref="DepthwiseConvPacking.Pack"/>.</param>
    /// <param name="bias">One value per channel, [channels], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outH, outW, channels].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom is implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right is implied.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        int batch,
        int inH,
        int inW,
        int channels,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        Activation activation,
        float alpha,
        float beta)
    {
        Throw.IfBelow(channels, 1, nameof(channels));
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(w.Length, DepthwiseConvPacking.PackedLength(channels, kernelH, kernelW), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, channels, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outH * outW * channels, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        F32DepthwiseTask task = F32DepthwiseTask.Of(
            inH, inW, channels, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, activation, alpha, beta);
        long work = Cost * outH * outW * channels * kernelH * kernelW;
        bool secondPass = activation is not (Activation.None or Activation.Relu or Activation.Clip);
        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y)
        {
            for (int image = 0; image < batch; image++)
            {
                nint outputs = (nint)outH * outW * channels;
                float* imageY = yp + (image * outputs);
                float* imageX = xp + ((nint)image * inH * inW * channels);
                float* imageResidual = residualp == null ? null : residualp + (image * outputs);
                if (ThreadTeam.For(work) is { } team)
                {
                    F32DepthwiseImage.Share(team, work, &task, imageX, wp, biasp, imageResidual, imageY);
                }
                else if (secondPass && !Avx512F.IsSupported)
                {
                    Bands(&task, imageX, wp, biasp, imageResidual, imageY, activation, alpha, beta);
                    continue;
                }
                else
                {
                    Planes(&task, imageX, wp, biasp, imageResidual, imageY, 0, channels);
                }

                if (secondPass)
                {
                    ActivationKernels.Apply(imageY, outputs, activation, alpha, beta);
                }
            }
        }
    }

    /// <summary>Computes an image in bands of rows whose results are still in a second-level cache of 512 KB when the function is applied to them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bands(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, Activation activation, float alpha, float beta)
    {
        F32DepthwiseTask band = *task;
        nint rowLength = (nint)task->OutW * task->Channels;
        int bandRows = (int)Math.Clamp(BandElements / rowLength, 1, task->OutH);
        for (int row = 0; row < task->OutH; row += bandRows)
        {
            int firstLine = Math.Max(0, (row * task->StrideH) - task->PadTop);
            band.OutH = Math.Min(bandRows, task->OutH - row);
            band.InH = task->InH - firstLine;
            band.PadTop = task->PadTop + firstLine - (row * task->StrideH);
            nint offset = row * rowLength;
            Planes(&band, x + (firstLine * task->ImageStride), w, bias, At(residual, offset), y + offset, 0, task->Channels);
            ActivationKernels.Apply(y + offset, band.OutH * rowLength, activation, alpha, beta);
        }
    }

    /// <summary>Channels are the outer loop: then a line of the image stays in the first-level cache for all the lines of the result that read it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Planes(F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y, int channel, int endChannel)
    {
        if (Avx512F.IsSupported)
        {
            if (F32DepthwisePairs3x3Avx512.Fits(task))
            {
                F32DepthwisePairs3x3Avx512.Plane(task, x, w, bias, residual, y);
                return;
            }

            while (Blocks(task, endChannel - channel, F32Depthwise4x16Avx512.Channels) is > 0 and int blocks)
            {
                if (task->Form == F32DepthwiseForm.Width3 && task->KernelH == F32Depthwise3x3Avx512.KernelH && task->DilationH == 1)
                {
                    F32Depthwise3x3Avx512.Plane(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel, blocks);
                }
                else if (task->Form == F32DepthwiseForm.Width3)
                {
                    F32Depthwise4x16Avx512.Width3(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel, blocks);
                }
                else if (F32Depthwise5Avx512.Fits(task))
                {
                    F32Depthwise5Avx512.Plane(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel, blocks);
                }
                else
                {
                    F32Depthwise4x16Avx512.Plane(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel);
                }

                channel += blocks * F32Depthwise4x16Avx512.Channels;
            }
        }

        if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
        {
            while (Blocks(task, endChannel - channel, F32Depthwise4x8Vector256.Channels) is > 0 and int blocks)
            {
                if (!Avx512F.IsSupported && task->HoldsWeights && residual == null)
                {
                    F32Depthwise3x3Vector256.Plane(task, x + channel, w + channel, At(bias, channel), y + channel, blocks);
                }
                else if (task->Form == F32DepthwiseForm.Width3)
                {
                    F32Depthwise4x8Vector256.Width3(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel, blocks);
                }
                else
                {
                    F32Depthwise4x8Vector256.Plane(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel);
                }

                channel += blocks * F32Depthwise4x8Vector256.Channels;
            }
        }

        while (Blocks(task, endChannel - channel, F32Depthwise4x4Vector128.Channels) is > 0 and int blocks)
        {
            if (task->Form == F32DepthwiseForm.Width3)
            {
                F32Depthwise4x4Vector128.Width3(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel, blocks);
            }
            else
            {
                F32Depthwise4x4Vector128.Plane(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel);
            }

            channel += blocks * F32Depthwise4x4Vector128.Channels;
        }

        for (; channel < endChannel; channel++)
        {
            F32DepthwisePlane.Run(task, x + channel, w + channel, At(bias, channel), At(residual, channel), y + channel);
        }
    }

    /// <summary>Tells how many blocks of channels one call computes: where it takes several, as many as the lines of a window fit the first-level cache with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Blocks(F32DepthwiseTask* task, int channels, int width)
    {
        int left = channels / width;
        return task->Form switch
        {
            F32DepthwiseForm.Width3 => Math.Min(left, Math.Max(1, (int)(CachedElements / (3L * task->InW * width)))),
            _ when width == F32Depthwise5Avx512.Channels && F32Depthwise5Avx512.Fits(task) => Math.Min(left, Math.Max(1, (int)(CachedElements / ((long)task->KernelH * task->InW * width)))),
            _ => Math.Min(left, 1),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* At(float* values, nint offset) => values == null ? null : values + offset;
}
