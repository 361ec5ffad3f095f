using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Transposed convolution over three spatial axes (ONNX ConvTranspose 11), NDHWC: every plane of the result is the sum of two-dimensional transposed convolutions
/// (<see cref="ConvTranspose"/>), one for each plane of the volume that reaches it. The first adds bias and residual, the last applies the activation function.
/// </summary>
public static class ConvTranspose3D
{
    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels of all groups.</param>
    /// <param name="inC">The input channels of all groups.</param>
    /// <param name="kernelD">The kernel's depth.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    public static int PackedLength(int outC, int inC, int kernelD, int kernelH, int kernelW, int groups) =>
        checked(kernelD * ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups));

    /// <summary>Packs weights: for each depth position as <see cref="ConvTransposePacking.Pack"/> does.</summary>
    /// <param name="w">The weights as ONNX stores them, [inC, outC / groups, kernelD, kernelH, kernelW].</param>
    /// <param name="packed">Receives the panels; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="outC">The output channels of all groups, a multiple of <paramref name="groups"/>.</param>
    /// <param name="inC">The input channels of all groups, a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernelD">The kernel's depth.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    /// <exception cref="ArgumentException">A span is too short, or the groups do not divide the channels.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC, int kernelD, int kernelH, int kernelW, int groups)
    {
        ConvGeometry.CheckGroups(inC, outC, groups);
        int plane = kernelH * kernelW;
        Throw.IfShorter(w.Length, (long)inC * (outC / groups) * kernelD * plane, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(outC, inC, kernelD, kernelH, kernelW, groups), nameof(packed));
        int tap = ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups);
        for (int position = 0; position < kernelD; position++)
        {
            ConvTransposePacking.PackStrided(w[(position * plane)..], packed[(position * tap)..], outC, inC, plane, kernelD * plane, groups);
        }
    }

    /// <summary>Computes y = activation(convTranspose(x, w) + bias + residual).</summary>
    /// <param name="x">The volumes, [batch, inD, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outD, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ConvTranspose.ScratchLength"/> elements, for the sizes of a plane.</param>
    /// <param name="batch">The number of volumes.</param>
    /// <param name="inD">The depth of a volume.</param>
    /// <param name="inH">The height of a volume.</param>
    /// <param name="inW">The width of a volume.</param>
    /// <param name="inC">The channels of a volume.</param>
    /// <param name="outD">The depth of a result; with it the pad at the back is implied.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom is implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right is implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelD">The kernel's depth.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideD">The stride along the depth.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padFront">The planes cut off at the front.</param>
    /// <param name="padTop">The rows cut off at the top.</param>
    /// <param name="padLeft">The columns cut off at the left.</param>
    /// <param name="dilationD">The distance of kernel elements along the depth.</param>
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
        int inD,
        int inH,
        int inW,
        int inC,
        int outD,
        int outH,
        int outW,
        int outC,
        int kernelD,
        int kernelH,
        int kernelW,
        int strideD,
        int strideH,
        int strideW,
        int padFront,
        int padTop,
        int padLeft,
        int dilationD,
        int dilationH,
        int dilationW,
        int groups,
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckDepth(inD, outD, kernelD, strideD, padFront, dilationD);
        ConvGeometry.CheckGroups(inC, outC, groups);
        int inPlane = checked(inH * inW * inC);
        int outPlane = checked(outH * outW * outC);
        int tap = ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups);
        Throw.IfShorter(x.Length, (long)batch * inD * inPlane, nameof(x));
        Throw.IfShorter(w.Length, (long)kernelD * tap, nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outD * outPlane, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outD * outPlane, nameof(y));
        for (int n = 0; n < batch; n++)
        {
            for (int d = 0; d < outD; d++)
            {
                int at = ((n * outD) + d) * outPlane;
                Span<float> plane = y.Slice(at, outPlane);
                ReadOnlySpan<float> summand = residual.IsEmpty ? default : residual.Slice(at, outPlane);
                bool isFirst = true;
                int next = Next(d + padFront, 0, inD, kernelD, strideD, dilationD);
                while (next < kernelD)
                {
                    int k = next;
                    next = Next(d + padFront, k + 1, inD, kernelD, strideD, dilationD);
                    int source = (d + padFront - (k * dilationD)) / strideD;
                    ConvTranspose.F32(
                        x.Slice(((n * inD) + source) * inPlane, inPlane), w.Slice(k * tap, tap), isFirst ? bias : default, isFirst ? summand : plane, plane, scratch, 1, inH, inW, inC, outH, outW,
                        outC, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW, groups, next == kernelD ? activation : Activation.None, alpha, beta);
                    isFirst = false;
                }

                if (isFirst)
                {
                    Conv3D.Empty(plane, bias, summand, outH * outW, outC);
                    ActivationKernels.Apply(plane, activation, alpha, beta);
                }
            }
        }
    }

    /// <summary>The next kernel position, from <paramref name="k"/> on, at which a plane of the volume reaches a plane of the result; kernelD where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Next(int target, int k, int inD, int kernelD, int strideD, int dilationD)
    {
        for (; k < kernelD; k++)
        {
            int offset = target - (k * dilationD);
            if (offset >= 0 && offset % strideD == 0 && offset / strideD < inD)
            {
                return k;
            }
        }

        return kernelD;
    }
}
