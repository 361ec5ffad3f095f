using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Convolution over three spatial axes (ONNX Conv 11), NDHWC: every plane of the result is the sum of two-dimensional convolutions (<see cref="Conv"/>), one for each
/// plane of the volume that the kernel reaches. The first adds bias and residual, the last applies the activation function.
/// </summary>
public static unsafe class Conv3D
{
    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels of all groups.</param>
    /// <param name="inC">The input channels of all groups.</param>
    /// <param name="kernelD">The kernel's depth.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    public static int PackedLength(int outC, int inC, int kernelD, int kernelH, int kernelW, int groups) =>
        checked(kernelD * ConvPacking.PackedLength(outC, inC, kernelH, kernelW, groups));

    /// <summary>Packs weights: for each depth position as <see cref="ConvPacking.Pack"/> does.</summary>
    /// <param name="w">The weights as ONNX stores them, [outC, inC / groups, kernelD, kernelH, kernelW].</param>
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
        Throw.IfShorter(w.Length, (long)outC * (inC / groups) * kernelD * plane, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(outC, inC, kernelD, kernelH, kernelW, groups), nameof(packed));
        int tap = ConvPacking.PackedLength(outC, inC, kernelH, kernelW, groups);
        for (int position = 0; position < kernelD; position++)
        {
            ConvPacking.PackStrided(w[(position * plane)..], packed[(position * tap)..], outC, inC, plane, kernelD * plane, groups);
        }
    }

    /// <summary>Computes y = activation(conv(x, w) + bias + residual).</summary>
    /// <param name="x">The volumes, [batch, inD, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outD, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="Conv.ScratchLength"/> elements, for the sizes of a plane.</param>
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
    /// <param name="padFront">The zero planes before the volume.</param>
    /// <param name="padTop">The zero rows above it.</param>
    /// <param name="padLeft">The zero columns left of it.</param>
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
        int tap = ConvPacking.PackedLength(outC, inC, kernelH, kernelW, groups);
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
                int first = (d * strideD) - padFront;
                int begin = first < 0 ? (-first + dilationD - 1) / dilationD : 0;
                int end = first >= inD ? 0 : Math.Min(kernelD, ((inD - 1 - first) / dilationD) + 1);
                if (begin >= end)
                {
                    Empty(plane, bias, summand, outH * outW, outC);
                    ActivationKernels.Apply(plane, activation, alpha, beta);
                    continue;
                }

                for (int k = begin; k < end; k++)
                {
                    ReadOnlySpan<float> source = x.Slice(((n * inD) + first + (k * dilationD)) * inPlane, inPlane);
                    Conv.F32(
                        source, w.Slice(k * tap, tap), k == begin ? bias : default, k == begin ? summand : plane, plane, scratch, 1, inH, inW, inC, outH, outW, outC, kernelH, kernelW,
                        strideH, strideW, padTop, padLeft, dilationH, dilationW, groups, k == end - 1 ? activation : Activation.None, alpha, beta);
                }
            }
        }
    }

    /// <summary>Sets a plane that no plane of the volume reaches.</summary>
    internal static void Empty(Span<float> plane, ReadOnlySpan<float> bias, ReadOnlySpan<float> residual, int pixels, int channels)
    {
        fixed (float* y = plane, b = bias, r = residual)
        {
            F32ConvTransposeRows.Start(y, b, r, pixels, channels);
        }
    }
}
