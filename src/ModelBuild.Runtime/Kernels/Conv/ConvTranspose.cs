using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Transposed convolution (ONNX ConvTranspose 11) over NHWC: for every line of the image one product with the weights of all kernel positions, whose columns
/// are then added where they belong.
/// </summary>
public static unsafe partial class ConvTranspose
{
    /// <summary>Tells the number of scratch elements of a transposed convolution.</summary>
    /// <param name="inW">The width of an image.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ScratchLength(int inW, int outC, int kernelH, int kernelW, int groups) =>
        checked(inW * kernelH * kernelW * (outC / groups));

    /// <summary>Computes y = activation(convTranspose(x, w) + bias + residual).</summary>
    /// <param name="x">The images, [batch, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="ConvTransposePacking.Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="inC">The channels of an image.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom and the output padding are implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right and the output padding are implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The rows cut off at the top.</param>
    /// <param name="padLeft">The columns cut off at the left.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="groups">The number of groups of channels that are convolved apart.</param>
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
        Span<float> scratch,
        int batch,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int groups,
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckGroups(inC, outC, groups);
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        Throw.IfShorter(x.Length, (long)batch * inH * inW * inC, nameof(x));
        Throw.IfShorter(w.Length, ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outH * outW * outC, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * outC, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(inW, outC, kernelH, kernelW, groups), nameof(scratch));
        int inPerGroup = inC / groups;
        int outPerGroup = outC / groups;
        int columns = kernelH * kernelW * outPerGroup;
        F32GemmTask task = F32GemmTask.Contiguous(inW, columns, inPerGroup, Activation.None, 0f, 0f);
        task.RowStride = inC;
        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y, products = scratch)
        {
            for (int image = 0; image < batch; image++)
            {
                nint imageOutputs = (nint)outH * outW * outC;
                float* imageY = yp + (image * imageOutputs);
                Start(imageY, biasp, residualp == null ? null : residualp + (image * imageOutputs), (nint)outH * outW, outC);
                for (int iy = 0; iy < inH; iy++)
                {
                    float* line = xp + ((((nint)image * inH) + iy) * inW * inC);
                    for (int group = 0; group < groups; group++)
                    {
                        float* groupW = wp + ((nint)group * GemmPacking.PackedLength(columns, inPerGroup));
                        Gemm.Run(&task, line + ((nint)group * inPerGroup), groupW, products, null, null, inW, columns);
                        for (int ky = 0; ky < kernelH; ky++)
                        {
                            int oy = (iy * strideH) + (ky * dilationH) - padTop;
                            if ((uint)oy < (uint)outH)
                            {
                                float* target = imageY + ((nint)oy * outW * outC) + ((nint)group * outPerGroup);
                                float* source = products + ((nint)ky * kernelW * outPerGroup);
                                AddLine(source, target, inW, columns, outW, outC, outPerGroup, kernelW, strideW, padLeft, dilationW);
                            }
                        }
                    }
                }

                ActivationKernels.Apply(imageY, imageOutputs, activation, alpha, beta);
            }
        }
    }

    /// <summary>Sets every pixel of a result to bias + residual, either of which may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Start(float* y, float* bias, float* residual, nint pixels, int channels)
    {
        for (nint pixel = 0; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                y[channel] = (bias == null ? 0f : bias[channel]) + (residual == null ? 0f : residual[channel]);
            }

            y += channels;
            residual = residual == null ? null : residual + channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddLine(
        float* products,
        float* y,
        int inW,
        nint productStride,
        int outW,
        nint yStride,
        int channels,
        int kernelW,
        int strideW,
        int padLeft,
        int dilationW)
    {
        for (int ix = 0; ix < inW; ix++)
        {
            for (int kx = 0; kx < kernelW; kx++)
            {
                int ox = (ix * strideW) + (kx * dilationW) - padLeft;
                if ((uint)ox < (uint)outW)
                {
                    Add(products + ((nint)kx * channels), y + (ox * yStride), channels);
                }
            }

            products += productStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* x, float* y, int count)
    {
        float* end = x + count;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; end - x >= 16; x += 16, y += 16)
            {
                (Vector512.Load(x) + Vector512.Load(y)).Store(y);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; end - x >= 8; x += 8, y += 8)
            {
                (Vector256.Load(x) + Vector256.Load(y)).Store(y);
            }
        }

        for (; end - x >= 4; x += 4, y += 4)
        {
            (Vector128.Load(x) + Vector128.Load(y)).Store(y);
        }

        for (; x < end; x++, y++)
        {
            *y += *x;
        }
    }
}
